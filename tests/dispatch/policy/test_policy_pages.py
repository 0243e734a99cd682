# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the policy: every key explained in both languages, a change from its day on, and refusals that lose nothing."""

from __future__ import annotations

import datetime as dt
import html
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.policy import PolicyError, load_policy
from config.policy_explained import explanations
from config.policy_order import ORDERS as RULES
from config.policy_ranges import allowed
from dispatch.kit.clock import from_wall, set_virtual
from dispatch.kit.policy import policy_in_force
from dispatch.kit.session import Database
from dispatch.policy import service
from dispatch.policy.figures import example
from dispatch.policy.service import change_key
from dispatch.policy.typed import as_typed, in_words, read
from dispatch.policy.words import COLUMNS, KEYS, ORDERS, SECTIONS
from dispatch.records.access import AuditEntry
from dispatch.records.policy import PolicyChange
from dispatch.records.statuses import Role
from dispatch.web.forms import FormValues
from dispatch.web.i18n import speaking
from tests import make
from tests.reader import signed_in, text

HOUR = dt.timedelta(hours=1)
WHY = "prova con l'équipe"


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A coordinator at her desk, on the Sunday of the builders, reading Italian."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, make.NOW)
        make.account(session, "marta", Role.COORDINATOR)
    return signed_in(database, "marta")


def in_force(database: Database, hours: int, key: str) -> object:
    with database.begin() as session:
        set_virtual(session, make.NOW + hours * HOUR)
        return getattr(policy_in_force(session).planning, key)


@pytest.mark.parametrize("locale", ["it", "en"])
def test_every_key_is_explained_and_named(locale: str) -> None:
    """Each key stands under exactly one explanation of its own language, and has a name on the page."""
    found = [(group.section, key) for group in explanations(locale) for key in group.keys]
    assert sorted(found) == sorted(allowed())
    assert all(len(group.text) > 20 for group in explanations(locale))
    assert {f"{section}.{key}" for section, key in allowed()} == set(KEYS)
    assert {section for section, _ in allowed()} == set(SECTIONS)


def test_the_english_is_not_the_italian() -> None:
    """No explanation was forgotten, and a language without a file gets the Italian."""
    pairs = list(zip(explanations(), explanations("en"), strict=True))
    assert all(ours.text != theirs.text for ours, theirs in pairs)
    assert explanations("fr") == explanations()


def test_every_rule_between_keys_has_words() -> None:
    """The page says in the reader's language what the file says in English."""
    assert {rule.name: rule.sentence for rule in RULES} == ORDERS
    tables = {f"{section}.{key}": len(may.columns) for (section, key), may in allowed().items() if may.columns}
    assert {name: len(columns) for name, columns in COLUMNS.items()} == tables


@pytest.mark.parametrize(("section", "key"), list(allowed()))
def test_what_is_shown_can_be_typed_again(section: str, key: str) -> None:
    """The form of every key, sent back untouched, gives the very value it shows."""
    may, value = allowed()[section, key], getattr(getattr(load_policy(), section), key)
    assert read(section, key, may, FormValues.of(as_typed(may, value))) == value
    assert in_words(may, value)


