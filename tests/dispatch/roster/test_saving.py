# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mediators are saved from entries: made once, changed by column, refused with every field that needs a change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from dispatch.errors import NotUnderstood
from dispatch.kit.saved import Outcome
from dispatch.kit.session import Database
from dispatch.records.access import AuditEntry
from dispatch.records.roster import Mediator
from dispatch.records.territory import Place
from dispatch.roster.entries import MediatorEntry, ShiftEntry
from dispatch.roster.saving import save_mediator, set_availability
from tests import make

MORNING = ShiftEntry(weekday=0, from_minute=540, to_minute=780)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        make.comune(session)
        make.languages(session)
        make.organisation(session, "coop-1")
        yield session


def entry(**changes: Any) -> MediatorEntry:
    """Amina, who lives in Trescore and speaks Arabic and French."""
    ordinary: dict[str, Any] = {
        "code": "m1",
        "name": "Amina B.",
        "gender": "f",
        "phone": "333 123 4567",
        "organisation": "coop-1",
        "home": "Trescore Balneario",
        "languages": {"arabo": 3, "fr": 2},
        "skills": ("salute", "school"),
        "hourly_cost": 2750,
        "availability": (MORNING,),
    }
    return MediatorEntry.model_validate(ordinary | changes)


def refusals(session: Session, given: MediatorEntry) -> dict[str, tuple[str, str]]:
    """The message and remedy of each field that is refused."""
    with pytest.raises(NotUnderstood) as caught:
        save_mediator(session, given, "test", make.NOW)
    return {problem.field: (problem.message, problem.remedy) for problem in caught.value.fields}


def test_a_mediator_is_made_from_what_people_write(session: Session) -> None:
    """Names become codes, the phone E.164, the comune a home area without an address, and the audit has one entry."""
    saved = save_mediator(session, entry(), "account:marta", make.NOW)
    row = saved.row
    assert saved.outcome is Outcome.CREATED
    assert (row.phone, row.skills, row.travel_factor) == ("+393331234567", ["health", "school"], 1.0)
    assert {one.language_code: one.level for one in row.languages} == {"ar": 3, "fr": 2}
    home = session.get_one(Place, row.home_id)
    assert (home.code, home.comune_code, home.address) == ("casa-m1", "016219", "")
    told = session.scalars(select(AuditEntry).where(AuditEntry.subject == "mediator")).all()
    assert [(one.actor, one.action, one.subject_id) for one in told] == [("account:marta", "create", "m1")]


def test_saving_the_same_again_changes_nothing(session: Session) -> None:
    """The second time the outcome is unchanged and no audit entry is written."""
    save_mediator(session, entry(), "test", make.NOW)
    assert save_mediator(session, entry(), "test", make.NOW).outcome is Outcome.UNCHANGED
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.subject == "mediator")).all()) == 1


def test_what_changed_is_named(session: Session) -> None:
    """Columns, languages and availability that differ are written and named, others are left."""
    save_mediator(session, entry(), "test", make.NOW)
    later = ShiftEntry(weekday=0, from_minute=600, to_minute=840)
    saved = save_mediator(
        session, entry(hourly_cost=3000, languages={"ar": 3}, availability=(later,)), "test", make.NOW
    )
    assert saved.outcome is Outcome.CHANGED
    assert set(saved.columns) == {"hourly_cost", "languages", "availability"}
    session.expire_all()
    row = session.scalars(select(Mediator)).one()
    assert [(one.from_minute, one.to_minute) for one in row.availability] == [(600, 840)]


def test_a_form_without_availability_leaves_the_pattern(session: Session) -> None:
    """None is not an empty pattern."""
    save_mediator(session, entry(), "test", make.NOW)
    assert save_mediator(session, entry(availability=None), "test", make.NOW).outcome is Outcome.UNCHANGED
    assert save_mediator(session, entry(availability=()), "test", make.NOW).columns == ("availability",)


