# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saves entries that take several rows of a sheet: the shifts of one mediator are one pattern, kept or refused together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.exchange.register import Register, Values, Work
from dispatch.exchange.sayings import Sayings
from dispatch.exchange.sheets import Line
from dispatch.roster.entries import ShiftEntry
from dispatch.web.i18n import gettext as _


@dataclass
class Group:
    """The lines of one mediator, her shifts with the line each came from, and whether a line of hers was refused."""

    lines: list[Line] = field(default_factory=list)
    shifts: list[tuple[ShiftEntry, Line]] = field(default_factory=list)
    is_spoilt: bool = False


def save_groups(work: Work, register: Register, rows: Iterable[tuple[str, Line, Values]], say: Sayings) -> None:
    """Gather the lines by mediator, then save each whole pattern."""
    groups: dict[str, Group] = {}
    for key, line, values in rows:
        group = groups.setdefault(key, Group())
        group.lines.append(line)
        try:
            assert register.shifts is not None
            group.shifts += [(shift, line) for shift in register.shifts(values)]
        except NotUnderstood as refused:
            group.is_spoilt = True
            say.about(line, refused.fields)
    for key in _unread(work, register, say) & groups.keys():
        groups[key].is_spoilt = True
    for key, group in groups.items():
        if group.is_spoilt or not _save(work, register, key, group, say):
            _refuse_the_rest(group, say)


def _save(work: Work, register: Register, key: str, group: Group, say: Sayings) -> bool:
    assert register.save_all is not None
    point = work.session.begin_nested()
    try:
        saved = register.save_all(work, key, tuple(shift for shift, _line in group.shifts))
    except NotUnderstood as refused:
        point.rollback()
        for problem in refused.fields:
            say.about(_line_of(problem, group), [problem])
        return False
    point.commit()
    say.told.outcomes[saved.outcome] += 1
    return True


def _line_of(problem: FieldProblem, group: Group) -> Line:
    """The line of the shift that a refusal is about ("availability.3"), else the first."""
    _head, _point, number = problem.field.partition(".")
    return group.shifts[int(number)][1] if number.isdigit() else group.lines[0]


def _unread(work: Work, register: Register, say: Sayings) -> set[str]:
    """The mediators of lines that could not be read: without them the rest of their pattern would be wrong."""
    found: set[str] = set()
    places = [position for position, column in say.matched.at.items() if column.field == "mediator"]
    for line, _reasons in say.told.refused.values():
        for position in places:
            if position >= len(line.cells) or not line.cells[position]:
                continue  # it names nobody, so it spoils nobody's pattern
            try:
                found.add(register.key(work, {"mediator": line.cells[position]}))
            except NotUnderstood:
                continue
    return found


def _refuse_the_rest(group: Group, say: Sayings) -> None:
    for line in group.lines:
        if line.number not in say.told.refused:
            say.told.refuse(line, _("Another row of the same mediator cannot stand."))
