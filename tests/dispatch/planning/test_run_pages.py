# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan from its proposal to its SMS, without JavaScript: the exact number, the choice in the address, who was quicker."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.offers import make as offering
from dispatch.offers.office import office_of
from dispatch.offers.queries import unoffered_assignments
from dispatch.planning import service
from dispatch.planning.publish import publish
from dispatch.planning.queries import live_by_slot
from dispatch.records.intake import Slot
from dispatch.records.offers import Message
from dispatch.records.planning import PlanningRun
from dispatch.records.statuses import PlanningRunStatus, Role, RunKind, SlotStatus
from tests import make
from tests.dispatch.planning.conftest import MONDAY, NOW, ask_for, at, draft
from tests.reader import signed_in, text

MONDAY_AT_NINE = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)


@pytest.fixture
def doors(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[TestClient, TestClient]:
    """Two coordinators at their desks."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, NOW)
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "ines", Role.COORDINATOR)
    return signed_in(database, "marta"), signed_in(database, "ines")


def a_draft(database: Database, now: dt.datetime = NOW) -> str:
    with database.begin() as session:
        return f"/planning/runs/{draft(session, now=now).run_id}"


def ticked(page: str) -> list[str]:
    """The lines that the form would send: those ticked, and those that the filters hide."""
    boxes = re.findall(r'<input type="(?:checkbox|hidden)" name="line" value="(\d+)"[^>]*>', page)
    unticked = re.findall(r'name="line" value="(\d+)" id="line-\d+" data-po-line="\w+" data-po-sms="\d+" aria', page)
    return [value for value in boxes if value not in unticked]


def said(page: str) -> int:
    """The number on the button."""
    found = re.search(r"Pubblica e invia (\d+) SMS", text(page))
    return int(found[1]) if found else 0


def asked(database: Database, now: dt.datetime) -> int:
    """What the offers stage then really writes."""
    here = make.installation(database)
    with database.begin() as session:
        office = office_of(session, here)
        fresh = unoffered_assignments(session)
    for assignment_id in fresh:
        with database.begin() as session:
            offering.offer_assignment(session, office, assignment_id, now)
    with database.begin() as session:
        return len(session.scalars(select(Message.id).where(Message.kind == "offer")).all())


def test_one_line_is_left_out_and_the_number_is_that_of_the_sms(
    database: Database, doors: tuple[TestClient, TestClient]
) -> None:
    """Three lines, one unticked: the address keeps the choice, the button says two, two SMS are written, the slot stays."""
    door, _other = doors
    with database.begin() as session:
        make.mediator(session, "m1")
        slots = [ask_for(session, f"d{day}", (at(day, 8), at(day, 8))).id for day in (0, 1, 2)]
    address = a_draft(database)
    page = door.get(address).text
    assert (said(page), sorted(ticked(page))) == (3, sorted(map(str, slots)))
    assert "È una bozza: nessuno è ancora stato avvisato" in text(page)
    counted = door.post(f"{address}/choice", data={"line": [str(slots[0]), str(slots[2])]})
    assert (counted.status_code, counted.headers["location"]) == (303, f"{address}?without={slots[1]}")
    page = door.get(counted.headers["location"]).text
    assert (said(page), sorted(ticked(page))) == (2, sorted([str(slots[0]), str(slots[2])]))
    assert "Si pubblicano 2 cambiamenti su 3" in text(page)
    assert door.post(f"{address}/publish", data={"line": ticked(page)}).status_code == 303
    assert asked(database, NOW) == 2
    with database.begin() as session:
        statuses = [session.get_one(Slot, slot).status for slot in slots]
    assert statuses == [SlotStatus.OFFERED, SlotStatus.OPEN, SlotStatus.OFFERED]
    done = text(door.get(address).text)
    assert "2 assegnazioni pubblicate. Da Marta" in done
    assert "Una riga non è stata accettata" in done


def test_where_several_are_asked_at_once_each_of_them_counts(
    database: Database, doors: tuple[TestClient, TestClient]
) -> None:
    """Within two working days three people are asked; one of the four has a blocked phone and a fifth is retired."""
    friday = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
    with database.begin() as session:
        set_virtual(session, friday)
        for number in range(4):
            make.mediator(session, f"m{number}")
        make.mediator(session, "silent", sms_blocked="carrier")
        slot = ask_for(session, "d0", (MONDAY_AT_NINE.isoformat(), MONDAY_AT_NINE.isoformat()))
        other = ask_for(session, "d9", (at(0, 14), at(0, 14)), languages={"fr": 1})
        make.mediator(session, "blocked", speaks={"fr": 3}, sms_blocked="carrier")
        assert slot.id != other.id
    door, _other = doors
    address = a_draft(database, friday)
    page = door.get(address).text
    assert said(page) == 3
    assert "Il telefono di Amina blocked non riceve SMS" in text(page)
    assert "A 3 persone" in text(page)
    door.post(f"{address}/publish", data={"line": ticked(page)})
    assert asked(database, friday) == 3


def moved(session: Session) -> tuple[int, int]:
    """m1 holds Monday at nine; a visit at that hour only she can do comes in, so hers goes to m2."""
    make.mediator(session, "m1", speaks={"ar": 3, "fr": 3})
    kept = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    publish(session, draft(session).run_id, NOW)
    make.mediator(session, "m2")
    new = ask_for(session, "d1", (at(0, 8), at(0, 8)), languages={"fr": 1})
    session.flush()
    return kept.id, new.id


def test_a_line_that_rests_on_a_refused_one_is_said_and_stays(
    database: Database, doors: tuple[TestClient, TestClient]
) -> None:
    """Before → after; untick the one that frees her, and the other says why it cannot be; publishing leaves both."""
    door, _other = doors
    with database.begin() as session:
        kept, new = moved(session)
    address = a_draft(database)
    page = text(door.get(address).text)
    assert "prima: Amina m1 dopo: Amina m2" in page
    assert "Pubblica e invia 2 SMS" in page
    page = door.get(f"{address}?without={kept}").text
    assert "Una riga accettata non si può pubblicare" in text(page)
    assert "Amina m1 sarebbe altrove, o non arriverebbe in tempo: R-d0 non è accettata e resta com'è" in text(page)
    assert "Pubblica senza SMS" in text(page)
    door.post(f"{address}/publish", data={"line": ticked(page)})
    with database.begin() as session:
        live = live_by_slot(session, [kept, new])
        assert {slot: row.mediator.code for slot, row in live.items()} == {kept: "m1"}
    assert "R-d0 non è accettata e resta com'è" in text(door.get(address).text)


def test_who_presses_second_is_told_who_was_first(database: Database, doors: tuple[TestClient, TestClient]) -> None:
    """Two coordinators before one draft: 409 with the name, nothing written twice; set aside after that as well."""
    marta, ines = doors
    with database.begin() as session:
        make.mediator(session, "m1")
        ask_for(session, "d0", (at(0, 8), at(0, 8)))
    address = a_draft(database)
    lines = ticked(marta.get(address).text)
    assert marta.post(f"{address}/publish", data={"line": lines}).status_code == 303
    for last in ("publish", "set-aside"):
        late = ines.post(f"{address}/{last}", data={"line": lines})
        assert late.status_code == 409
        assert "Marta ha pubblicato questa bozza" in text(late.text)
    assert asked(database, NOW) == 1


def test_nothing_accepted_publishes_nothing(database: Database, doors: tuple[TestClient, TestClient]) -> None:
    """The draft stays a draft, and the page says what to do; setting it aside is the other way."""
    door, _other = doors
    with database.begin() as session:
        make.mediator(session, "m1")
        ask_for(session, "d0", (at(0, 8), at(0, 8)))
    address = a_draft(database)
    empty = door.post(f"{address}/publish")
    assert empty.status_code == 422
    assert "Nessuna riga è accettata" in text(empty.text)
    assert "Bozza" in text(door.get(address).text)
    assert door.post(f"{address}/set-aside").status_code == 303
    assert "Questa bozza è stata messa da parte" in text(door.get(address).text)


def test_the_filters_hide_lines_and_lose_none(database: Database, doors: tuple[TestClient, TestClient]) -> None:
    """Only one ambito is shown; what it hides is still sent, and what was unticked before stays so."""
    door, _other = doors
    with database.begin() as session:
        make.comune(session, "016077", ambito_code="BG14", name="Clusone", short_name="Clusone")
        make.mediator(session, "m1")
        near = ask_for(session, "d0", (at(0, 8), at(0, 8)))
        far = make.desk(session, "far", place_id=make.place(session, "far", comune_code="016077").id)
        other = ask_for(session, "d1", (at(1, 8), at(1, 8)))
        other.appointment.request.desk_id = far.id
        session.flush()
        here, there = str(near.id), str(other.id)
    address = a_draft(database)
    page = door.get(address, params={"ambito": "BG14"}).text
    assert re.findall(r'id="line-(\d+)"', page) == [there]
    assert sorted(ticked(page)) == sorted([here, there])
    assert said(page) == 2
    assert ticked(door.get(address, params={"ambito": "BG14", "without": here}).text) == [there]
    nothing = text(door.get(address, params={"change": "moved"}).text)
    assert "Niente con questi filtri" in nothing
    assert "Pubblica e invia 2 SMS" in nothing


def test_a_run_that_failed_is_calm(database: Database, doors: tuple[TestClient, TestClient]) -> None:
    """What happened, that nothing was changed, what to do; and one nobody begins says so too."""
    door, _other = doors
    with database.begin() as session:
        run = service.ask(session, NOW - dt.timedelta(minutes=2), MONDAY, RunKind.WEEK, seconds=5, by="account:marta")
        run_id = run.id
    address = f"/planning/runs/{run_id}"
    assert "Nessuno ha ancora cominciato" in text(door.get(address).text)
    assert "Chiesto da Marta" in text(door.get(address).text)
    with database.begin() as session:
        run = session.get_one(PlanningRun, run_id)
        run.status, run.trouble = PlanningRunStatus.FAILED, "the planner reached its memory limit"
    page = text(door.get(address).text)
    for words in (
        "Al pianificatore è mancata la memoria",
        "nessun SMS è partito",
        "Pianifica meno settimane",
        "Riprova",
    ):
        assert words in page


def test_the_list_of_runs_costs_the_same_for_many(database: Database, doors: tuple[TestClient, TestClient]) -> None:
    """Who, when, value, margin, and what became of it; twenty runs take as many statements as one; repairs on request."""
    door, _other = doors
    assert "Nessun piano è stato ancora chiesto" in text(door.get("/planning/runs").text)
    with database.begin() as session:
        make.mediator(session, "m1")
        ask_for(session, "d0", (at(0, 8), at(0, 8)))
        publish(session, draft(session, by="account:ines").run_id, NOW, by="account:marta")
    few = statements(database, door)
    page = text(door.get("/planning/runs").text)
    for words in ("Ines", "Marta", "1 su 1", " %", "una pubblicata", "in attesa 1", "Pubblicata"):
        assert words.lower() in page.lower()
    with database.begin() as session:
        for number in range(20):
            kind = RunKind.REPAIR if number % 2 else RunKind.WEEK
            session.add(PlanningRun(kind=kind, week_start=MONDAY, days=7, seconds=1, asked_at=NOW, status="set_aside"))
    assert statements(database, door) == few
    assert door.get("/planning/runs").text.count('role="rowheader"') == 11
    assert door.get("/planning/runs?kind=repair").text.count('role="rowheader"') == 10
    assert "Niente con questi filtri" in text(door.get("/planning/runs?status=failed").text)


def test_a_long_difference_costs_no_statement_more(database: Database, doors: tuple[TestClient, TestClient]) -> None:
    """One line or nine, some unticked: the page asks the database as often, and not more than 26 times."""
    door, _other = doors
    with database.begin() as session:
        make.mediator(session, "m1")
        ask_for(session, "d0", (at(0, 8), at(0, 8)))
    door.get("/planning/runs")  # the installation's name is read once in a while
    few = statements(database, door, a_draft(database))
    with database.begin() as session:
        more = [
            ask_for(session, f"e{n}", (at(n % 4 + 1, 8 + 4 * (n // 4)), at(n % 4 + 1, 8 + 4 * (n // 4)))).id
            for n in range(8)
        ]
    address = a_draft(database)
    assert statements(database, door, address) == few <= 26
    assert statements(database, door, f"{address}?without={more[0]}.{more[1]}") == few
    assert door.get(address).text.count('id="line-') == 9


def statements(database: Database, door: TestClient, path: str = "/planning/runs?kind=all") -> int:
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    door.get(path)
    event.remove(database.engine, "before_cursor_execute", note)
    return len(told)
