# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was typed is put back into the one form that sends to the same address; the rest of the page stays as it was."""

from __future__ import annotations

import pytest

from dispatch.web.refill import Kept, refilled

FORM = """<!doctype html><p>a &amp; b &#39;c&#39;</p><form method="post" action="/other"><input name="name" value="x"></form>
<form method="post" action="/here" id="f"><input type="hidden" name="csrf" value="mark"><input type="hidden" name="shown" value="now">
<input type="text" name="name" value="old"><input type="checkbox" name="tick" value="a" checked><input type="checkbox" name="tick" value="b">
<input type="radio" name="one" value="1" checked><input type="radio" name="one" value="2"><input type="radio" name="one" value=""><input type="password" name="pw">
<select name="pick"><option value="1" selected>uno</option><option value="2">due</option></select>
<textarea name="note">old &lt;</textarea><button name="do" value="save" formaction="/elsewhere">Via</button></form>
<input name="far" form="f" value="">"""


def filled(*pairs: tuple[str, str], action: str = "/here") -> str:
    page = refilled(FORM, Kept(action, pairs))
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("name", 'new "one"'), '<input type="text" name="name" value="new &#34;one&#34;">'),
        (("tick", "b"), '<input type="checkbox" name="tick" value="b" checked>'),
        (("one", "2"), '<input type="radio" name="one" value="2" checked>'),
        (("one", ""), '<input type="radio" name="one" value="" checked>'),
        (("pick", "2"), '<option value="2" selected>due'),
        (("note", "<b>new"), '<textarea name="note">\n&lt;b&gt;new</textarea>'),
        (("far", "away"), '<input name="far" form="f" value="away">'),
        (("shown", "then"), '<input type="hidden" name="shown" value="then">'),
        (("row-7", "lost"), '<input type="hidden" name="row-7" value="lost"></form>\n<input'),
    ],
)
def test_each_kind_of_input_takes_its_text(pair: tuple[str, str], expected: str) -> None:
    """Text, ticks, choices, long texts, an input outside the form, marks; what has no input travels along."""
    assert expected in filled(pair)


def test_what_was_not_ticked_is_not_ticked() -> None:
    """A box ticked on the fresh page and left empty by her is empty again."""
    page = filled(("name", "new"), ("one", "2"), ("pick", "2"))
    assert 'value="a" checked' not in page
    assert 'value="1" checked' not in page
    assert '<option value="1">uno' in page


def test_nothing_else_changes() -> None:
    """The other form, the mark, a password, a button and all text around stay to the letter."""
    page = filled(("name", "new"), ("csrf", "forged"), ("pw", "secret"), ("do", "save"))
    assert '<form method="post" action="/other"><input name="name" value="x"></form>' in page
    assert page.startswith("<!doctype html><p>a &amp; b &#39;c&#39;</p>")
    assert 'name="csrf" value="mark"' in page
    for never in ("forged", "secret", '"hidden" name="do"'):
        assert never not in page


def test_a_button_that_sends_elsewhere_finds_its_form() -> None:
    """Saved as a draft by a second button: the form of that button is the one."""
    assert 'name="name" value="new"' in filled(("name", "new"), action="/elsewhere")


def test_a_page_without_the_form_says_so() -> None:
    """Then the texts are shown to be copied."""
    assert refilled(FORM, Kept("/gone", (("name", "new"),))) is None


def test_of_two_forms_alike_the_one_with_the_same_hidden_value_is_filled() -> None:
    """Lines of a list that send to one address differ by what they carry unseen."""
    lines = "".join(
        f'<form action="/x"><input type="hidden" name="id" value="{number}"><input name="why" value=""></form>'
        for number in (1, 2, 3)
    )
    page = refilled(lines, Kept("/x", (("id", "2"), ("why", "late"))))
    assert page is not None
    assert page.index('value="late"') > page.index('name="id" value="2"')
    assert page.index('value="late"') < page.index('name="id" value="3"')
