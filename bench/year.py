# SPDX-License-Identifier: AGPL-3.0-or-later
"""A year of a province in rows: 40,000 appointments with who took them, what was asked and answered, how they went.

Nobody lives it through: rows are drawn by arithmetic, so the same call writes the same year, and copied in whole tables.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.orm import Session

from dispatch.intake.schemas import RequestIn
from dispatch.kit.clock import from_wall, set_virtual
from dispatch.records.roster import Mediator
from dispatch.records.territory import Desk
from dispatch.rehearsal.population import Province, populate
from dispatch.rehearsal.profiles import PROFILES

NOW: Final = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)  # a Monday, 9:00 on the clocks in Italy
MONDAY: Final = dt.date(2026, 11, 23)
FIRST, LAST = dt.date(2026, 1, 7), dt.date(2026, 12, 30)
APPOINTMENTS: Final = 40_000
MORNING, AFTERNOON, LATE = 9 * 60, 13 * 60 + 30, 16 * 60
ROUNDS = (MORNING, AFTERNOON, LATE)
UNFILLED, OPEN, OFFERED = 33, 9, 17  # one visit in so many: nobody found; still to assign; waiting for an answer
UNDECIDED = dt.timedelta(days=2)  # of visits so recently over one side has told, or none
COUNTED = "id"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Visit:
    """One appointment of the year, with everything that is drawn about it."""

    number: int
    desk: Desk
    mediator: Mediator
    language: str
    start: dt.datetime
    end: dt.datetime

    @property
    def is_over(self) -> bool:
        return self.end < NOW

    @property
    def state(self) -> str:
        """booked, offered, open or unfilled."""
        if self.number % UNFILLED == 0:
            return "unfilled"
        if not self.is_over and self.number % OPEN == 0:
            return "open"
        return "offered" if not self.is_over and self.number % OFFERED == 0 else "booked"

    @property
    def during(self) -> str:
        return f"[{self.start.isoformat()},{self.end.isoformat()})"

    @property
    def asked_at(self) -> dt.datetime:
        return min(self.start - dt.timedelta(days=9), NOW - dt.timedelta(hours=1))

    @property
    def code(self) -> int:
        return 100 + self.number % 9000


def write_year(session: Session, territory: str, appointments: int = APPOINTMENTS) -> Province:
    """The people of profile M and their year; ids of what is written begin at 1, so the tables must be empty."""
    set_virtual(session, NOW)
    province = populate(session, territory, PROFILES["M"], MONDAY, NOW, 1)
    visits = list(_visits(province, appointments))
    wire = session.connection().connection.driver_connection
    assert isinstance(wire, Connection)
    for table, (columns, rows) in _tables(visits).items():
        _copy(wire, table, columns, rows)
    session.execute(text("ANALYZE"))  # as autovacuum would have done long ago
    return province


def _copy(wire: Connection[Any], table: str, columns: str, rows: Iterable[Row]) -> None:
    with wire.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{COUNTED}'), max({COUNTED})) FROM {table}")


def _visits(province: Province, appointments: int) -> Iterator[Visit]:
    """As many on each working day; each mediator goes round, so nobody has two at once."""
    days = [day for day in _days() if day.weekday() < 5]
    people, desks = province.mediators, province.desks
    for number in range(1, appointments + 1):
        day = days[(number - 1) * len(days) // appointments]
        of_day = (number - 1) - -(-days.index(day) * appointments // len(days))
        mediator = people[of_day % len(people)]
        desk = desks[(number * 7 + number // len(desks)) % len(desks)]
        start = from_wall(day, ROUNDS[of_day // len(people)] + 15 * (of_day % 5))
        length = (60, 90, 75)[number % 3]
        language = mediator.languages[number % len(mediator.languages)].language_code
        yield Visit(number, desk, mediator, language, start, start + dt.timedelta(minutes=length))


def _days() -> Iterator[dt.date]:
    return (FIRST + dt.timedelta(days=count) for count in range((LAST - FIRST).days + 1))


def _tables(visits: Sequence[Visit]) -> dict[str, tuple[str, Iterable[Row]]]:
    """What is copied where; later tables point at earlier ones by the visit's number."""
    taken = [visit for visit in visits if visit.state in ("booked", "offered")]
    return {
        "request": (
            "id, code, desk_id, status, kind, priority, body, understood, note, created_at, changed_at, created_by",
            map(_request, visits),
        ),
        "appointment": (
            "id, request_id, number, status, kind, mode, place_id, duration, windows, first_start, last_start,"
            " asked_start, project_code, case_code, line, is_exception",
            map(_appointment, visits),
        ),
        "slot": (
            "id, appointment_id, number, status, needs, value, excluded, replan_due, reasons, changed_at",
            map(_slot, visits),
        ),
        "assignment": (
            "id, slot_id, mediator_id, during, status, changed_at, evening_due, hours_due, outcome_due",
            map(_assignment, taken),
        ),
        "offer": (
            "id, slot_id, mediator_id, assignment_id, during, status, code, policy, reply_by, created_at, asked_at,"
            " closed_at, settled_by",
            map(_offer, taken),
        ),
        "inbound": (
            "id, provider, sid, from_phone, to_phone, body, raw, received_at, status, mediator_id, settled_at, offer_id",
            (_inbound(visit) for visit in taken if visit.state == "booked"),
        ),
        "message": (
            "id, reference, kind, to_phone, mediator_id, offer_id, body, segments, priority, status, attempt, provider,"
            " sid, trouble, created_at, send_after, sent_at, settled_at",
            (row for visit in taken for row in _messages(visit)),
        ),
        "attendance": (
            "id, assignment_id, slot_id, mediator_id, desk_id, ambito_code, project_code, status, outcome, planned, real,"
            " minutes, km, note, settled_by, created_at, changed_at",
            (_attendance(visit) for visit in taken if visit.is_over),
        ),
        "notice": (
            "id, desk_id, request_id, slot_id, kind, values, created_at, seen_at",
            (_notice(visit) for visit in visits if visit.state == "unfilled"),
        ),
    }