def test_the_page_shows_every_key_as_people_write_it(door: TestClient) -> None:
    """A minute of the day is a time, a weekday a name, a table its rows; nothing is changed yet."""
    shown = text(door.get("/policy").text)
    assert "0 valori cambiati" in shown
    for label, told, value, may in (
        ("Ora del piano settimanale", "Alle 18:00 comincia il calcolo", "18:00", "un'ora del giorno"),
        (
            "Giorno del piano settimanale",
            "Ogni settimana, di giovedì, la bozza",
            "giovedì",
            "un giorno della settimana",
        ),
        ("Inizio del silenzio", "Una proposta pronta dopo le 21:00 parte", "21:00", "un'ora del giorno"),
        ("Turni settimanali nei festivi", "L'8 dicembre i turni settimanali valgono: no.", "no", "sì o no"),
        ("Strada rispetto alla linea d'aria", "10 km in linea d'aria si contano 13,5 km", "1,35", "1–3"),
        (
            "Valore quando manca poco",
            "500 punti che comincia fra 2 ore conta 1.000",
            "2 → 200 24 → 160 72 → 120",
            "8 righe",
        ),
    ):
        assert f"{label} " in shown
        assert told in shown
        [row] = [one for one in shown.split(" cambia ") if told in one]
        assert f"In vigore: {value} Di fabbrica: {value} " in row
        assert may in row.partition("Di fabbrica: ")[2]
    in_english = text(door.get("/policy", params={"lang": "en"}).text)
    assert "In force: 21:00 As shipped: 21:00 a time of the day change" in in_english
    assert "have 13.5 km of road between them. In force: 1.35" in in_english


@pytest.mark.parametrize(("section", "key"), list(allowed()))
def test_every_key_has_an_example_in_numbers(section: str, key: str) -> None:
    """Each says what its value means, in both languages, and says something else of another value where it has one."""
    value, today = getattr(getattr(load_policy(), section), key), make.NOW.date()
    for locale in ("it", "en"):
        with speaking(locale):
            told = example(section, key, value, today)
            assert len(told) > 20
            assert "%(" not in told


def test_the_examples_are_worked_out() -> None:
    """Figures that stand nowhere in the policy: half an hour of road, a series in weeks, ten per cent beyond the target."""
    with speaking("it"):
        assert "60 punti" in example("planning", "travel_cost", 2, make.NOW.date())
        assert "dalle 9:15 alle 10:45" in example("intake", "half_hour", 45, make.NOW.date())
        assert "costa 40 punti" in example("planning", "fairness_cost", ((0, 0), (80, 2), (100, 4)), make.NOW.date())
        assert "costa 20 punti" in example("planning", "fairness_cost", ((0, 0), (80, 2)), make.NOW.date())
        assert "costano 80,00" in example("sms", "cost_per_segment", 8.0, make.NOW.date())


def test_what_would_change_is_shown_and_nothing_changes(database: Database, door: TestClient) -> None:
    """A value is tried: its example and how long filling would take come back beside what was typed; no row is written."""
    form = {"value": "6", "why": WHY, "since-day": "2026-11-30", "try": "1"}
    sent = door.post("/policy/offers.batch_people", data=form)
    shown = text(sent.text)
    assert sent.status_code == 200
    assert "Che cosa cambierebbe con 6" in shown
    assert "6 persone ricevono insieme la stessa domanda" in shown
    assert "fino a 2 giorni lavorativi adesso 3 insieme, vince il primo sì" in shown
    assert "fino a 2 giorni lavorativi poi 6 insieme, vince il primo sì" in shown
    assert WHY in html.unescape(sent.text)
    assert 'value="2026-11-30"' in sent.text
    with database.begin() as session:
        assert session.scalars(select(PolicyChange)).all() == []


def test_a_value_that_cannot_be_is_not_tried(door: TestClient) -> None:
    """Out of its range, or against another key: the box says so, and what was typed stays."""
    for key, value in (("offers.batch_people", "500"), ("offers.urgent_hours", "30")):
        sent = door.post(f"/policy/{key}", data={"value": value, "try": "1"})
        assert sent.status_code == 422
        assert "Che cosa cambierebbe con" not in text(sent.text)
        assert f'value="{value}"' in sent.text


