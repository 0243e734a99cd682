# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts what was typed back into the form of a finished page, whatever the page: one way for every form there is.

The page is read as HTML and written as it was, but for the inputs of the one form that would send to the same address.
What has no input there any more travels along unseen, so that nothing is lost.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import escape

from dispatch.web.forms import MARK

Attributes = list[tuple[str, str | None]]
TICKED = frozenset({"checkbox", "radio"})
LEFT_ALONE = frozenset({"submit", "button", "reset", "image", "password", "file"})


@dataclass(frozen=True)
class Kept:
    """What was sent, and where to."""

    action: str
    pairs: tuple[tuple[str, str], ...]


@dataclass
class _Form:
    """A form of the page: where it and its buttons send to, and the fields it has."""

    actions: set[str]
    id: str
    names: set[str] = field(default_factory=set)
    hidden: set[tuple[str, str]] = field(default_factory=set)


def refilled(page: str, kept: Kept) -> str | None:
    """The page with the form filled in, or None where it has no form that sends to the same address."""
    seen = _Seen()
    seen.feed(page)
    fitting = [form for form in seen.forms if kept.action in form.actions]
    if not fitting:
        return None
    posted, names = set(kept.pairs), {name for name, _value in kept.pairs}
    best = max(fitting, key=lambda form: (len(form.hidden & posted), len(form.names & names)))
    written = _Written(seen.forms.index(best), best, kept)
    written.feed(page)
    written.close()
    return "".join(written.text)


class _Reader(HTMLParser):
    """Knows in which form of the page it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.number = -1
        self.inside = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False

    def enter(self, tag: str) -> None:
        if tag == "form":
            self.number += 1
            self.inside = True


class _Seen(_Reader):
    """The forms of a page, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.enter(tag)
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form({_path(told.get("action", ""))}, told.get("id", "")))
        form = self._form_of(told)
        if form is None:
            return
        if "formaction" in told:
            form.actions.add(_path(told["formaction"]))
        if "name" in told:
            form.names.add(told["name"])
            if told.get("type") == "hidden":
                form.hidden.add((told["name"], told.get("value", "")))

    def _form_of(self, told: dict[str, str]) -> _Form | None:
        if "form" in told:
            return next((form for form in self.forms if form.id == told["form"]), None)
        return self.forms[-1] if self.inside else None


class _Written(_Reader):
    """The page once more, with the values of one of its forms replaced."""

    def __init__(self, chosen: int, form: _Form, kept: Kept) -> None:
        super().__init__()
        self.text: list[str] = []
        self._chosen, self._form = chosen, form
        self._left: dict[str, list[str]] = defaultdict(list)
        for name, value in kept.pairs:
            self._left[name].append(value)
        self._posted = set(kept.pairs)
        self._select = ""
        self._is_skipping = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.enter(tag)
        told = dict(attrs)
        hers = told.get("form") == self._form.id if "form" in told else self.inside and self.number == self._chosen
        raw = self.get_starttag_text() or ""
        if not hers:
            self._put(raw)
        elif tag == "input":
            self._put(self._input(told, raw))
        elif tag == "textarea":
            self._put(raw)
            if self._left.get(told.get("name") or ""):
                self._put(f"\n{escape(self._next(told['name'] or ''))}")
                self._is_skipping = True
        else:
            self._put(self._choice(tag, told, raw))

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._is_skipping = False
        if tag == "select":
            self._select = ""
        if tag == "form" and self.inside and self.number == self._chosen:
            self._put("".join(self._unseen()))
        super().handle_endtag(tag)
        self._put(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._put(data)

    def handle_entityref(self, name: str) -> None:
        self._put(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._put(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._put(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._put(f"<!{decl}>")

    def _put(self, text: str) -> None:
        if not self._is_skipping:
            self.text.append(text)

    def _input(self, told: dict[str, str | None], raw: str) -> str:
        name, kind = told.get("name") or "", told.get("type") or "text"
        if not name or name == MARK or kind in LEFT_ALONE:
            return raw
        if kind in TICKED:
            value = told.get("value")
            return _tag("input", told, "checked", (name, "on" if value is None else value) in self._posted)
        return _tag("input", told | {"value": self._next(name)}) if self._left.get(name) else raw

    def _choice(self, tag: str, told: dict[str, str | None], raw: str) -> str:
        if tag == "select":
            self._select = told.get("name") or ""
        if tag != "option" or not any(name == self._select for name, _value in self._posted):
            return raw
        return _tag("option", told, "selected", (self._select, told.get("value") or "") in self._posted)

    def _next(self, name: str) -> str:
        """Fields of one name stand in the same order as they were sent."""
        return self._left[name].pop(0)

    def _unseen(self) -> list[str]:
        lost = [(name, value) for name, value in self._posted if name not in self._form.names and name != MARK]
        return [_tag("input", {"type": "hidden", "name": name, "value": value}) for name, value in sorted(lost)]


def _tag(tag: str, told: dict[str, str | None], mark: str = "", is_set: bool = False) -> str:
    """The tag with these attributes, and with ``mark`` only where it is set."""
    kept = {name: value for name, value in told.items() if name != mark} | ({mark: None} if is_set else {})
    said = (f' {name}="{escape(value)}"' if value is not None else f" {name}" for name, value in kept.items())
    return f"<{tag}{''.join(said)}>"


def _path(address: str) -> str:
    return address.partition("?")[0].partition("#")[0]
