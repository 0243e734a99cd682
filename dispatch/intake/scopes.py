# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a change of one date may go, with every date that each choice touches: those that stay are said to stay."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.intake.costs import cost_of
from dispatch.intake.reading import Reader
from dispatch.intake.reconciling import Dates, day_of
from dispatch.intake.shown import appointment_row
from dispatch.kit.policy import policy_in_force
from dispatch.records.intake import Appointment
from dispatch.web.i18n import gettext as _
from dispatch.web.views.intake import Scope, ScopeDate


def changing(reader: Reader, dates: Dates, row: Appointment) -> tuple[Scope, ...]:
    """The choices for a change: what was changed by itself is left, unless it is the date itself."""
    apart = [one for one in dates.exceptions.values() if one.id != row.id]
    return _choices(reader, dates, row, apart)


def cancelling(reader: Reader, dates: Dates, row: Appointment) -> tuple[Scope, ...]:
    """The choices for calling off: nothing is left, however it was changed before."""
    return _choices(reader, dates, row, [])


def _choices(reader: Reader, dates: Dates, row: Appointment, left: Sequence[Appointment]) -> tuple[Scope, ...]:
    """One date alone where it is the only one ahead: then there is nothing to choose."""
    ahead = sorted(
        [*dates.ruled.values(), *dates.exceptions.values()], key=lambda one: one.asked_start or one.first_start
    )
    following = [one for one in ahead if day_of(one) >= day_of(row)]
    reaches = [("this", _("only this date"), [row])]
    if len(ahead) > 1:
        reaches += [("following", _("this and the following"), following), ("all", _("all still to come"), ahead)]
    return tuple(
        Scope(value, label, tuple(_date(reader, dates, one, left=one in left) for one in rows))
        for value, label, rows in reaches
    )


def _date(reader: Reader, dates: Dates, row: Appointment, *, left: bool) -> ScopeDate:
    shown = appointment_row(row, dates.live, reader.now)
    cost = cost_of(row, dates.live, reader.now, policy_in_force(reader.session).attendance)
    return ScopeDate(
        shown.start, shown.end, shown.status, shown.family, shown.mediator, cost=cost.words, late=cost.late, left=left
    )