def test_a_change_wins_from_its_day_on(database: Database, door: TestClient) -> None:
    """Made now for tomorrow at six: until then the shipped value, from then hers; page, audit and row all say so."""
    form = {"value": "300", "since-day": "2026-11-23", "since-time": "06:00", "why": WHY}
    sent = door.post("/policy/planning.change_cost", data=form)
    assert (sent.status_code, sent.headers["location"]) == (303, "/policy#planning.change_cost")
    shown = text(door.get("/policy").text)
    assert "Un cambiamento in arrivo" in shown
    assert "0 valori cambiati" in shown
    assert WHY in shown
    assert [in_force(database, hours, "change_cost") for hours in (0, 19, 20)] == [80, 80, 300]
    assert "Un valore cambiato" in text(door.get("/policy").text)
    with database.begin() as session:
        [row] = session.scalars(select(PolicyChange))
        assert (row.by, row.why, row.since) == ("account:marta", WHY, from_wall(dt.date(2026, 11, 23), 360))
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "policy.change"))
        assert (entry.subject_id, entry.details["value"]) == ("planning.change_cost", 300)
        assert WHY not in str(entry.details)


def test_the_shipped_value_comes_back(database: Database, door: TestClient) -> None:
    """One button, whatever stands in the field; the history keeps both."""
    door.post("/policy/planning.change_cost", data={"value": "300", "why": WHY})
    assert in_force(database, 0, "change_cost") == 300
    back = door.post("/policy/planning.change_cost", data={"value": "nonsense", "why": "basta", "shipped": "1"})
    assert back.status_code == 303
    assert in_force(database, 0, "change_cost") == 80
    shown = text(door.get("/policy/planning.change_cost").text)
    assert "basta" in shown
    assert WHY in shown


@pytest.mark.parametrize(
    ("key", "typed", "held"),
    [
        ("plan_minute", {"value": "17:30"}, 1050),
        ("plan_weekday", {"value": "4"}, 4),
        ("holiday_shifts", {"value": "true"}, True),
        ("travel_is_work", {"value": "all"}, "all"),
        ("road_factor", {"value": "1,5"}, 1.5),
        ("fairness_cost", {"value-0-0": "0", "value-0-1": "1", "value-4-0": "90", "value-4-1": "3"}, ((0, 1), (90, 3))),
    ],
)
def test_each_kind_of_value_can_be_written(
    database: Database, door: TestClient, key: str, typed: dict[str, str], held: object
) -> None:
    """As people write it: a time, a choice, a comma, a table with a gap."""
    assert door.post(f"/policy/planning.{key}", data={**typed, "why": WHY}).status_code == 303
    assert in_force(database, 0, key) == held


def test_a_reason_with_a_tax_code_is_refused(database: Database, door: TestClient) -> None:
    """It would stand in the history for good; the form comes back and says so."""
    answer = door.post("/policy/planning.change_cost", data={"value": "300", "why": "per RSSMRA85T10A562S"})
    assert answer.status_code == 422
    assert "codice fiscale" in text(answer.text)
    with database.begin() as session:
        assert session.scalars(select(PolicyChange)).all() == []


REFUSED = [
    (
        "planning.change_cost",
        {"value": "-5"},
        "Costo di un cambiamento non può essere «-5». Scrivi un numero intero da 0",
    ),
    ("planning.change_cost", {"value": "tanto"}, "non può essere «tanto»"),
    ("planning.change_cost", {"value": ""}, "non può essere «»"),
    ("planning.plan_minute", {"value": "25:00"}, "un'ora del giorno come 21:00"),
    ("planning.travel_is_work", {"value": "sempre"}, "una delle scelte"),
    ("planning.fairness_cost", {"value-0-0": "50", "value-0-1": ""}, "«50, –»"),
    ("planning.fairness_cost", {"value-0-0": "50", "value-0-1": "3", "value-1-0": "10", "value-1-1": "4"}, "crescere"),
    ("offers.quiet_to", {"value": "22:00"}, "«Inizio del silenzio», «Fine del silenzio»: le ore di silenzio devono"),
    ("offers.holiday_province", {"value": "ZZ"}, "non c'è un calendario delle festività"),
]