def test_a_new_number_is_asked_again(session: Session) -> None:
    """A block was about the old phone."""
    row = save_mediator(session, entry(), "test", make.NOW).row
    row.sms_blocked = "opted_out"
    save_mediator(session, entry(phone="333 765 4321"), "test", make.NOW)
    assert row.sms_blocked is None


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"phone": "035 123456"}, "phone", "telefono fisso"),
        ({"phone": "pronto"}, "phone", "non è un numero"),
        ({"languages": {"arrabo": 3}}, "languages", "ar (arabo)"),
        ({"languages": {"ar": 3, "arabo": 2}}, "languages", "due volte"),
        ({"languages": {}}, "languages", "lingua"),
        ({"skills": ("salutte",)}, "skills", "health"),
        ({"ambiti": ("Ambito BG5",)}, "ambiti", "BG05"),
        ({"home": "Trescore Balnear"}, "home", "Trescore Balneario"),
        ({"organisation": "coop1"}, "organisation", "coop-1"),
        ({"travel_means": "cars"}, "travel_means", "car"),
        ({"max_day": 2000}, "max_day", "24 h"),
        ({"max_week": 600, "target_week": 700}, "target_week", "10 h"),
        ({"skills_until": {"legal": dt.date(2027, 1, 1)}}, "skills_until", "competenza"),
    ],
)
def test_what_cannot_stand_is_refused_with_a_remedy(
    session: Session, changes: dict[str, Any], field: str, says: str
) -> None:
    """Each refusal names the field and says what to write instead."""
    found = refusals(session, entry(**changes))
    assert list(found) == [field]
    assert says in " ".join(found[field])


def test_overlapping_shifts_are_refused_and_both_named(session: Session) -> None:
    """Monday 9-13 and Monday 12-15 cannot both stand; with days of validity that do not meet they can."""
    over = ShiftEntry(weekday=0, from_minute=720, to_minute=900)
    found = refusals(session, entry(availability=(MORNING, over)))
    assert "lun 9:00-13:00" in found["availability.1"][0]
    apart = (
        MORNING.model_copy(update={"valid_until": dt.date(2026, 12, 31)}),
        over.model_copy(update={"valid_from": dt.date(2027, 1, 1)}),
    )
    assert save_mediator(session, entry(availability=apart), "test", make.NOW).outcome is Outcome.CREATED


def test_two_mediators_never_share_a_number(session: Session) -> None:
    """An answer by SMS must be one person's."""
    save_mediator(session, entry(), "test", make.NOW)
    found = refusals(session, entry(code="m2"))
    assert "m1" in found["phone"][0]


def test_everything_wrong_is_said_at_once(session: Session) -> None:
    """Nobody mends an entry field by field."""
    found = refusals(session, entry(phone="035 123456", organisation="nessuna", skills=("boh",)))
    assert set(found) == {"phone", "organisation", "skills"}


def test_the_weekly_pattern_is_saved_alone(session: Session) -> None:
    """The page of availability changes nothing else."""
    save_mediator(session, entry(), "test", make.NOW)
    wednesday = ShiftEntry(weekday=2, from_minute=840, to_minute=1080)
    assert set_availability(session, "m1", (MORNING, wednesday), "test", make.NOW).columns == ("availability",)
    assert set_availability(session, "m1", (MORNING, wednesday), "test", make.NOW).outcome is Outcome.UNCHANGED


def locks(session: Session) -> int:
    """How many mediators this transaction keeps others from booking."""
    return (
        session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"))
        or 0
    )


def test_a_long_list_holds_up_only_whom_it_changes(session: Session) -> None:
    """Saved as she was she can be booked meanwhile; with another pattern the booking waits."""
    save_mediator(session, entry(availability=()), "test", make.NOW)
    save_mediator(session, entry(availability=(), hourly_cost=3000), "test", make.NOW)
    assert locks(session) == 0
    save_mediator(session, entry(), "test", make.NOW)
    assert locks(session) == 1
