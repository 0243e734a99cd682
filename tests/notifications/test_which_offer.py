# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which offer an answer is for: never another than the sender meant, else ask, else a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from notifications.replies import (
    Answer,
    Answers,
    AskBack,
    Command,
    CommandName,
    Matched,
    NoneOpen,
    OptOut,
    Reading,
    Say,
    ToPerson,
    Unclear,
    which_offer,
)

BARE_YES = Answers((Answer(None, Say.YES),))
YES_412 = Answers((Answer(412, Say.YES),))


@pytest.mark.parametrize(
    ("reading", "open_codes", "recent_codes", "wanted"),
    [
        (BARE_YES, [412], [412], Matched(((412, Say.YES),))),
        (BARE_YES, [412], [], Matched(((412, Say.YES),))),
        (BARE_YES, [412], [412, 377], AskBack((412,))),
        (BARE_YES, [412, 377], [412, 377], AskBack((412, 377))),
        (BARE_YES, [], [412], NoneOpen()),
        (BARE_YES, [], [], NoneOpen()),
        (YES_412, [412, 377], [412, 377], Matched(((412, Say.YES),))),
        (YES_412, [377], [412, 377], Matched(((412, Say.YES),))),
        (YES_412, [377], [377], AskBack((377,))),
        (YES_412, [], [], NoneOpen()),
        (Unclear("boh"), [412], [412], ToPerson("boh")),
        (Unclear("chi è?"), [], [], ToPerson("chi è?")),
    ],
)
def test_table_of_the_rule(reading: Reading, open_codes: list[int], recent_codes: list[int], wanted: object) -> None:
    """The rule of the 72 hours, case by case."""
    assert which_offer(reading, open_codes=open_codes, recent_codes=recent_codes) == wanted


def test_late_answer_with_its_code_is_matched() -> None:
    """A code of the last 90 days is matched though its offer is closed: what to do about it is settled there."""
    assert which_offer(YES_412, open_codes=[], recent_codes=[], known_codes=[412]) == Matched(((412, Say.YES),))


def test_one_wrong_code_among_several_asks_back() -> None:
    """With a code that is nobody's, the other answer is not taken either: the sender may have mixed them up."""
    two = Answers((Answer(412, Say.YES), Answer(999, Say.NO)))
    assert which_offer(two, open_codes=[412, 377], recent_codes=[412, 377]) == AskBack((412, 377))


@pytest.mark.parametrize("reading", [Command(CommandName.HELP), OptOut("stop")])
def test_command_is_no_answer(reading: Reading) -> None:
    """Commands and opt-outs must be handled before: matching them is an error of the caller."""
    with pytest.raises(ValueError, match="is not an answer to an offer"):
        which_offer(reading, open_codes=[412], recent_codes=[412])


@dataclass(frozen=True)
class Past:
    """An offer to this phone: hours ago when it was asked, and when it closed (0 or less: still open)."""

    code: int
    asked: int
    closed: int


@dataclass(frozen=True)
class Scene:
    """The offers of one phone and the one of them that the sender means by a bare SI, written when she read it."""

    offers: tuple[Past, ...]
    meant: Past


WINDOW = 72  # hours: the longest that a person is taken to answer an SMS without looking at its code


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Offers asked and closed at any hour of two weeks; the sender means one that was open within 72 hours."""
    spans = draw(st.lists(st.tuples(st.integers(1, 336), st.integers(-24, 335)), min_size=1, max_size=6))
    offers = tuple(Past(100 + at, max(pair), min(pair)) for at, pair in enumerate(spans))
    recent = [offer for offer in offers if offer.closed <= WINDOW]
    meant = draw(st.sampled_from(recent or offers[:1]))
    return Scene(offers, meant)


Rule = Callable[[list[Past]], int | None]


def ours(offers: list[Past]) -> int | None:
    """The code that a bare SI is credited to by which_offer."""
    found = which_offer(
        BARE_YES,
        open_codes=[offer.code for offer in offers if offer.closed <= 0],
        recent_codes=[offer.code for offer in offers if offer.closed <= WINDOW],
    )
    return found.answers[0][0] if isinstance(found, Matched) else None


def latest_open(offers: list[Past]) -> int | None:
    """Naive: the open offer asked last."""
    there = [offer for offer in offers if offer.closed <= 0]
    return min(there, key=lambda offer: offer.asked).code if there else None


def only_open_one(offers: list[Past]) -> int | None:
    """Naive: the one open offer, whatever was open yesterday."""
    there = [offer for offer in offers if offer.closed <= 0]
    return there[0].code if len(there) == 1 else None


def open_within_two_hours(offers: list[Past]) -> int | None:
    """Naive: the one open offer, when no other was open in the last two hours."""
    there = [offer for offer in offers if offer.closed <= 2]
    return there[0].code if len(there) == 1 and there[0].closed <= 0 else None


def goes_wrong(rule: Rule, scene: Scene) -> bool:
    """Whether a bare SI is credited to an offer that the sender did not mean."""
    return rule(list(scene.offers)) not in (None, scene.meant.code)


@given(scenes().filter(lambda scene: scene.meant.closed <= WINDOW))
@settings(max_examples=500, deadline=None)
def test_bare_answer_reaches_the_offer_meant_or_nobody(scene: Scene) -> None:
    """Whatever the history of a phone, a bare SI is never credited to another offer than the one meant."""
    assert not goes_wrong(ours, scene)


@pytest.mark.parametrize("naive", [latest_open, only_open_one, open_within_two_hours])
def test_naive_rules_are_caught(naive: Rule) -> None:
    """Control: each of the three simpler rules credits somebody else's SI in some history."""
    try:
        find(
            scenes().filter(lambda scene: scene.meant.closed <= WINDOW),
            lambda scene: goes_wrong(naive, scene),
            settings=settings(max_examples=2_000, deadline=None, phases=[Phase.generate], database=None),
        )
    except NoSuchExample:
        pytest.fail(f"{naive.__name__} was never caught: the property test proves nothing")
