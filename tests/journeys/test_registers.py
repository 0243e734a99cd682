# SPDX-License-Identifier: AGPL-3.0-or-later
"""Registers over the pages: a coordinator chooses files, mends what is named, and confirms exactly what was checked."""

from __future__ import annotations

import io
import re

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from openpyxl import load_workbook
from sqlalchemy import func, select

from dispatch.app import create_app
from dispatch.exchange.importing import Upload
from dispatch.exchange.parcels import LARGEST, pack, unpack
from dispatch.kit.clock import set_virtual
from dispatch.kit.installation import Installation
from dispatch.records import AuditEntry, Mediator
from dispatch.records.statuses import Role
from dispatch.territory.load import load
from tests import make

ROWS = (
    "Nome;Sesso;Telefono;Cooperativa;Residenza;Lingue;Costo orario\n"
    "Amina B.;F;333 1234567;coop;Trescore Balneario;arabo madrelingua;27,50\n"
    "Olena S.;F;035 123456;coop;Clusone;ucraino madrelingua;25\n"
)
MENDED = ROWS.replace("035 123456", "333 7654321")


@pytest.fixture
def marta(here: Installation, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A coordinator at the door of an installation with its territory and one cooperative."""
    make.cheap_passwords(monkeypatch)
    with here.database.begin() as session:
        set_virtual(session, make.NOW)
        load(session, "bergamo")
        make.organisation(session, "coop")
        make.account(session, "marta", Role.COORDINATOR)
    return make.signed_in(TestClient(create_app(here), follow_redirects=False), "marta")


def check(marta: TestClient, text: str, status: int) -> tuple[str, str]:
    """The page after a list of mediators was sent, and the parcel it carries."""
    files = {"files": ("elenco mediatori.csv", text.encode("cp1252"), "text/csv")}
    answer = marta.post("/import", files=files)
    assert answer.status_code == status, answer.text
    parcel = re.search(r'name="parcel" value="([^"]+)"', answer.text)
    return answer.text, parcel[1] if parcel else ""


def confirm(marta: TestClient, path: str, parcel: str, keep: str = "all") -> Response:
    """The hidden fields as a browser sends them."""
    fields = {"parcel": (None, parcel.encode()), "keep": (None, keep.encode())}
    return marta.post(f"/import/{path}", files=fields)


def people(here: Installation) -> int:
    with here.database.begin() as session:
        return session.scalar(select(func.count()).select_from(Mediator)) or 0


def test_what_is_confirmed_is_what_was_checked(here: Installation, marta: TestClient) -> None:
    """The check keeps nothing; the confirmation imports the checked file and the audit names who did it."""
    page, parcel = check(marta, MENDED, 200)
    assert people(here) == 0
    assert "Importa questi file" in page
    done = confirm(marta, "apply", parcel)
    assert done.status_code == 200
    assert "È stato importato tutto." in done.text
    with here.database.begin() as session:
        actors = session.scalars(select(AuditEntry.actor).where(AuditEntry.subject == "mediator")).all()
    assert list(actors) == ["account:marta"] * 2
    again, _parcel = check(marta, MENDED, 200)
    assert "Importa questi file" not in again


def test_a_bad_row_is_shown_and_can_be_left_out(here: Installation, marta: TestClient) -> None:
    """With line, column, value and remedy; the good rows go in if one says so, the others come back in a workbook."""
    page, parcel = check(marta, ROWS, 422)
    assert "riga 3, Telefono" in page
    assert "035 123456" in page
    assert "telefono fisso" in page
    assert confirm(marta, "apply", parcel).status_code == 422
    assert people(here) == 0
    assert confirm(marta, "apply", parcel, "good").status_code == 200
    assert people(here) == 1
    rejects = confirm(marta, "rejects", parcel)
    rows = list(load_workbook(io.BytesIO(rejects.content))["mediatori"].iter_rows(values_only=True))
    assert rows[1][0] == "Olena S."
    assert "telefono fisso" in str(rows[1][-1])


def test_no_file_and_too_much_are_said_on_the_page(marta: TestClient) -> None:
    """The form comes back with the reason."""
    assert "Nessun file" in marta.post("/import", files={"x": ("", b"")}).text
    big = marta.post("/import", files={"files": ("mediatori.csv", b"x" * (LARGEST + 1))})
    assert (big.status_code, "2 MB" in big.text) == (422, True)


def test_a_parcel_that_was_tampered_with_is_refused(marta: TestClient) -> None:
    """Cut, or made to swell: the page asks for the files again."""
    whole = pack([Upload("a.csv", b"x" * LARGEST * 20)])
    for parcel in ("", "====", whole[:40], whole):
        answer = confirm(marta, "apply", parcel)
        assert answer.status_code == 422
        assert "Sceglili di nuovo" in answer.text
    assert unpack(pack([Upload("a.csv", b"1")])) == [Upload("a.csv", b"1")]


def test_templates_and_registers_are_downloaded(marta: TestClient) -> None:
    """Each template by itself, all in a workbook, and the registers as they stand."""
    one = marta.get("/import/templates/mediatori.csv")
    assert one.text.startswith("\ufeffcodice;nome;genere;cellulare")
    assert len(load_workbook(io.BytesIO(marta.get("/import/templates/modello.xlsx").content)).sheetnames) == 10
    now = load_workbook(io.BytesIO(marta.get("/import/registers.xlsx").content))
    assert [cell.value for cell in now["enti"]["A"]] == ["codice", "coop"]
    assert marta.get("/import").text.count("/import/templates/") == 11


def test_a_desk_may_not_import(here: Installation, marta: TestClient) -> None:
    """Registers hold telephone numbers: only those who coordinate."""
    with here.database.begin() as session:
        make.account(session, "sara", Role.DESK, desk_id=make.desk(session).id)
    sara = make.signed_in(TestClient(create_app(here), follow_redirects=False), "sara")
    assert {sara.get(path).status_code for path in ("/import", "/import/registers.xlsx")} == {403}


def test_who_coordinates_some_ambiti_moves_no_files(here: Installation, marta: TestClient) -> None:
    """The workbook holds every mediator's phone and a row of it rewrites any of them: 403, and no entry that leads there."""
    _page, parcel = check(marta, MENDED, 200)
    with here.database.begin() as session:
        make.account(session, "paola", Role.COORDINATOR, ambiti=["BG05"])
    paola = make.signed_in(TestClient(create_app(here), follow_redirects=False), "paola")
    files = {"files": ("mediatori.csv", MENDED.encode(), "text/csv")}
    refused = [
        paola.get("/import"),
        paola.post("/import", files=files),
        confirm(paola, "apply", parcel),
        confirm(paola, "rejects", parcel),
        paola.get("/import/registers.xlsx"),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert "chi li coordina tutti" in refused[0].text
    assert people(here) == 0
    assert paola.get("/import/templates/mediatori.csv").status_code == 200
    assert 'href="/import"' not in paola.get("/roster").text
    assert 'href="/import"' in marta.get("/roster").text
