# SPDX-License-Identifier: AGPL-3.0-or-later
"""The made-up province: the same for the same seed, of the size of its profile, with people who can be reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from dispatch.kit.session import Database
from dispatch.records.roster import Mediator
from dispatch.rehearsal.demand import Demand, minutes_by_purse
from dispatch.rehearsal.population import Province, grant_budgets, populate
from dispatch.rehearsal.profiles import PROFILES
from dispatch.rehearsal.scene import opening
from notifications.phones import mobile

MONDAY = dt.date(2026, 11, 30)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as session:
        yield session


def made(session: Session, seed: int, profile: str = "S") -> Province:
    with session.begin_nested() as undone:
        province = populate(session, "bergamo", PROFILES[profile], MONDAY, opening(MONDAY), seed)
        undone.rollback()
    return province


def told(person: Mediator) -> tuple[object, ...]:
    languages = tuple((spoken.language_code, spoken.level) for spoken in person.languages)
    shifts = tuple((shift.weekday, shift.from_minute) for shift in person.availability)
    return (person.code, person.name, person.phone, person.hourly_cost, languages, shifts)


def test_a_seed_makes_its_province_again(session: Session) -> None:
    """Same seed: same desks, people and requests, to the name; another seed: others."""
    provinces = [made(session, seed) for seed in (5, 5, 6)]
    first, again, other = ([told(person) for person in province.mediators] for province in provinces)
    assert first == again
    assert first != other
    weeks = [[asked.body for asked in Demand(province, 5).week()] for province in provinces[:2]]
    assert weeks[0] == weeks[1]


def test_the_province_has_the_size_of_its_profile(session: Session) -> None:
    """Desks in every ambito, every language spoken by somebody, and all fields within their bounds."""
    province = made(session, 1, "M")
    assert (len(province.mediators), len(province.desks)) == (110, 150)
    assert len({desk.place.ambito_code for desk in province.desks}) == 14
    assert len({spoken.language_code for person in province.mediators for spoken in person.languages}) == 40
    assert all(2200 <= person.hourly_cost <= 4000 for person in province.mediators)
    assert all(len(desk.sms_label) <= 24 for desk in province.desks)


def test_every_phone_is_a_mobile_of_its_own(session: Session) -> None:
    """An SMS could be sent to each, and no two people share a number."""
    phones = [person.phone for person in made(session, 1, "M").mediators]
    assert [mobile(phone) for phone in phones] == phones
    assert len(set(phones)) == len(phones)


def test_a_week_is_asked_at_the_rates_of_the_profile(session: Session) -> None:
    """200 requests with every kind of criterion; nothing is asked after its own start, or taken back before it is asked."""
    province = made(session, 1, "M")
    week = Demand(province, 1).week()
    assert len(week) == 200
    assert all(asked.at < asked.start for asked in week)
    assert all(asked.at < asked.cancel_at < asked.start for asked in week if asked.cancel_at)
    asked_for = {key for asked in week for key in asked.body}
    assert {"gender", "skills", "same_mediator", "people", "case", "project", "repeat", "mode"} <= asked_for
    assert [asked.at for asked in week] == sorted(asked.at for asked in week)


def test_one_budget_is_scarce(session: Session) -> None:
    """One ambito gets less than what was asked for early; everywhere else money is enough for the week."""
    province = populate(session, "bergamo", PROFILES["M"], MONDAY, opening(MONDAY), 1)
    week = Demand(province, 1).week()
    asked = minutes_by_purse(week, province)
    early = minutes_by_purse([one for one in week if one.at <= opening(MONDAY)], province)
    scarce = grant_budgets(session, asked, early)
    assert scarce is not None
    assert early[scarce] >= 240
