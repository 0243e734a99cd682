# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what a side tells of a visit: local times on its day, kilometres, a note without names; all problems at once."""

from __future__ import annotations

import datetime as dt
import re

from config.policy import AttendancePolicy
from dispatch.attendance.decisions import TOOK_PLACE, WITHOUT_TIMES, TimesTrouble, trouble_with
from dispatch.attendance.sayings import Saying, Times, both_ends
from dispatch.attendance.schemas import Tell
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import at_home, from_wall
from dispatch.kit.notes import name_in, tax_code_in
from dispatch.records.attendance import Attendance
from dispatch.records.statuses import Outcome
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _

CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", re.ASCII)
TROUBLES = {
    TimesTrouble.BACKWARDS: (_l("It ends before it begins."), _l("Check both times.")),
    TimesTrouble.TOO_LONG: (_l("It would have lasted more than %(hours)d hours."), _l("Check both times.")),
    TimesTrouble.AHEAD: (_l("This time is still to come."), _l("Tell how it went once it is over.")),
    TimesTrouble.FAR: (_l("This is hours away from what was planned."), _l("Check the time, or call who coordinates.")),
}


def read_tell(
    told: Tell, row: Attendance, now: dt.datetime, policy: AttendancePolicy, known: list[str], *, with_km: bool
) -> Saying:
    """The saying, or NotUnderstood with every field that needs a change; ``known`` are names that are no person's."""
    problems: list[FieldProblem] = []
    outcome = Outcome(told.outcome)
    times = None if outcome in WITHOUT_TIMES else _times(told, row, now, policy, outcome, problems)
    if told.km is not None and not 0 <= told.km <= policy.most_km:
        remedy = _("Write a number between 0 and %(most)d.") % {"most": policy.most_km}
        problems.append(FieldProblem("km", _("These kilometres cannot be."), told.km, remedy))
    _read_note(told, known, problems)
    if problems:
        raise NotUnderstood(_("The outcome cannot be noted as it is."), fields=tuple(problems))
    return Saying(outcome, times, told.km if with_km else None, told.note.strip())


def _times(
    told: Tell,
    row: Attendance,
    now: dt.datetime,
    policy: AttendancePolicy,
    outcome: Outcome,
    problems: list[FieldProblem],
) -> Times | None:
    """The times told, None for those of the plan; where one came alone the other is asked for, never guessed."""
    planned = both_ends(row.planned)
    day = at_home(planned[0]).date()
    texts = {"from": told.from_.strip(), "to": told.to.strip()}
    if not any(texts.values()):
        _weigh_times(planned, planned, now, policy, outcome, problems)
        return None
    found = [_clock(name, text, day, problems) for name, text in texts.items()]
    if any(one is None for one in found):
        return None
    start, end = (one for one in found if one is not None)
    _weigh_times((start, end), planned, now, policy, outcome, problems)
    return None if (start, end) == planned else (start, end)


def _clock(field: str, text: str, day: dt.date, problems: list[FieldProblem]) -> dt.datetime | None:
    shown = CLOCK.fullmatch(text)
    if shown is None:
        remedy = _("Write hours and minutes, as the clock shows them in Italy: 09:10.")
        problems.append(FieldProblem(field, _("This is not a time of the day."), text, remedy))
        return None
    return from_wall(day, int(shown[1]) * 60 + int(shown[2]))


def _weigh_times(
    times: Times,
    planned: Times,
    now: dt.datetime,
    policy: AttendancePolicy,
    outcome: Outcome,
    problems: list[FieldProblem],
) -> None:
    """Times of somebody who did not come need not be over, but for those who met they do."""
    if outcome not in TOOK_PLACE and times == planned:
        return
    trouble = trouble_with(times, planned, now, policy)
    if trouble is not None:
        message, remedy = TROUBLES[trouble]
        value = f"{at_home(times[0]):%H:%M}–{at_home(times[1]):%H:%M}"
        words = _(message) % {"hours": policy.longest_hours} if "%" in message else _(message)
        problems.append(FieldProblem("to", words, value, _(remedy)))


def _read_note(told: Tell, known: list[str], problems: list[FieldProblem]) -> None:
    if (code := tax_code_in(told.note)) is not None:
        remedy = _("Remove it: nothing here may name the person served.")
        problems.append(FieldProblem("note", _("The note has a tax code in it."), code, remedy))
    elif not told.note_confirmed and (name := name_in(told.note, known)) is not None:
        remedy = _("Remove it; if it is no person's name, confirm the note (note_confirmed: true).")
        problems.append(FieldProblem("note", _("The note may have a person's name in it."), name, remedy))
    if "\x00" in told.note or told.note != told.note.encode("utf-8", "ignore").decode():
        remedy = _("Write it again without them.")
        problems.append(FieldProblem("note", _("The note has signs that cannot be stored."), told.note, remedy))
