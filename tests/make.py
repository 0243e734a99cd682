# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builders of rows for tests: each gives a whole, ordinary row, and a test names only what it is about.

Every builder adds to the session and flushes, so ids are there at once; a code that exists already is used again.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from config.settings import Settings
from config.territory.languages import load_languages
from dispatch.access import passwords
from dispatch.access.service import create_account, create_key
from dispatch.app import create_app
from dispatch.kit.installation import Installation
from dispatch.kit.session import Database
from dispatch.records.access import Account
from dispatch.records.attendance import Attendance
from dispatch.records.base import Base
from dispatch.records.intake import Appointment, Request, Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment
from dispatch.records.presences import Presence
from dispatch.records.roster import Availability, Mediator, MediatorLanguage
from dispatch.records.statuses import (
    AppointmentStatus,
    AssignmentStatus,
    AttendanceStatus,
    Kind,
    Mode,
    OfferStatus,
    OrganisationRole,
    Outcome,
    Role,
    Sector,
    SlotStatus,
)
from dispatch.records.territory import Ambito, Budget, Comune, Desk, Language, Organisation, Place, Project

PASSWORD = "una password di prova"
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)  # a Sunday, 10:00 on the clocks in Italy
WORKING_DAYS = [(weekday, 480, 1140) for weekday in range(5)]
_numbers = itertools.count(1)
Row = TypeVar("Row", bound=Base)