def _request(visit: Visit) -> Row:
    status = "closed" if visit.is_over else "open"
    priority = "urgent" if visit.number % 50 == 0 else "routine"
    said = f"Mediazione in {visit.language}, {visit.desk.name}."
    fixed = (visit.number, f"R-{visit.number}", visit.desk.id, status, "mediation", priority, _body(visit), said)
    return (*fixed, "", visit.asked_at, visit.asked_at, f"key:{visit.desk.code}/demo")


def _body(visit: Visit) -> str:
    asked: dict[str, Any] = {
        "desk": visit.desk.code,
        "kind": "mediation",
        "languages": [_SHAPE["languages"][0] | {"code": visit.language}],
        "place": visit.desk.code,
        "when": [_SHAPE["when"][0] | {"day": visit.start.date().isoformat()}],
        "duration": 60,
    }
    return json.dumps(_SHAPE | asked)


_SHAPE: dict[str, Any] = RequestIn.model_validate(
    {
        "desk": "x",
        "kind": "mediation",
        "languages": [{"code": "ar"}],
        "place": "x",
        "when": [{"day": "2026-12-01", "from": "09:00"}],
        "duration": 60,
    }
).model_dump(mode="json", by_alias=True)


def _appointment(visit: Visit) -> Row:
    over = {"booked": "held", "unfilled": "not_held"}.get(visit.state, "open")
    status = over if visit.is_over else ("confirmed" if visit.state == "booked" else "open")
    minutes = (visit.end - visit.start).seconds // 60
    windows = json.dumps([[visit.start.isoformat(), visit.start.isoformat()]])
    project = ("fami-2463", "migramenti")[visit.number % 2]
    case = f"caso-{visit.number % 4000}" if visit.number % 3 == 0 else None
    fixed = (visit.number, visit.number, 1, status, "mediation", "onsite", visit.desk.place_id, minutes, windows)
    return (*fixed, visit.start, visit.start, visit.start, project, case, 0, False)


