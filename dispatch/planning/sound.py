# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which of the accepted lines of a draft can stand when the others are left as they are: pure, judged by the checker.

A line may rest on another one: Amina is free on Tuesday at nine only because her visit there goes to Fatou. Where that
line is refused, her visit stays with her, and whatever the draft gave her at that hour cannot stand beside it. Such a
line is refused too, and its own visit stays where it was, until nothing is left that a rule forbids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from dispatch.planning.difference import Line
from solver.check import broken_rules, day_violations
from solver.plan import Assignment as Visit
from solver.plan import Violation
from solver.problem import PlanningProblem, Standing

CHANGES = ("new", "moved", "dropped")


@dataclass(frozen=True)
class Refused:
    """A line that cannot stand: the rule in its way, and the refused line that it rests on, if that is known."""

    line: Line
    rule: str
    message: str
    because: Line | None = None


def sound(
    problem: PlanningProblem, accepted: Sequence[Line], only: Collection[str] | None = None
) -> tuple[list[Line], list[Refused]]:
    """The accepted lines that can stand together with all that is locked or stays published, and those that cannot.

    ``only`` names the mediators whose days need a look; left out, all of them do.
    """
    book = Standings(problem)
    kept, refused = list(accepted), list[Refused]()
    while out := [*book.out_of_a_day(kept, only)] or [*book.out_together(kept, only)]:
        refused += out
        gone = {one.line.slot for one in out}
        kept = [line for line in kept if line.slot not in gone]
        if only is not None:  # What does not change after all is again in the day of who has it now.
            only = {*only, *(one.line.before.mediator for one in out if one.line.before)}
    return kept, refused


def with_grounds(
    problem: PlanningProblem, kept: Sequence[Line], refused: list[Refused], left: list[Line]
) -> list[Refused]:
    """The same refusals, each with the line among ``left`` without which it would stand."""
    book = Standings(problem)
    return [replace(one, because=book.ground(one.line, kept, left)) for one in refused]


class Standings:
    """What stands now, by slot, and how lines change it."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem = problem
        self.lasts = {slot.id: one.duration for one in problem.appointments for slot in one.slots}
        self.now = {fact.slot: self._visit(fact) for fact in (*problem.locked, *problem.published)}

    def out_of_a_day(self, kept: Sequence[Line], only: Collection[str] | None) -> Iterable[Refused]:
        """Lines that one mediator's calendar cannot hold, each beside what was found good before it."""
        for her in sorted({line.mediator for line in kept if line.mediator}):
            if only is not None and her not in only:
                continue
            hers = [line for line in kept if line.mediator == her]
            stays = self._staying(kept, her)
            if not self._newly_broken(her, stays, [self.visit(line) for line in hers]):
                continue
            good = list(stays)
            for line in sorted(hers, key=lambda line: line.change != "unchanged"):
                broken = self._newly_broken(her, good, [self.visit(line)])
                if broken:
                    yield Refused(line, broken[0].rule, broken[0].message)
                else:
                    good.append(self.visit(line))

    def out_together(self, kept: Sequence[Line], only: Collection[str] | None) -> Iterable[Refused]:
        """Lines that what concerns several people forbids: a purse, or two at one appointment."""
        if only is not None and not only:
            return
        stays = self._staying(kept)
        before = set(broken_rules(self.problem, stays))
        new = [line for line in kept if line.mediator is not None]
        if not set(broken_rules(self.problem, [*stays, *map(self.visit, new)])) - before:
            return
        good = list(stays)
        for line in new:
            tried = [*good, self.visit(line)]
            broken = [one for one in broken_rules(self.problem, tried) if one not in before]
            if broken:
                yield Refused(line, broken[0].rule, broken[0].message)
            else:
                good = tried

    def ground(self, line: Line, kept: Sequence[Line], left: Iterable[Line]) -> Line | None:
        """The first of the lines left as they are whose going would make room for this one."""
        her = line.mediator
        assert her is not None
        stays = self._staying(kept, her) + [self.visit(one) for one in kept if one.mediator == her]
        hers = [one for one in left if one.before is not None and one.before.mediator == her]
        for other in hers:
            without = [visit for visit in stays if visit.slot != other.slot]
            if not self._newly_broken(her, without, [self.visit(line)]):
                return other
        return hers[0] if hers else None

    def visit(self, line: Line) -> Visit:
        assert line.mediator is not None
        assert line.start is not None
        return Visit(slot=line.slot, mediator=line.mediator, start=line.start, end=line.start + self.lasts[line.slot])

    def _visit(self, fact: Standing) -> Visit:
        return Visit(slot=fact.slot, mediator=fact.mediator, start=fact.start, end=fact.start + self.lasts[fact.slot])

    def _staying(self, kept: Sequence[Line], her: str | None = None) -> list[Visit]:
        """What no kept line changes; of one mediator, if she is named."""
        changing = {line.slot for line in kept}
        return [
            visit for slot, visit in self.now.items() if slot not in changing and (her is None or visit.mediator == her)
        ]

    def _newly_broken(self, her: str, stays: Sequence[Visit], more: Sequence[Visit]) -> list[Violation]:
        """What ``more`` breaks that was whole before: an absence entered since is no fault of theirs."""
        before = set(day_violations(self.problem, her, stays))
        return [one for one in day_violations(self.problem, her, [*stays, *more]) if one not in before]
