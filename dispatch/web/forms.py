# SPDX-License-Identifier: AGPL-3.0-or-later
"""HTML forms and the JSON body of the API, one shape for both: an input's name is the JSON path joined with "-".

`when-0-day` is `body["when"][0]["day"]`; a name in `LISTS` may come several times and is a list of texts.
Empty inputs say nothing, so they are left out of the body, and so is a list entry made of defaults alone.
A name that is no path, or that contradicts another, stays whole in the body: there the schema refuses it by name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

LISTS = frozenset({"fallback_modes", "repeat-except", "weekdays"})
PART = re.compile(r"[a-z_]+|[0-9]{1,2}", re.ASCII)
DEEPEST = 3
MARK = "csrf"  # the hidden field that says for which account the page was made: see dispatch.access.keeping
SHOWN = "shown"  # the hidden field with the marks of what a form showed: see dispatch.web.shown
# A list entry counts only when one of these is filled: the others have a default in the form.
HEADS = frozenset({"code", "day", "id", "is", "every"})


@dataclass(frozen=True)
class LastChange:
    """Who changed a row last, by the name she signs in with, and when; no name where a program or nobody known did."""

    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Meanwhile:
    """What became of a row while its form was filled in: as it stands, and the ``names`` of fields that changed."""

    standing: FormValues
    names: frozenset[str]
    last: LastChange | None


@dataclass(frozen=True)
class FormValues:
    """What was typed, exactly as it came; a form shows it again so that a slip loses nothing.

    ``meanwhile`` is set where somebody else changed the row in the meantime.
    """

    pairs: tuple[tuple[str, str], ...] = ()
    meanwhile: Meanwhile | None = None

    @classmethod
    def of(cls, values: Mapping[str, str | Iterable[str]]) -> FormValues:
        """From a mapping of names to one text or several."""
        pairs: list[tuple[str, str]] = []
        for name, value in values.items():
            pairs += [(name, value)] if isinstance(value, str) else [(name, one) for one in value]
        return cls(tuple(pairs))

    def get(self, name: str, default: str = "") -> str:
        """The last text under this name."""
        return next((value for key, value in reversed(self.pairs) if key == name), default)

    def all(self, name: str) -> list[str]:
        """Everything under this name that is not empty."""
        return [value.strip() for key, value in self.pairs if key == name and value.strip()]

    def has(self, name: str, value: str) -> bool:
        """Whether this value was ticked or chosen."""
        return (name, value) in self.pairs

    def __contains__(self, name: object) -> bool:
        return any(key == name for key, _value in self.pairs)

    def less(self, names: Collection[str]) -> FormValues:
        """The same without these fields."""
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair[0] not in names))

    def put(self, pairs: Iterable[tuple[str, str]]) -> FormValues:
        """The same with these texts in the place of what stood under their names."""
        fresh = tuple(pairs)
        kept = self.less({name for name, _value in fresh}).pairs
        return replace(self, pairs=(*kept, *fresh))

    def stands(self, name: str) -> list[str] | None:
        """What the row holds in a field that somebody else changed and that was typed otherwise; None elsewhere."""
        if self.meanwhile is None or name not in self.meanwhile.names:
            return None
        now = self.meanwhile.standing.all(name)
        return None if sorted(now) == sorted(self.all(name)) else now

    @property
    def given(self) -> bool:
        """Whether there is anything typed at all; a fresh form shows its defaults instead."""
        return bool(self.pairs)


def body_of(values: FormValues) -> dict[str, Any]:
    """The JSON body that a filled form means; texts stay texts, the API's schema reads numbers and truth from them."""
    body: dict[str, Any] = {}
    for name, value in values.pairs:
        if value.strip() and name not in (SHOWN, MARK):
            _put(body, name, value.strip())
    for name in [name for name, part in body.items() if isinstance(part, dict)]:
        body[name] = _tidy(body[name])
        if not body[name]:
            del body[name]
    return body


def field_name(location: Iterable[str | int]) -> str:
    """The input that an error at this path of the body is about: ("when", 0, "day") is `when-0-day`."""
    return "-".join(str(part) for part in location if part != "body")


def _put(body: dict[str, Any], name: str, value: str) -> None:
    *path, last = _path(name)
    inner = body
    for part in path:
        inner = inner.setdefault(part, {})
        if not isinstance(inner, dict):
            body[name] = value
            return
    there = inner.setdefault(last, [] if name in LISTS else value)
    if isinstance(there, list) and name in LISTS:
        there.append(value)
    elif isinstance(there, str) and name not in LISTS:
        inner[last] = value
    else:
        body[name] = value


def _path(name: str) -> list[str]:
    parts = name.split("-")
    return parts if len(parts) <= DEEPEST and all(map(PART.fullmatch, parts)) else [name]


def _tidy(part: dict[str, Any]) -> dict[str, Any] | list[dict[str, Any]] | None:
    """A numbered part becomes a list without its empty entries; a part without its head says nothing."""
    if all(key.isdigit() for key in part):
        entries = [part[key] for key in sorted(part, key=int)]
        return [entry for entry in entries if not isinstance(entry, dict) or HEADS & entry.keys()]
    return part if HEADS & part.keys() else None
