# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decides which offer an answer is for, or that only the sender or a person can say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from notifications.replies.read import Answers, Command, OptOut, Reading, Say, Unclear
from notifications.replies.shifts import Shift


@dataclass(frozen=True, slots=True)
class Matched:
    """Each code with its own answer; the codes belong to offers made to this phone."""

    answers: tuple[tuple[int, Say], ...]


@dataclass(frozen=True, slots=True)
class AskBack:
    """Ask the sender which offer is meant, naming these codes."""

    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ToPerson:
    """A person reads the full text, and the sender is told so."""

    text: str


@dataclass(frozen=True, slots=True)
class NoneOpen:
    """An answer that fits no offer, while none is open to this phone."""


def which_offer(
    reading: Reading,
    *,
    open_codes: Collection[int],
    recent_codes: Collection[int],
    known_codes: Collection[int] = (),
) -> Matched | AskBack | ToPerson | NoneOpen:
    """Match a reading to the offers made to the phone it came from.

    `open_codes`: offers that wait for an answer now. `recent_codes`: offers that were open at any time in the
    last 72 hours, the open ones included or not. `known_codes`: every code given to this phone in the last 90
    days, so that a late answer with its code is still matched (and then settled as late).
    A bare SI or NO counts only when exactly one offer is open and no other was open in the last 72 hours.
    Raises ValueError for a command, a time of hers or an opt-out: those are not answers to an offer.
    """
    if isinstance(reading, Command | Shift | OptOut):
        raise ValueError(f"{type(reading).__name__} is not an answer to an offer: handle it before which_offer")
    if isinstance(reading, Unclear):
        return ToPerson(reading.text)
    if any(answer.code is None for answer in reading.answers):
        return _bare(reading, open_codes, recent_codes)
    ours = {*open_codes, *recent_codes, *known_codes}
    if all(answer.code in ours for answer in reading.answers):
        return Matched(tuple((answer.code, answer.say) for answer in reading.answers if answer.code is not None))
    return _ask(open_codes)


def _bare(reading: Answers, open_codes: Collection[int], recent_codes: Collection[int]) -> Matched | AskBack | NoneOpen:
    if len(open_codes) == 1 and set(recent_codes) <= set(open_codes):
        (code,) = open_codes
        return Matched(((code, reading.answers[0].say),))
    return _ask(open_codes)


def _ask(open_codes: Collection[int]) -> AskBack | NoneOpen:
    return AskBack(tuple(open_codes)) if open_codes else NoneOpen()
