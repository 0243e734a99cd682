# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first start over HTTP: an empty database opens one page, its code makes the first account, and it is gone."""

from __future__ import annotations

import html
import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import func, select

from config.territory.places import ROOT
from dispatch.access.lockout import TRIES_PER_LOGIN
from dispatch.errors import Conflict, NotFound
from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.records import Account, Ambito, AuditEntry, SetUp
from dispatch.records.statuses import Role
from dispatch.setup import service
from dispatch.setup.code import first_start, is_right, setup_code
from tests import make

HERE = "Ambiti della provincia di Bergamo"
ITALIAN = {"accept-language": "it"}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    make.cheap_passwords(monkeypatch)


@pytest.fixture
def door(database: Database) -> TestClient:
    return make.client(database)


def typed(database: Database, **changes: str) -> dict[str, str]:
    code = setup_code(make.installation(database).settings)
    form = {"code": code, "place": HERE, "name": "Ada L.", "login": "ada", "password": make.PASSWORD}
    return form | {"again": form["password"]} | changes


def accounts(database: Database) -> int:
    with database.begin() as session:
        return session.scalars(select(func.count()).select_from(Account)).one()


def said(page: str) -> str:
    return html.unescape(page)


@pytest.mark.parametrize("path", ["/login", "/agenda", "/"])
def test_an_empty_installation_leads_to_the_set_up_page(door: TestClient, path: str) -> None:
    """Whatever address somebody opens first."""
    answer = door.get(path, headers={"accept": "text/html"}, follow_redirects=True)
    assert (answer.url.path, answer.status_code) == ("/setup", 200)


def test_the_code_makes_the_first_account_and_signs_it_in(door: TestClient, database: Database) -> None:
    """Name, territory and an administrator of everything in one go; the next page says what is still to do."""
    answer = door.post("/setup", data=typed(database), headers=ITALIAN, follow_redirects=True)
    assert (answer.url.path, answer.status_code) == ("/installation", 200)
    assert f'po-slim-place">{HERE}<' in answer.text
    assert "6 passi alla prima richiesta" in said(answer.text)
    with database.begin() as session:
        ada = session.scalars(select(Account)).one()
        assert (ada.login, ada.role, ada.ambiti) == ("ada", Role.ADMIN, None)
        assert ada.password_hash.startswith("$argon2id$")
        assert session.scalars(select(func.count()).select_from(Ambito)).one() == 14
        assert session.scalars(select(SetUp.name)).one() == HERE
        assert "set_up" in session.scalars(select(AuditEntry.action)).all()
    assert make.signed_in(make.client(database), "ada").get("/installation").status_code == 200


def test_the_page_is_gone_for_ever(door: TestClient, database: Database) -> None:
    """With the first account, also one of the command line, even with the right code and when it was shut off since."""
    with database.begin() as session:
        make.account(session, "marta", Role.COORDINATOR).active = False
    assert door.get("/setup").status_code == 404
    assert door.post("/setup", data=typed(database)).status_code == 404
    assert door.get("/login", follow_redirects=False).status_code == 200
    assert accounts(database) == 1


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "\u0660" * 12])
def test_without_the_code_nothing_happens(door: TestClient, database: Database, code: str) -> None:
    """A stranger who finds the page first is told where the code stands, and what he typed is still there."""
    answer = door.post("/setup", data=typed(database, code=code), headers=ITALIAN)
    assert answer.status_code == 422
    assert "terminale" in said(answer.text)
    assert 'value="Ada L."' in answer.text
    assert make.PASSWORD not in answer.text
    assert accounts(database) == 0


def test_guessing_closes_the_door(door: TestClient, database: Database) -> None:
    """After ten wrong codes the right one is not looked at either, until a quarter of an hour has gone by."""
    for _ in range(TRIES_PER_LOGIN):
        assert door.post("/setup", data=typed(database, code="AAAA-BBBB-CCCC")).status_code == 422
    answer = door.post("/setup", data=typed(database), headers=ITALIAN)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "Troppi codici sbagliati" in answer.text
    assert accounts(database) == 0


