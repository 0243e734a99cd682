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
from sqlalchemy.orm import Session

from config.settings import Settings
from config.territory.languages import load_languages
from dispatch.access import passwords
from dispatch.access.service import create_account, create_key
from dispatch.app import create_app
from dispatch.kit.installation import Installation
from dispatch.kit.session import Database
from dispatch.records.access import Account
from dispatch.records.base import Base
from dispatch.records.presences import Presence
from dispatch.records.roster import Availability, Mediator, MediatorLanguage
from dispatch.records.statuses import Kind, Mode, OrganisationRole, Role, Sector
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
    """A project of the years 2026 and 2027; ``minutes`` gives it a budget per planned week."""
    ordinary = {"name": f"Progetto {code}", "starts": dt.date(2026, 1, 1), "ends": dt.date(2027, 12, 31)}
    row = kept(session, Project(code=code, **(ordinary | values)))
    if minutes is not None:
        kept(session, Budget(project_code=code, minutes=minutes))
    return row


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
    """An installation on a test's database, with a secret of its own; nothing of the environment gets in."""
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