def kept(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def ambito(session: Session, code: str = "BG05", **values: Any) -> Ambito:
    found = session.get(Ambito, code)
    return found or kept(session, Ambito(code=code, name=f"Ambito {code}", population=50_000, **values))


def comune(session: Session, istat_code: str = "016219", *, ambito_code: str = "BG05", **values: Any) -> Comune:
    """Trescore Balneario unless told otherwise."""
    if (found := session.get(Comune, istat_code)) is not None:
        return found
    ambito(session, ambito_code)
    ordinary = {"name": "Trescore Balneario", "short_name": "Trescore B.", "lat": 45.695, "lon": 9.842}
    ordinary |= {"population": 9800, "ambito_confidence": "confirmed", "source": "test"}
    return kept(session, Comune(istat_code=istat_code, ambito_code=ambito_code, **(ordinary | values)))


def languages(session: Session, *codes: str) -> None:
    """The shipped languages with these codes; all of them where none is named."""
    for one in load_languages():
        if (not codes or one.code in codes) and session.get(Language, one.code) is None:
            shown = {name: getattr(one, name) for name in ("iso639_3", "name_it", "name_en", "short_it", "autonym")}
            session.add(
                Language(code=one.code, script=one.script, direction=one.direction.value, cldr=one.cldr, **shown)
            )
    session.flush()


def place(session: Session, code: str = "", *, comune_code: str = "016219", **values: Any) -> Place:
    town = comune(session, comune_code)
    ordinary: dict[str, Any] = {"name": f"Sede {code}" if code else "Sede", "lat": town.lat, "lon": town.lon}
    ordinary |= {"code": code or f"place-{next(_numbers)}", "ambito_code": town.ambito_code, "address": "Via Prova 1"}
    return kept(session, Place(comune_code=comune_code, **(ordinary | values)))


def organisation(session: Session, code: str = "", **values: Any) -> Organisation:
    code = code or f"ente-{next(_numbers)}"
    ordinary = {"name": f"Ente {code}", "role": OrganisationRole.PROVIDER}
    return kept(session, Organisation(code=code, **(ordinary | values)))


def desk(session: Session, code: str = "", **values: Any) -> Desk:
    """A school's desk with a place of the same code."""
    code = code or f"desk-{next(_numbers)}"
    ordinary: dict[str, Any] = {"name": f"Istituto {code}", "sector": Sector.SCHOOL, "sms_label": "scuola"}
    if "organisation_id" not in values:
        ordinary["organisation_id"] = organisation(session, role=OrganisationRole.REQUESTING).id
    if "place_id" not in values:
        ordinary["place_id"] = place(session, code).id
    return kept(session, Desk(code=code, **(ordinary | values)))


def presence(session: Session, code: str, **values: Any) -> Presence:
    """A Monday morning's shift in December; name its owner and its place."""
    ordinary: dict[str, Any] = {"name": f"Presidio {code}", "weekdays": [0], "from_minute": 540, "to_minute": 780}
    ordinary |= {"first_day": dt.date(2026, 11, 30), "last_day": dt.date(2026, 12, 21), "languages": {"ar": 1}}
    ordinary |= {"created_at": NOW, "changed_at": NOW}
    return kept(session, Presence(code=code, **(ordinary | values)))


def mediator(
    session: Session,
    code: str = "",
    *,
    speaks: Mapping[str, int] | None = None,
    shifts: Sequence[tuple[int, int, int]] = WORKING_DAYS,
    **values: Any,
) -> Mediator:
    """A mediator who speaks Arabic natively and works 8:00–19:00 on working days; ``shifts`` are (weekday, from, to)."""
    number = next(_numbers)
    code = code or f"m{number}"
    spoken = {"ar": 3} if speaks is None else dict(speaks)
    languages(session, *spoken)
    ordinary: dict[str, Any] = {"name": f"Amina {code}", "gender": "f", "phone": f"+39340{number:07d}"}
    ordinary |= {"kinds": [kind.value for kind in Kind], "modes": [mode.value for mode in Mode], "hourly_cost": 2750}
    if "organisation_id" not in values:
        ordinary["organisation_id"] = organisation(session).id
    if "home_id" not in values:
        ordinary["home_id"] = place(session, f"home-{code}").id
    row = Mediator(code=code, **(ordinary | values))
    row.languages = [MediatorLanguage(language_code=code_, level=level) for code_, level in spoken.items()]
    row.availability = [Availability(weekday=day, from_minute=low, to_minute=high) for day, low, high in shifts]
    return kept(session, row)


def project(session: Session, code: str = "fami-2463", *, minutes: int | None = None, **values: Any) -> Project:
    """A project of the years 2026 and 2027; ``minutes`` gives it a budget for them."""
    ordinary = {"name": f"Progetto {code}", "starts": dt.date(2026, 1, 1), "ends": dt.date(2027, 12, 31)}
    row = kept(session, Project(code=code, **(ordinary | values)))
    if minutes is not None:
        kept(session, Budget(project_code=code, minutes=minutes))
    return row


def ended_visit(
    session: Session, desk: Desk, who: Mediator, start: dt.datetime = NOW - dt.timedelta(hours=2), **values: Any
) -> Attendance:
    """A visit of an hour at the desk's place that is over: its whole way from request to attendance, awaited."""
    number, end = next(_numbers), start + dt.timedelta(hours=1)
    asked = {"kind": "mediation", "priority": "routine", "created_at": NOW, "changed_at": NOW}
    whole = kept(session, Request(code=f"R-{700_000 + number}", desk_id=desk.id, body={}, **asked))
    dated: dict[str, Any] = {
        "windows": [[start.isoformat(), start.isoformat()]],
        "first_start": start,
        "last_start": start,
    }
    appointment = Appointment(
        request_id=whole.id, number=1, kind="mediation", mode="onsite", place_id=desk.place_id, duration=60, **dated
    )
    appointment.status = AppointmentStatus.CONFIRMED
    needs = {"languages": {"ar": 1}, "any_language": False, "skills": [], "gender": None, "only": None, "wishes": {}}
    slot = Slot(appointment_id=kept(session, appointment).id, number=1, needs=needs, value=500, changed_at=NOW)
    slot.status = SlotStatus.BOOKED
    during = Range(start, end)
    went = Assignment(slot_id=kept(session, slot).id, mediator_id=who.id, during=during, changed_at=NOW)
    went.status = AssignmentStatus.DONE
    ordinary: dict[str, Any] = {"ambito_code": desk.place.ambito_code, "created_at": NOW, "changed_at": NOW}
    ordinary |= {"assignment_id": kept(session, went).id, "slot_id": slot.id, "mediator_id": who.id, "planned": during}
    return kept(session, Attendance(desk_id=desk.id, **(ordinary | values)))


def asked(session: Session, start: dt.datetime, *, at: Desk | None = None, minutes: int = 60, **values: Any) -> Slot:
    """A slot for Arabic at this start, in its own request; ``values`` are the appointment's, and ``needs``, ``status``."""
    at = at or desk(session)
    number = next(_numbers)
    request = kept(
        session,
        Request(
            code=f"R-{number}",
            desk_id=at.id,
            kind=Kind.MEDIATION,
            priority="routine",
            body={},
            created_at=NOW,
            changed_at=NOW,
        ),
    )
    needs: dict[str, Any] = {
        "languages": {"ar": 2},
        "any_language": False,
        "skills": [],
        "gender": None,
        "only": None,
        "wishes": {},
    }
    needs |= values.pop("needs", {})
    status = values.pop("status", SlotStatus.OPEN)
    languages(session, *needs["languages"])
    ordinary: dict[str, Any] = {"number": 1, "kind": Kind.MEDIATION, "mode": Mode.ONSITE, "place_id": at.place_id}
    ordinary |= {"windows": [[start.isoformat(), start.isoformat()]], "first_start": start, "last_start": start}
    appointment = kept(session, Appointment(request_id=request.id, duration=minutes, **(ordinary | values)))
    slot = Slot(appointment_id=appointment.id, number=1, needs=needs, value=500, status=status, changed_at=NOW)
    return kept(session, slot)


def visit(
    session: Session, who: Mediator, start: dt.datetime, *, minutes: int = 60, state: str = "booked", **values: Any
) -> Assignment:
    """A visit of hers at this start, booked unless told otherwise; ``values`` are those of ``asked``."""
    slot = asked(session, start, minutes=minutes, **({"status": SlotStatus.BOOKED} | values))
    during = Range(start, start + dt.timedelta(minutes=minutes))
    row = Assignment(slot_id=slot.id, mediator_id=who.id, during=during, status=state, changed_at=NOW)
    return kept(session, row)


def attendance(session: Session, of: Assignment, *, minutes: int | None = None, **values: Any) -> Attendance:
    """What both said of a visit: held, as long as planned unless told otherwise; the visit is done."""
    appointment = of.slot.appointment
    if values.get("status") != AttendanceStatus.AWAITED:
        of.status = AssignmentStatus.DONE
    ordinary: dict[str, Any] = {
        "status": AttendanceStatus.AGREED,
        "outcome": Outcome.HELD,
        "planned": of.during,
        "desk_id": appointment.request.desk_id,
        "ambito_code": appointment.place.ambito_code if appointment.place else None,
        "project_code": appointment.project_code,
        "minutes": appointment.duration if minutes is None else minutes,
    }
    whose = {"assignment_id": of.id, "slot_id": of.slot_id, "mediator_id": of.mediator_id}
    return kept(session, Attendance(created_at=NOW, changed_at=NOW, **(ordinary | whose | values)))


def offer(session: Session, to: Mediator, asked_at: dt.datetime, status: str, slot: Slot | None = None) -> Offer:
    """A question put to her at this moment, about a visit of a week later unless a slot is given."""
    start = asked_at + dt.timedelta(days=7)
    slot = slot or asked(session, start)
    row = Offer(
        slot_id=slot.id,
        mediator_id=to.id,
        during=Range(start, start + dt.timedelta(hours=1)),
        place_id=slot.appointment.place_id,
        status=OfferStatus(status),
        code=10 + next(_numbers) % 90,
        policy="cascade",
        reply_by=start,
        created_at=asked_at,
        asked_at=asked_at,
    )
    return kept(session, row)


def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords at a price that tests can pay: the real one is 64 MiB and 50 ms each, on purpose."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


def account(session: Session, login: str, role: Role, *, password: str = PASSWORD, **values: Any) -> Account:
    return create_account(session, NOW, login=login, name=login.capitalize(), password=password, role=role, **values)


def body(desk_code: str, **changes: Any) -> dict[str, Any]:
    """An ordinary request over the API: Arabic, an hour at the desk's own place, Monday 30 November at 9:10."""
    ordinary: dict[str, Any] = {
        "desk": desk_code,
        "kind": "mediation",
        "languages": [{"code": "ar", "level": 2, "must": True}],
        "place": desk_code,
        "when": [{"day": "2026-11-30", "from": "09:10"}],
        "duration": 60,
    }
    return {key: value for key, value in (ordinary | changes).items() if value is not ...}


def shift(**changes: Any) -> dict[str, Any]:
    """An ordinary presence over the API: Monday mornings at a school of yours, in December, Arabic."""
    ordinary: dict[str, Any] = {
        "name": "Sportello in segreteria",
        "desk": "ic-trescore",
        "kind": "mediation",
        "weekdays": ["mon"],
        "from": "09:00",
        "to": "13:00",
        "first_day": "2026-11-30",
        "last_day": "2026-12-21",
        "languages": [{"code": "ar"}],
    }
    return {key: value for key, value in (ordinary | changes).items() if value is not ...}


def installation(database: Database, **settings: Any) -> Installation:
    """An installation on a test's database, with a secret of its own; nothing of the environment gets in.

    A busy machine is no reason to fail: the carrier of the tests waits longer than Twilio would.
    """
    settings = {"webhook_seconds": 14} | settings
    return Installation(Settings(_env_file=None, secret=SecretStr("test"), **settings), database)


def client(database: Database, **settings: Any) -> TestClient:
    """A visitor without a credential, at the door of a fresh application. Errors come as answers, as people get them."""
    return TestClient(
        create_app(installation(database, **settings)), raise_server_exceptions=False, follow_redirects=False
    )


def key_of(database: Database, desk_code: str) -> dict[str, str]:
    """The header with a new API key of the desk."""
    with database.begin() as session:
        return {"Authorization": f"Bearer {create_key(session, NOW, desk_code=desk_code, label='test')}"}


def signed_in(visitor: TestClient, login: str) -> TestClient:
    """The same visitor after signing in with ``PASSWORD``."""
    answer = visitor.post("/login", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return visitor
