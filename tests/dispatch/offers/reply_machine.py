# SPDX-License-Identifier: AGPL-3.0-or-later
"""One phone through weeks of questions: they open, end, are answered bare, by code, late, wrongly and twice (row C1).

The machine knows which question the sender means. Whatever she writes must reach that question, or ask back, or go to
a person; it may never be credited to another. `Machine.match` is the rule on trial, ours or a naive one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from config.policy import load_policy
from dispatch.offers.decisions import Reply, Settled, settle
from dispatch.offers.drafting import fresh_code
from dispatch.records.statuses import OfferStatus
from notifications import replies
from notifications.replies import AskBack, Matched, NoneOpen, Reading, Say, ToPerson, which_offer

STEPS = 40
HOUR = dt.timedelta(hours=1)
BEGAN = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
POLICY = load_policy().offers
MEMORY = POLICY.bare_answer_hours * HOUR  # the longest that somebody answers an SMS without looking at its code
Result = Matched | AskBack | ToPerson | NoneOpen
WORDS = {Say.YES: ("si", "ok", "Sì grazie", "1", "va bene"), Say.NO: ("no", "non posso", "No, mi dispiace", "2")}
TAILS = ("ma dopo le 15", "però domani", "chi viene?", "se arrivo in tempo")


@dataclass
class Asked:
    """A question to this phone. ``taken``: somebody else stands for the slot, or is asked about it now."""

    code: int
    asked: dt.datetime
    reply_by: dt.datetime
    status: OfferStatus = OfferStatus.WAITING
    closed: dt.datetime | None = None
    taken: bool = False

    @property
    def is_open(self) -> bool:
        return self.status is OfferStatus.WAITING

    def end(self, status: OfferStatus, at: dt.datetime, *, taken: bool) -> None:
        self.status, self.closed, self.taken = status, at, taken


def ours(reading: Reading, offers: Sequence[Asked], now: dt.datetime) -> Result:
    """The product's rule, given what `queries.her_codes` would find."""
    return which_offer(
        reading,
        open_codes=[one.code for one in offers if one.is_open],
        recent_codes=[one.code for one in offers if one.closed is None or one.closed >= now - MEMORY],
        known_codes=[one.code for one in offers],
    )


def _bare(reading: Reading) -> Say | None:
    return reading.answers[0].say if isinstance(reading, replies.Answers) and reading.answers[0].code is None else None


def latest_open(reading: Reading, offers: Sequence[Asked], now: dt.datetime) -> Result:
    """Naive: a bare answer is for the question asked last of those that are open."""
    there = [one for one in offers if one.is_open]
    say = _bare(reading)
    return Matched(((there[-1].code, say),)) if say and there else ours(reading, offers, now)


def only_open_one(reading: Reading, offers: Sequence[Asked], now: dt.datetime) -> Result:
    """Naive: a bare answer is for the one open question, whatever was open yesterday."""
    there = [one for one in offers if one.is_open]
    say = _bare(reading)
    return Matched(((there[0].code, say),)) if say and len(there) == 1 else ours(reading, offers, now)


def open_within_two_hours(reading: Reading, offers: Sequence[Asked], now: dt.datetime) -> Result:
    """Naive: a bare answer is for the one open question, where no other was open in the last two hours."""
    there = [one for one in offers if one.closed is None or one.closed >= now - 2 * HOUR]
    say = _bare(reading)
    lone = len(there) == 1 and there[0].is_open
    return Matched(((there[0].code, say),)) if say and lone else ours(reading, offers, now)