def _slot(visit: Visit) -> Row:
    needs = {"languages": {visit.language: 1}, "any_language": False, "skills": [], "gender": None, "only": None}
    reasons = json.dumps({"language": 60, "busy": 12}) if visit.state == "unfilled" else None
    written = json.dumps(needs | {"wishes": {}})
    looked_at = NOW + dt.timedelta(hours=1) if not visit.is_over and visit.state in ("open", "unfilled") else None
    return (visit.number, visit.number, 1, visit.state, written, 500, [], looked_at, reasons, visit.asked_at)


def _assignment(visit: Visit) -> Row:
    status = "done" if visit.is_over else ("booked" if visit.state == "booked" else "published")
    before = visit.start - dt.timedelta(hours=2)
    due = before if status == "booked" and before > NOW else None
    after = visit.end + dt.timedelta(minutes=30) if status == "booked" else None
    return (visit.number, visit.number, visit.mediator.id, visit.during, status, visit.asked_at, due, due, after)


def _offer(visit: Visit) -> Row:
    open_ = visit.state == "offered"
    asked, answered = visit.asked_at, visit.asked_at + dt.timedelta(minutes=20)
    fixed = (visit.number, visit.number, visit.mediator.id, visit.number, visit.during)
    ended = ("waiting", visit.code, "one", NOW + dt.timedelta(hours=7), asked, asked, None, None)
    yes = ("accepted", visit.code, "one", asked + dt.timedelta(hours=4), asked, asked, answered, f"in-{visit.number}")
    return (*fixed, *(ended if open_ else yes))


def _inbound(visit: Visit) -> Row:
    at, unread = visit.asked_at + dt.timedelta(minutes=20), visit.number % 2000 == 1
    said = "forse, dipende" if unread else f"SI {visit.code}"
    fixed = (visit.number, "phone", f"in-{visit.number}", visit.mediator.phone, "+390000000000", said, "{}", at)
    return (*fixed, "person" if unread else "settled", visit.mediator.id, None if unread else at, visit.number)


def _messages(visit: Visit) -> Iterator[Row]:
    """The question and, where she said yes, the confirmation; now and then one that was lost."""
    at, lost = visit.asked_at, visit.number % 400 == 0
    question = f"Ponte: {visit.start:%d/%m %H:%M}, {visit.language}. Puoi? Rispondi SI {visit.code} o NO {visit.code}."
    states = ("failed", "30003: reported by the carrier") if lost else ("delivered", None)
    yield _message(visit, 2 * visit.number - 1, "offer", f"{question} ponte.example/m/7fK2aB9x", at, states)
    if visit.state == "booked":
        said = f"Ponte: confermato {visit.start:%d/%m %H:%M}, {visit.desk.name}, {visit.desk.place.address}."
        yield _message(visit, 2 * visit.number, "confirmed", said, at + dt.timedelta(minutes=21), ("delivered", None))


def _message(visit: Visit, number: int, kind: str, body: str, at: dt.datetime, state: tuple[str, str | None]) -> Row:
    fixed = (number, f"{number:032x}", kind, visit.mediator.phone, visit.mediator.id, visit.number, body, 1, 5)
    return (*fixed, state[0], 1, "phone", f"PH{number:032x}", state[1], at, at, at, at)


def _attendance(visit: Visit) -> Row:
    recent = NOW - visit.end < UNDECIDED and visit.number % 3 == 0
    status, outcome = ("awaited", None) if recent else ("agreed", "held")
    if not recent and visit.number % 900 == 0:
        status = "disputed"
    minutes = 0 if recent else (visit.end - visit.start).seconds // 60
    real = None if recent else visit.during
    place = visit.desk.place.ambito_code
    fixed = (visit.number, visit.number, visit.number, visit.mediator.id, visit.desk.id, place)
    told = (("fami-2463", "migramenti")[visit.number % 2], status, outcome, visit.during, real, minutes)
    return (*fixed, *told, visit.number % 40, "", None, visit.end, visit.end)


def _notice(visit: Visit) -> Row:
    seen = None if visit.asked_at > NOW - dt.timedelta(days=10) else visit.asked_at
    return (visit.number, None, visit.number, visit.number, "unfilled", "{}", visit.asked_at, seen)
