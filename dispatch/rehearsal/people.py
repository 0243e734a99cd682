# SPDX-License-Identifier: AGPL-3.0-or-later
"""Virtual mediators: they read the SMS on their handset, and answer once, in their own words and their own time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from dispatch.kit.clock import at_home
from dispatch.rehearsal.draws import happens, log_normal, one_of
from dispatch.rehearsal.profiles import PEOPLE, PeopleRates

# What an offer looks like to a reader: "Rispondi SI 412 o NO 412", "Reply YES 412 or NO 412".
CODE = re.compile(r"\b(?:SI|YES) (\d{2,4})\b")
NIGHT = (22, 7)
CLEAR_YES = ("si {} grazie", "Sì {}, va bene", "ok {}", "Confermo {}", "{} sì grazie mille", "buongiorno, si {}")
CLEAR_NO = ("no {} mi dispiace", "purtroppo non posso {}", "No {}, grazie", "{} no")
UNCLEAR = (
    "sì ma dopo le 15 ({})",
    "{} forse, ti dico stasera",
    "no, però domani potrei ({})",
    "dove sarebbe di preciso? {}",
)
PLAIN = {"yes": "SI {}", "no": "NO {}"}
PLAIN_ENGLISH = {"yes": "YES {}", "no": "NO {}"}


@dataclass(frozen=True)
class Answer:
    """What she sends and when. ``says`` is yes, no or unclear."""

    at: dt.datetime
    text: str
    says: str


@dataclass(frozen=True)
class People:
    """Everybody's habits; whatever is drawn hangs on the seed, the person and the slot alone, so asking again changes nothing.

    ``names`` say which visit a slot's id stands for, where several runs with other ids must draw the same.
    """

    seed: int
    rates: PeopleRates = PEOPLE
    names: Mapping[int, str] = field(default_factory=dict)

    def answer(self, mediator: str, slot: int, text: str, asked_at: dt.datetime) -> Answer | None:
        """Her answer to the offer in ``text``, or None: silence, or nothing in it that can be answered."""
        code = code_in(text)
        random = self._chance("answer", mediator, slot)
        says = self._says(random)
        delay = self._delay(random, asked_at)
        if code is None or not says:
            return None
        said, words = self._words(random, says, "YES" in text)
        return Answer(asked_at + delay, words.format(code), said)

    def says_yes(self, mediator: str, slot: int) -> bool:
        """Whether a plain yes is what she would answer to this offer, whenever she is asked and however."""
        random = self._chance("answer", mediator, slot)
        if self._says(random) != "yes":
            return False
        self._delay(random, dt.datetime.min.replace(tzinfo=dt.UTC))
        return self._words(random, "yes", False)[0] == "yes"

    def answers_after(self, mediator: str, slot: int, asked_at: dt.datetime) -> dt.timedelta:
        """How long she takes to answer when she reads the question at this moment."""
        random = self._chance("answer", mediator, slot)
        self._says(random)
        return self._delay(random, asked_at)

    def never_arrives(self, mediator: str, slot: int) -> bool:
        """Whether the network loses what is sent to her about this slot."""
        return happens(self._chance("lost", mediator, slot), self.rates.undelivered)

    def withdraws(self, mediator: str, slot: int) -> bool:
        """Whether she takes her yes back later on."""
        return happens(self._chance("withdraws", mediator, slot), self.rates.withdraws)

    def _chance(self, what: str, mediator: str, slot: int) -> Random:
        return Random(f"{what} {self.seed} {mediator} {self.names.get(slot, slot)}")

    def _says(self, random: Random) -> str:
        rates = self.rates
        return one_of(random, {"yes": rates.accept, "no": rates.decline, "": 100 - rates.accept - rates.decline})

    def _delay(self, random: Random, asked_at: dt.datetime) -> dt.timedelta:
        hour = at_home(asked_at).hour
        by_night = hour >= NIGHT[0] or hour < NIGHT[1]
        median = self.rates.night_median if by_night else self.rates.day_median
        return dt.timedelta(minutes=max(1.0, log_normal(random, median, self.rates.delay_spread)))

    def _words(self, random: Random, says: str, english: bool) -> tuple[str, str]:
        if not happens(random, self.rates.free_text):
            return says, (PLAIN_ENGLISH if english else PLAIN)[says]
        if happens(random, self.rates.unclear_text):
            return "unclear", random.choice(UNCLEAR)
        return says, random.choice(CLEAR_YES if says == "yes" else CLEAR_NO)


def code_in(text: str) -> str | None:
    """The code a reader would answer with."""
    found = CODE.search(text)
    return found[1] if found else None
