# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why lines of a draft cannot stand, each in one sentence with the mediator's name and the line that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.kit.among import among
from dispatch.planning.sound import Refused
from dispatch.planning.words import ONE
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.roster import Mediator
from dispatch.web.i18n import gettext as _


def sentences(session: Session, refused: Sequence[Refused]) -> dict[str, str]:
    """By slot: "Amina B. would be elsewhere …: R-1040 is not accepted and stays as it is"."""
    if not refused:
        return {}
    people = {one.line.mediator for one in refused}
    query = select(Mediator.code, Mediator.name).where(Mediator.code.in_(people))
    names = dict(session.execute(query).all())
    codes = _requests_of(session, (int(one.because.slot) for one in refused if one.because))
    return {one.line.slot: _sentence(one, names, codes) for one in refused}


def _sentence(one: Refused, names: dict[str, str], codes: dict[int, str]) -> str:
    her = one.line.mediator or ""
    values = {"name": names.get(her, her), "why": _(ONE[one.rule]) if one.rule in ONE else one.message}
    if one.because is None:
        return _("%(name)s %(why)s") % values
    values["code"] = codes.get(int(one.because.slot), "")
    return _("%(name)s %(why)s: %(code)s is not accepted and stays as it is") % values


def _requests_of(session: Session, slot_ids: Iterable[int]) -> dict[int, str]:
    query = select(Slot.id, Request.code).join(Appointment, Appointment.id == Slot.appointment_id)
    query = query.join(Request, Request.id == Appointment.request_id).where(among(Slot.id, slot_ids))
    return dict(session.execute(query).all())