@pytest.mark.parametrize(("key", "typed", "said"), REFUSED)
def test_nonsense_is_refused_and_nothing_typed_is_lost(
    database: Database, door: TestClient, key: str, typed: dict[str, str], said: str
) -> None:
    """The form comes back with key, value and range in words, and with everything as it was typed."""
    answer = door.post(f"/policy/{key}", data={**typed, "why": WHY, "since-day": "2026-12-01"})
    assert answer.status_code == 422
    assert said in text(answer.text)
    assert 'value="2026-12-01"' in answer.text
    assert html.escape(WHY, quote=True).replace("&#x27;", "&#39;") in answer.text
    for value in typed.values():
        assert f'value="{value}"' in answer.text or key == "planning.travel_is_work"
    with database.begin() as session:
        assert session.scalars(select(PolicyChange)).all() == []


@pytest.mark.parametrize(
    ("since", "field"),
    [
        ({"since-day": "2026-11-21"}, "since-day"),
        ({"since-day": "domani"}, "since-day"),
        ({"since-day": "2036-01-01"}, "since-day"),
        ({"since-time": "09:59"}, "since-time"),
        ({"since-time": "25:00"}, "since-time"),
        ({"since-day": "2027-03-28", "since-time": "02:30"}, "since-time"),
    ],
)
def test_a_change_cannot_begin_before_now_nor_at_no_time(door: TestClient, since: dict[str, str], field: str) -> None:
    """At ten in the morning: not yesterday, not at 9:59, and not in the hour that the spring night leaves out."""
    answer = door.post("/policy/planning.change_cost", data={"value": "90", "why": WHY, **since})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_a_reason_is_needed(door: TestClient) -> None:
    """Everything that is wrong is told at once."""
    answer = door.post("/policy/planning.change_cost", data={"value": "-1", "why": " "})
    assert answer.status_code == 422
    assert 'href="#why"' in answer.text
    assert 'href="#value"' in answer.text


def test_a_change_must_also_fit_what_is_already_decided_for_later(database: Database, door: TestClient) -> None:
    """Silence is to begin at 20:00 from Tuesday: an end at 20:30 from now on would be nonsense on Tuesday."""
    later = {"value": "20:00", "since-day": "2026-11-24", "why": WHY}
    assert door.post("/policy/offers.quiet_from", data=later).status_code == 303
    assert door.post("/policy/offers.near_minute", data={"value": "20:30", "why": WHY}).status_code == 422
    with database.begin() as session:
        assert len(session.scalars(select(PolicyChange)).all()) == 1
    assert door.post("/policy/offers.near_minute", data={"value": "19:30", "why": WHY}).status_code == 303


def test_two_who_change_at_once_do_not_agree_on_nonsense(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence from 19:00 and answers by 19:30 are each fine alone: the second waits for the first, and is refused."""
    assert second_of_two(database, waits=True) == "deadline"
    with database.begin() as session:
        session.execute(delete(PolicyChange))
    monkeypatch.setattr(service, "lock_policy", lambda _: None)
    assert second_of_two(database, waits=False) == "", "the control: without the lock both are taken"


def second_of_two(database: Database, *, waits: bool) -> str:
    """The rule that the second of two changes breaks, made while the first is not yet committed; empty when none."""

    def change(session: Session, key: str, value: int) -> None:
        change_key(session, make.NOW, "test", "offers", key, value, make.NOW, WHY)

    def second() -> str:
        try:
            with database.begin() as session:
                change(session, "near_minute", 1170)
        except PolicyError as trouble:
            return trouble.order
        return ""

    with ThreadPoolExecutor(1) as pool:
        with database.begin() as session:
            change(session, "quiet_from", 1140)
            later = pool.submit(second)
            assert bool(wait([later], timeout=0.5).not_done) == waits
        return later.result()


def test_a_key_that_is_none_is_not_found(door: TestClient) -> None:
    """Its name comes back with where to go."""
    answer = door.get("/policy/planning.no_such_key")
    assert answer.status_code == 404
    assert "planning.no_such_key" in answer.text
