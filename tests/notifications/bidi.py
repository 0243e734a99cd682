# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a phone shows: the implicit part of the Unicode bidirectional algorithm (UAX 9), for one line of an SMS.

Rules P2, P3, W1 to W7, N1, N2, I1, I2, L2 as they stood before 2013: no isolates and no bracket pairs, as on an old
phone. Brackets are not mirrored, because only the order of the signs matters here.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import Final

_STRONG: Final = ("L", "R", "AL")


def shown(text: str) -> str:
    """The signs from left to right as they stand on the screen, without the invisible ones."""
    kinds = [_kind(sign) for sign in text]
    base = next((int(kind != "L") for kind in kinds if kind in _STRONG), 0)
    levels = _levels(_neutrals(_weak(kinds, base), base), base)
    order = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):
        order = _reverse_runs(order, levels, level)
    return "".join(text[at] for at in order if unicodedata.category(text[at]) != "Cf")


def _kind(sign: str) -> str:
    kind = unicodedata.bidirectional(sign)
    return kind if kind in (*_STRONG, "EN", "AN", "ES", "CS", "ET", "NSM") else "ON"


def _weak(kinds: list[str], base: int) -> list[str]:
    strong = "R" if base else "L"
    found: list[str] = []
    before = strong
    for kind in kinds:
        kind = (found[-1] if found else strong) if kind == "NSM" else kind
        before = kind if kind in _STRONG else before
        found.append("AN" if kind == "EN" and before == "AL" else kind)
    found = ["R" if kind == "AL" else kind for kind in found]
    for at in range(1, len(found) - 1):
        left, right = found[at - 1], found[at + 1]
        if left == right and ((found[at] == "ES" and left == "EN") or (found[at] == "CS" and left in ("EN", "AN"))):
            found[at] = left
    found = _terminators(found)
    before = strong
    for at, kind in enumerate(found):
        before = kind if kind in ("L", "R") else before
        found[at] = "L" if kind == "EN" and before == "L" else kind
    return ["ON" if kind in ("ES", "CS", "ET") else kind for kind in found]


def _terminators(kinds: list[str]) -> list[str]:
    groups = [(kind, len(list(run))) for kind, run in groupby(kinds)]
    found: list[str] = []
    for at, (kind, length) in enumerate(groups):
        beside = {groups[n][0] for n in (at - 1, at + 1) if 0 <= n < len(groups)}
        found += ["EN" if kind == "ET" and "EN" in beside else kind] * length
    return found


def _neutrals(kinds: list[str], base: int) -> list[str]:
    strong = "R" if base else "L"
    groups = [(kind, len(list(run))) for kind, run in groupby(kinds)]
    sides = ["L" if kind == "L" else "R" for kind, _ in groups]
    found: list[str] = []
    for at, (kind, length) in enumerate(groups):
        left = sides[at - 1] if at else strong
        right = sides[at + 1] if at + 1 < len(groups) else strong
        found += [(left if left == right else strong) if kind == "ON" else kind] * length
    return found


def _levels(kinds: list[str], base: int) -> list[int]:
    raised = {"L": base, "R": 1, "EN": 2, "AN": 2}
    return [raised[kind] if kind != "L" else (2 if base else 0) for kind in kinds]


def _reverse_runs(order: list[int], levels: list[int], level: int) -> list[int]:
    found: list[int] = []
    for high, group in groupby(order, key=lambda at: levels[at] >= level):
        run = list(group)
        found += reversed(run) if high else run
    return found
