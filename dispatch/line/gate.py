# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate that every SMS passes: asks the line whether one may leave, and tells it what the carrier answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import replace
from random import Random

from config.policy import SmsPolicy
from dispatch.kit.session import Database
from dispatch.line import bucket, rows
from dispatch.line.breaker import Event, Go, Shut, Standing, Wait, ask, breaker
from dispatch.records.statuses import LineState


class Gate:
    """One sender's way to one provider's line. ``paced``: a carrier stands behind it, who limits the pace.

    It shuts for good when the operator chooses another line: what is still queued goes out there. Of those that are
    ``set_up`` that is also one chosen before its first question; any other choice the settings do not allow.
    """

    def __init__(
        self,
        database: Database,
        provider: str,
        rules: SmsPolicy,
        rng: Random,
        machine: Callable[[], dt.datetime],
        *,
        paced: bool,
        set_up: Collection[str] = (),
    ) -> None:
        self._database, self._provider, self._rules = database, provider, rules
        self._rng, self._machine, self._paced = rng, machine, paced
        self._others = frozenset(set_up) - {provider}
        self._untroubled = True
        self._first_chosen: tuple[str | None] | None = None

    def ask(self) -> Go | Wait | Shut:
        """Whether one SMS may leave now; its token is drawn."""
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while True:
                line, chosen = rows.read(connection, self._provider)
                self._first_chosen = self._first_chosen or (chosen,)
                if self._first_chosen != (chosen,) or chosen in self._others:
                    return Shut()
                self._untroubled = line.state is LineState.RUNNING and not line.failures
                after, answer = ask(line, self._machine(), self._rules, paced=self._paced)
                if after == line or rows.write(connection, after):
                    return answer

    def tell(self, event: Event, *, probe: bool = False, why: str = "") -> None:
        """What came of a post. That all is well is no news to a line without trouble, and costs nothing."""
        if event is Event.ANSWERED and self._untroubled:
            return
        chance = self._rng.random()

        def decide(line: Standing) -> Standing:
            return breaker(line, event, self._machine(), self._rules, chance=chance, probe=probe, why=why)

        rows.change(self._database, self._provider, decide)

    def charge(self, segments: int) -> None:
        """The tokens of an SMS beyond its first segment."""
        if self._paced and segments > 1:
            rows.change(self._database, self._provider, lambda line: self._charged(line, segments - 1))

    def give_back(self, leave: Go) -> None:
        """Nothing was there to be sent: a probe that never left must not keep the next one waiting."""
        if leave.probe:
            rows.change(self._database, self._provider, lambda line: replace(line, try_at=self._machine()))

    def _charged(self, line: Standing, tokens: int) -> Standing:
        until = bucket.charge(line.paced_until, self._machine(), tokens, per_second=self._rules.per_second)
        return replace(line, paced_until=until)
