# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a choice of lines comes to before anything is published: which can stand, how many SMS leave, and to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dispatch.planning.difference import Line
from dispatch.planning.questions import Questions, questions
from dispatch.planning.refusals import sentences
from dispatch.planning.run_lines import Drawing
from dispatch.planning.sound import CHANGES, Refused, sound, with_grounds
from dispatch.records.planning import PlanningRun
from dispatch.web.views.runs import Choice, Recipient
from solver.problem import PlanningProblem


@dataclass(frozen=True)
class Chosen:
    """``kept`` would be published; ``refused`` rest on lines that are not accepted, and ``why`` says so by slot."""

    kept: list[Line]
    refused: list[Refused]
    why: dict[str, str]
    asking: Questions

    def sms_of(self, line: Line) -> int:
        """How many are asked about it; of a line that is not accepted nobody knows, but mostly it is one."""
        return len(self.asking.asked.get(line.slot, (1,) if line.change in ("new", "moved") else ()))

    def shown(self, draw: Drawing) -> Choice:
        to = [Recipient(self.asking.names[her], sms) for her, sms in self.asking.each().items()]
        return Choice(
            lines=len(self.kept),
            sms=self.asking.total,
            to=tuple(sorted(to, key=lambda one: (-one.sms, one.name))),
            unreachable=tuple(sorted({self.asking.names[her] for her in self.asking.unreachable})),
            refused=tuple(
                draw.line(one.line, refused=self.why[one.line.slot]) for one in self.refused if draw.knows(one.line)
            ),
        )


def choose(
    session: Session,
    run: PlanningRun,
    problem: PlanningProblem,
    lines: Sequence[Line],
    without: Collection[str],
    now: dt.datetime,
) -> Chosen:
    """All changes but those ``without``; only who keeps a visit by that needs her day looked at."""
    changing = [line for line in lines if line.change in CHANGES]
    left = [line for line in changing if line.slot in without]
    accepted = [line for line in changing if line.slot not in without]
    kept, refused = sound(problem, accepted, only={line.before.mediator for line in left if line.before})
    refused = with_grounds(problem, kept, refused, left)
    return Chosen(kept, refused, sentences(session, refused), questions(session, run, kept, now))
