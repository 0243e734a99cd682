# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser would send: the fields of one form of a page, as they stand in it."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.select = action, False, ""
        self.fields: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("action") == self.action
        elif not self.inside:
            return
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in self.fields:  # without a choice the first one is sent
                self.fields[self.select] = [given["value"]]
        elif tag == "input" and (given["type"] not in ("checkbox", "radio") or "checked" in given):
            self.fields.setdefault(given["name"], []).append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""


def fields(page: str, action: str) -> dict[str, list[str]]:
    """The form that posts to ``action``, without its buttons: change what the person types, and post it."""
    form = _Form(action)
    form.feed(page)
    assert form.fields, f"the page has no form for {action}"
    return form.fields