class Machine(RuleBasedStateMachine):
    """The questions of one phone; every rule is something that happens to them, or an SMS of hers."""

    match = staticmethod(ours)

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGAN
        self.offers: list[Asked] = []
        self.chance = Random(7)

    def _in_mind(self) -> list[Asked]:
        """What she may have in mind: questions that were open to her lately."""
        return [one for one in self.offers if one.closed is None or one.closed >= self.now - MEMORY]

    @rule(hours=st.integers(1, 96))
    def ask(self, hours: int) -> None:
        since = self.now - dt.timedelta(days=POLICY.code_days)
        code = fresh_code({one.code for one in self.offers if one.asked >= since}, self.chance)
        self.offers.append(Asked(code, self.now, self.now + hours * HOUR))

    @rule(minutes=st.integers(1, 4000), taken=st.booleans())
    def wait(self, minutes: int, taken: bool) -> None:
        """Time passes, and what nobody answered ends at its hour."""
        self.now += dt.timedelta(minutes=minutes)
        for one in self.offers:
            if one.is_open and one.reply_by < self.now:
                one.end(OfferStatus.EXPIRED, one.reply_by, taken=taken)

    @precondition(lambda self: any(one.is_open for one in self.offers))
    @rule(data=st.data(), status=st.sampled_from([OfferStatus.COVERED, OfferStatus.WITHDRAWN]))
    def end(self, data: st.DataObject, status: OfferStatus) -> None:
        """Somebody else was quicker, or the plan or the desk took it back."""
        data.draw(st.sampled_from([one for one in self.offers if one.is_open])).end(status, self.now, taken=True)

    @precondition(lambda self: self._in_mind())
    @rule(data=st.data(), say=st.sampled_from(Say), coded=st.booleans(), twice=st.booleans())
    def answer(self, data: st.DataObject, say: Say, coded: bool, twice: bool) -> None:
        """She answers one question, with its code or without, and the carrier may bring it twice."""
        meant = data.draw(st.sampled_from(self._in_mind()))
        words = data.draw(st.sampled_from(WORDS[say]))
        bare = words in ("1", "2") or not coded
        for _ in range(2 if twice else 1):
            self._arrives(words if bare else f"{words} {meant.code}", {meant.code: say}, must_match=not bare)

    @precondition(lambda self: len(self.offers) > 1)
    @rule(data=st.data(), says=st.tuples(st.sampled_from(Say), st.sampled_from(Say)))
    def answer_two(self, data: st.DataObject, says: tuple[Say, Say]) -> None:
        """Two codes of hers in one SMS, however old."""
        pair = data.draw(st.permutations(self.offers))[:2]
        wanted = {one.code: say for one, say in zip(pair, says, strict=True)}
        self._arrives(
            " ".join(f"{say.value.replace('yes', 'si')} {code}" for code, say in wanted.items()), wanted, True
        )

    @precondition(lambda self: self.offers)
    @rule(data=st.data(), say=st.sampled_from(Say), tail=st.sampled_from(TAILS))
    def say_more(self, data: st.DataObject, say: Say, tail: str) -> None:
        """More meaning than yes or no: never an answer to anything."""
        code = data.draw(st.sampled_from(self.offers)).code
        text = f"{WORDS[say][0]} {code} {tail}"
        assert self._match(text) == ToPerson(text)

    @rule(code=st.integers(10, 9999), say=st.sampled_from(Say))
    def mistype(self, code: int, say: Say) -> None:
        """A code that was never hers is nobody's answer."""
        if code not in {one.code for one in self.offers}:
            assert isinstance(self._match(f"{WORDS[say][0]} {code}"), AskBack | NoneOpen)

    def _match(self, text: str) -> Result:
        return type(self).match(replies.read(text), self.offers, self.now)

    def _arrives(self, text: str, meant: dict[int, Say], must_match: bool) -> None:
        found = self._match(text)
        if not isinstance(found, Matched):
            assert isinstance(found, AskBack | NoneOpen)
            assert not must_match, f"{text!r} names its question and was not taken"
            return
        for code, say in found.answers:
            assert meant.get(code) is say, f"{text!r} meant {meant} and was credited to {code} as {say}"
            self._settle(code, say)

    def _settle(self, code: int, say: Say) -> None:
        """What the answer does to the question it reached; the promises of `settle` hold whatever came before."""
        offer = next(one for one in reversed(self.offers) if one.code == code)
        before, free = offer.status, not offer.taken
        done = settle(offer.status, offer.reply_by, Reply(say.value), self.now, slot_open=free)
        match done:
            case Settled.BOOK:
                assert say is Say.YES
                assert free
                offer.end(OfferStatus.ACCEPTED, self.now, taken=True)
            case Settled.DECLINE:
                assert say is Say.NO
                assert before is OfferStatus.WAITING
                offer.end(OfferStatus.DECLINED, self.now, taken=False)
            case Settled.COVERED:
                assert say is Say.YES
                assert not free
        if before is OfferStatus.ACCEPTED:
            assert done is (Settled.NOTHING if say is Say.YES else Settled.PERSON)
        again = settle(offer.status, offer.reply_by, Reply(say.value), self.now, slot_open=not offer.taken)
        assert again not in (Settled.BOOK, Settled.DECLINE), "the same answer had its effect twice"


class LatestOpen(Machine):
    match = staticmethod(latest_open)


class OnlyOpenOne(Machine):
    match = staticmethod(only_open_one)


class OpenWithinTwoHours(Machine):
    match = staticmethod(open_within_two_hours)


def walk(machine: type[Machine], examples: int) -> None:
    """So many phones of forty steps each; an AssertionError says what went wrong."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
