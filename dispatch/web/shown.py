# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two people at one row: the second is told, nothing she typed is lost, and nothing is overwritten unseen.

A form that changes a row carries a mark of each field as it was shown. Who saves locks the row, reads it as a form
again and compares: where somebody changed it meanwhile the form comes back with 409, with what stands now beside each
such field and with the marks of now, so that saving it again is a decision.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from dispatch.errors import Conflict
from dispatch.web.forms import MARK, SHOWN, FormValues, LastChange, Meanwhile
from dispatch.web.i18n import gettext as _

# Fields of the change itself, which no row has.
OF_THE_CHANGE = frozenset({SHOWN, MARK, "since", "scope"})


class ChangedMeanwhile(Conflict):
    """``values`` is what was typed, and with it what the form shows of the other's change."""

    def __init__(self, values: FormValues) -> None:
        super().__init__(_("It was changed while you were writing."))
        self.values = values


def refuse_overwriting(typed: FormValues, standing: FormValues, last: Callable[[], LastChange | None]) -> None:
    """Call it with the row locked. ``standing`` is the row as its form shows it now, ``last`` who changed it.

    A form without marks is compared with nothing: it comes from a program, which has seen no page.
    """
    if SHOWN not in typed:
        return
    shown, now = _read(typed.get(SHOWN)), _marks(standing)
    names = frozenset(name for name in shown.keys() | now.keys() if shown.get(name) != now.get(name))
    if names:
        raise ChangedMeanwhile(replace(typed, meanwhile=Meanwhile(standing, names, last())))


def marks_in(values: FormValues) -> str:
    """What the hidden field of a form holds: of the row as it is shown, also while somebody mends what she typed."""
    if values.meanwhile is not None:
        return _written(_marks(values.meanwhile.standing))
    return values.get(SHOWN) if SHOWN in values else _written(_marks(values))


def _marks(values: FormValues) -> dict[str, str]:
    """A short mark of each field that holds something; an empty one is none."""
    names = {name for name, _value in values.pairs} - OF_THE_CHANGE
    held = {name: sorted(values.all(name)) for name in names}
    return {name: f"{zlib.crc32(chr(0).join(texts).encode()):08x}" for name, texts in held.items() if texts}


def _written(marks: Mapping[str, str]) -> str:
    return " ".join(f"{name}~{mark}" for name, mark in sorted(marks.items()))


def _read(text: str) -> dict[str, str]:
    parts = (part.rpartition("~") for part in text.split(" ") if part)
    return {name: mark for name, _tilde, mark in parts}
