# SPDX-License-Identifier: AGPL-3.0-or-later
"""One login for each role of a rehearsal, for those who have most to see: the busiest desk and mediator."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.access.service import create_account
from dispatch.records.attendance import Attendance
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Role
from dispatch.records.territory import Desk
from dispatch.rehearsal.demand import Asked
from dispatch.rehearsal.population import Province
from dispatch.rehearsal.words import DEMO_PASSWORD

LOGINS = {Role.ADMIN: "admin", Role.COORDINATOR: "coord", Role.DESK: "desk", Role.MEDIATOR: "mediator"}


def open_doors(session: Session, now: dt.datetime, province: Province, requests: Sequence[Asked]) -> None:
    """All have the password that the summary prints."""
    desk, person = _busiest_desk(province, requests), _busiest_mediator(session, province)
    create = partial(create_account, session, now, password=DEMO_PASSWORD)
    create(login=LOGINS[Role.ADMIN], name="Amministrazione", role=Role.ADMIN)
    create(login=LOGINS[Role.COORDINATOR], name="Coordinamento", role=Role.COORDINATOR)
    create(login=LOGINS[Role.DESK], name=desk.name, role=Role.DESK, desk_id=desk.id)
    create(login=LOGINS[Role.MEDIATOR], name=person.name, role=Role.MEDIATOR, mediator_id=person.id)


def _busiest_desk(province: Province, requests: Sequence[Asked]) -> Desk:
    asked = Counter(one.body["desk"] for one in requests)
    return max(province.desks, key=lambda desk: asked[desk.code])


def _busiest_mediator(session: Session, province: Province) -> Mediator:
    """Who held most visits before; the first one where nobody has any."""
    held = select(Attendance.mediator_id).group_by(Attendance.mediator_id)
    most = session.scalar(held.order_by(func.count().desc(), Attendance.mediator_id).limit(1))
    return next((person for person in province.mediators if person.id == most), province.mediators[0])