def test_slips_with_the_right_code_close_nothing(door: TestClient, database: Database) -> None:
    """Who has the code may mistype a password as often as she likes."""
    for _ in range(TRIES_PER_LOGIN + 1):
        assert door.post("/setup", data=typed(database, again="another one")).status_code == 422
    assert door.post("/setup", data=typed(database), follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": " "}, "place"),
        ({"name": "x" * 161}, "name"),
        ({"name": "Ada\x00"}, "name"),
        ({"login": "ada lovelace"}, "login"),
        ({"login": "\u0430da"}, "login"),
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "another password"}, "again"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(
    door: TestClient, database: Database, changes: dict[str, str], field: str
) -> None:
    """One line in the box, one under the field, nothing made."""
    answer = door.post("/setup", data=typed(database, **changes))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert answer.text.count('<li><a href="#') == 1
    assert accounts(database) == 0


def test_of_two_browsers_one_sets_up_and_the_other_is_told(database: Database) -> None:
    """Both have the code and press at once: one account, one refusal that says what happened."""
    here, ready = make.installation(database), threading.Barrier(2)
    told: list[str | Exception] = []
    with database.begin() as session:
        make.ambito(session)  # the rows exist: what they wait for is each other

    def press(login: str) -> None:
        asked = service.Asked(setup_code(here.settings), HERE, "Ada", login, make.PASSWORD, make.PASSWORD)
        ready.wait()
        try:
            told.append(service.set_up(here, machine_now(), asked, "127.0.0.1"))
        except (Conflict, NotFound) as refused:
            told.append(refused)

    both = [threading.Thread(target=press, args=(login,)) for login in ("ada", "bice")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert accounts(database) == 1
    assert sorted(isinstance(one, str) for one in told) == [False, True]


def test_who_comes_second_reads_what_happened(
    door: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account came between the first look and the lock: 409, and nothing of hers was kept."""
    with database.begin() as session:
        make.account(session, "marta", Role.ADMIN)
    monkeypatch.setattr(service, "refuse_once_done", lambda _session: None)
    answer = door.post("/setup", data=typed(database), headers=ITALIAN | {"accept": "text/html"})
    assert answer.status_code == 409
    assert "qualcun altro ha configurato" in said(answer.text)
    assert accounts(database) == 1


def test_another_sites_form_sets_nothing_up(door: TestClient, database: Database) -> None:
    """The engineer's own browser, lured elsewhere, does not set up for a stranger."""
    answer = door.post("/setup", data=typed(database), headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, accounts(database)) == (403, 0)


def test_a_broken_territory_is_said_before_anything_is_typed(door: TestClient, database: Database) -> None:
    """A folder that is not there: the page names it, and setting up makes nothing."""
    lost = make.client(database, territory="nowhere")
    assert "nowhere" in lost.get("/setup").text
    assert lost.post("/setup", data=typed(database)).status_code == 422
    assert accounts(database) == 0


def test_a_territory_may_lie_outside_the_package(database: Database, tmp_path: Path) -> None:
    """PONTE_TERRITORY may be a folder of one's own."""
    for file in (ROOT / "bergamo").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    page = make.client(database, territory=str(tmp_path)).get("/setup", headers=ITALIAN).text
    assert "14 ambiti, 243 comuni" in page


def test_the_code_is_forgiving_to_read_and_of_one_installation(database: Database) -> None:
    """Case, blanks and hyphens do not matter; another secret has another code; it can be read aloud."""
    settings = make.installation(database).settings
    code = setup_code(settings)
    assert is_right(settings, f"  {code.lower().replace('-', ' ')} ")
    assert not is_right(settings, code[:-1])
    assert not is_right(settings.model_copy(update={"secret": SecretStr("another")}), code)
    assert not set("018") & set(code)


def test_the_terminal_says_it_until_somebody_can_sign_in(database: Database) -> None:
    """The address and the code, then nothing more."""
    here = make.installation(database)
    assert first_start(here) == {"open": f"{here.settings.base_url}/setup", "code": setup_code(here.settings)}
    with database.begin() as session:
        make.account(session, "marta", Role.COORDINATOR)
    assert first_start(here) is None
