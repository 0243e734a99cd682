# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is looked at on every page, each answered with a list of what is wrong: empty is good."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.window import NARROW, Window

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
EVERYTHING = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
KB = 1024
COLD, WARM = 120 * KB, 25 * KB

# The elements that a person operates and that are on show now, each with words by which to find it again.
OPERABLE = """
const shown = one => one.checkVisibility({visibilityProperty: true}) && !one.closest('[inert], [aria-hidden=true]');
const operable = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(one => shown(one) && !one.disabled);
const named = one => one.outerHTML.slice(0, 120);
"""
UNREACHED = "() => {" + OPERABLE + "return operable.filter(one => one.tabIndex !== 0).map(named); }"
# What a focus changes: an outline or a shadow on the element itself, or on the label that stands for a hidden input.
UNSEEN = (
    "() => {"
    + OPERABLE
    + """
const look = one => [one, one.parentElement, one.nextElementSibling].filter(Boolean).map(each => {
  const style = getComputedStyle(each);
  const line = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return (line ? style.outline : '') + style.boxShadow + style.borderColor + style.backgroundColor;
}).join('|');
const wrong = [];
for (const one of operable) {
  document.activeElement?.blur();
  const before = look(one);
  one.focus({focusVisible: true});
  if (document.activeElement !== one) wrong.push('takes no focus: ' + named(one));
  else if (look(one) === before) wrong.push('shows no focus: ' + named(one));
}
return wrong; }"""
)
# Without script a form needs a button of its own, and an address to go to.
MUTE = """() => [...document.forms].filter(form =>
  ![...form.elements].some(one => one.type === 'submit') || !form.hasAttribute('action') && form.method !== 'get'
).map(form => form.outerHTML.slice(0, 120))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Who sticks out is named, so that the page's author need not search.
STICKING = """() => [...document.querySelectorAll('body *')].filter(one =>
  one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('svg')).slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""


def findings(page: Page, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe says of the page as it stands: the rule, and each place with what to mend."""
    told = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {' '.join(node['target'][0:1])} {node['html'][:160]} — {node['failureSummary']}"
        for rule in told
        for node in rule["nodes"]
    ]


def head(page: Page) -> list[str]:
    """A page says in its title and in one first heading what it is."""
    headings = page.locator("h1").all_inner_texts()
    wrong = [] if len(headings) == 1 and headings[0].strip() else [f"h1: {headings}"]
    name, _dot, house = page.title().rpartition(" · ")
    return wrong if name.strip() and house == "Ponte" else [*wrong, f"title: {page.title()!r}"]


def contrast_in_the_dark(page: Page) -> list[str]:
    page.emulate_media(color_scheme="dark")
    told = [f"dark, {one}" for one in findings(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return told


def too_wide(page: Page) -> list[str]:
    """At 320 px, as somebody sees it who made everything four times as large, nothing scrolls sideways."""
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    over = page.evaluate(WIDER)
    return [f"{over} px wider than 320: {page.evaluate(STICKING)}"] if over > 0 else []


def by_keyboard(page: Page) -> list[str]:
    """Everything that can be operated stands in the order of Tab and shows that it has the focus."""
    unreached = [f"not in the order of Tab: {one}" for one in page.evaluate(UNREACHED)]
    return unreached + list(page.evaluate(UNSEEN))


def weight(window: Window, path: str) -> list[str]:
    """What a second look at the page costs, after what the first one did."""
    cold = window.bytes
    window.open(path)
    warm = window.bytes - cold
    told = [f"cold {cold / KB:.0f} KB of {COLD // KB}"] if cold > COLD else []
    return [*told, f"warm {warm / KB:.0f} KB of {WARM // KB}"] if warm > WARM else told


def without_script(window: Window, path: str, heading: str) -> list[str]:
    """The same page for a browser without JavaScript: the same heading, and forms that can be sent."""
    window.open(path)
    found = window.page.locator("h1").first.inner_text()
    told = [] if found == heading else [f"without JavaScript the heading is {found!r}, not {heading!r}"]
    return told + [f"without JavaScript this form cannot be sent: {one}" for one in window.page.evaluate(MUTE)]
