# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a line of a draft cannot stand, in one sentence with the mediator's name and the line that it rests on."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.planning.sound import Refused
from dispatch.planning.words import ONE
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.roster import Mediator
from dispatch.web.i18n import gettext as _


class Names:
    """Mediators by code and requests by slot, read when somebody is first refused: mostly nobody is."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @cached_property
    def mediators(self) -> dict[str, str]:
        return dict(self.session.execute(select(Mediator.code, Mediator.name)).all())

    def refusal(self, one: Refused) -> str:
        """ "Amina B. would be elsewhere …: R-1040 was not accepted and stays with her"."""
        her = one.line.mediator or ""
        values = {"name": self.mediators.get(her, her), "why": _(ONE[one.rule]) if one.rule in ONE else one.message}
        if one.because is None:
            return _("%(name)s %(why)s") % values
        values["code"] = self._request_of(int(one.because.slot))
        return _("%(name)s %(why)s: %(code)s is not accepted and stays as it is") % values

    def _request_of(self, slot_id: int) -> str:
        query = select(Request.code).join(Appointment, Appointment.request_id == Request.id)
        query = query.join(Slot, Slot.appointment_id == Appointment.id).where(Slot.id == slot_id)
        return self.session.scalars(query).one_or_none() or ""
