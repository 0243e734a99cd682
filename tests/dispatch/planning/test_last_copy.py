# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database is away: who was signed in still reads and prints the day, from a file; nobody else does."""

from __future__ import annotations

import datetime as dt
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dispatch.access.service import close_session
from dispatch.app import create_app
from dispatch.kit import clock
from dispatch.kit.installation import Installation
from dispatch.kit.session import Database
from dispatch.planning import last_copy
from dispatch.records.statuses import Role
from tests import make

AWAY = Database("postgresql://nobody@127.0.0.1:1/nothing")  # nothing listens there
BROWSER = {"accept": "text/html"}
Visit = Callable[[str], TestClient]


@pytest.fixture
def here(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Two coordinators, a desk's clerk, and a visit today in one ambito."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        clock.set_virtual(session, make.NOW)
        desk = make.desk(session, "ic-trescore", name="Istituto di Trescore")
        make.visit(session, make.mediator(session, "amina", name="Amina Benali"), make.NOW, at=desk)
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "elsa", Role.COORDINATOR, ambiti=["BG14"])
        make.account(session, "sara", Role.DESK, desk_id=desk.id)
    return make.installation(database, home=tmp_path)


@pytest.fixture
def visit(here: Installation) -> Visit:
    """A browser that signed in while the database was there, and asks again when it is away."""

    def signed_in(login: str) -> TestClient:
        before = TestClient(create_app(here), follow_redirects=False)
        if login:
            make.signed_in(before, login)
        away = Installation(here.settings, AWAY)
        after = TestClient(create_app(away), raise_server_exceptions=False, follow_redirects=False, headers=BROWSER)
        after.cookies.update(before.cookies)
        return after

    return signed_in


def test_a_coordinator_reads_the_day_from_the_copy(here: Installation, visit: Visit) -> None:
    """The calm page leads to it; it names mediators by their short names and says how old it is."""
    marta = visit("marta")
    last_copy.make_copy(here)
    calm = marta.get("/agenda")
    assert (calm.status_code, "ultima copia" in calm.text) == (503, True)
    copy = marta.get("/agenda/copy")
    assert copy.status_code == 200
    assert "Amina B." in copy.text
    assert "Benali" not in copy.text
    assert "dom 22 nov, 10:00" in copy.text
    assert copy.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("login", "path"), [("sara", "/agenda"), ("sara", "/agenda/copy"), ("", "/agenda/copy")])
def test_nobody_else_reads_it(here: Installation, visit: Visit, login: str, path: str) -> None:
    """Not a service, not somebody without a session: the calm page, and no word of a copy."""
    browser = visit(login)
    last_copy.make_copy(here)
    answer = browser.get(path)
    assert (answer.status_code, "ultima copia" in answer.text, "Amina" in answer.text) == (503, False, False)


def test_a_coordinator_of_another_ambito_sees_nothing_of_this(here: Installation, visit: Visit) -> None:
    """The copy holds everything; each reader is shown her own."""
    elsa = visit("elsa")
    last_copy.make_copy(here)
    copy = elsa.get("/agenda/copy")
    assert (copy.status_code, "Amina" in copy.text) == (200, False)


def test_who_signed_out_before_the_copy_was_made_reads_nothing(here: Installation, visit: Visit) -> None:
    """The readers are those of the moment of the copy: the control of the first test."""
    marta = visit("marta")
    last_copy.make_copy(here)
    assert marta.get("/agenda/copy").status_code == 200
    with here.database.begin() as session:
        close_session(session, clock.machine_now(), marta.cookies["ponte"])
    last_copy.make_copy(here)
    assert marta.get("/agenda/copy").status_code == 503


def test_while_the_database_answers_the_copy_leads_to_the_sheet(here: Installation) -> None:
    """Which asks who is there, as every page does."""
    last_copy.make_copy(here)
    browser = TestClient(create_app(here), follow_redirects=False, headers=BROWSER)
    answer = browser.get("/agenda/copy")
    assert (answer.status_code, answer.headers["location"]) == (303, "/agenda/sheet")
    assert browser.get("/agenda/sheet").headers["location"].startswith("/login")


def test_a_copy_of_days_that_are_over_is_no_copy(here: Installation, visit: Visit) -> None:
    """Three days later nobody is sent to a day that has passed."""
    marta = visit("marta")
    last_copy.make_copy(here)
    token = marta.cookies["ponte"]
    found = last_copy.read_copy(here.settings, token)
    assert found is not None
    assert found.is_of_use(found.by_machine + dt.timedelta(hours=30))
    assert not found.is_of_use(found.by_machine + dt.timedelta(days=2))


@pytest.mark.parametrize("broken", [b"", b"{}", b"\xff"])
def test_a_broken_file_is_no_copy(here: Installation, visit: Visit, broken: bytes) -> None:
    """The calm page comes all the same."""
    marta = visit("marta")
    last_copy.make_copy(here)
    last_copy.file_of(here.settings).write_bytes(broken)
    assert marta.get("/agenda").status_code == 503


def test_only_its_owner_reads_the_file(here: Installation) -> None:
    """It stands beside the installation's secret, as closed as that."""
    last_copy.make_copy(here)
    kept = last_copy.file_of(here.settings)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert [one.name for one in kept.parent.iterdir()] == [kept.name]


def test_serving_keeps_a_copy_and_a_database_that_goes_leaves_the_last(here: Installation) -> None:
    """The first one is made at once; where the database is away the file stays as it was."""
    keeping = make.installation(here.database, home=here.settings.home, copy_seconds=3600)
    with last_copy.copies_kept(keeping):
        kept = last_copy.file_of(here.settings)
        while not kept.exists():
            time.sleep(0.01)
    before = kept.read_bytes()
    with last_copy.copies_kept(Installation(keeping.settings, AWAY)):
        pass
    assert kept.read_bytes() == before


def test_where_it_is_switched_off_nothing_is_kept(here: Installation) -> None:
    """Also the copy of an earlier day goes."""
    last_copy.make_copy(here)
    with last_copy.copies_kept(make.installation(here.database, home=here.settings.home, copy_seconds=0)):
        assert not last_copy.file_of(here.settings).exists()


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 503)])
def test_health_and_readiness_are_as_before(here: Installation, visit: Visit, path: str, status: int) -> None:
    """The process lives, and it is not ready: a copy does not make it so."""
    last_copy.make_copy(here)
    assert visit("marta").get(path, headers={"accept": "*/*"}).status_code == status
