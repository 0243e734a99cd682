# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinators' notices, the SMS that did not arrive, and what the header counts of them."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dispatch.attendance.notices import NoticeKind as AttendanceNotice
from dispatch.kit.session import Database
from dispatch.offers import notice_words
from dispatch.offers.delivery_words import OPTED_OUT, REASONS, reason_words
from dispatch.offers.notices import NoticeKind
from dispatch.records.access import AuditEntry
from dispatch.records.offers import Message, Notice
from dispatch.records.roster import Mediator
from dispatch.records.statuses import Role
from dispatch.web.i18n import speaking
from dispatch.web.message_words import KINDS
from notifications.message import MessageKind
from notifications.providers.codes import CodeTable
from tests import make
from tests.dispatch.offers import scene
from tests.reader import signed_in, text

NOW = scene.MONDAY_MORNING


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A coordinator of every ambito, and one of another ambito."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        scene.set_time(session, NOW)
        make.ambito(session, "BG14")
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "ada", Role.COORDINATOR, ambiti=["BG14"])
    return signed_in(database, "marta")


def notice(database: Database, kind: str, at: dt.datetime = NOW, **values: object) -> int:
    with database.begin() as session:
        return make.kept(session, Notice(kind=kind, values=values, created_at=at)).id


def failed(database: Database, trouble: str, status: str = "failed", **values: object) -> Mediator:
    """An SMS in trouble to a mediator of Trescore."""
    with database.begin() as session:
        her = make.mediator(session, ambiti=["BG05"])
        ordinary: dict[str, object] = {"reference": trouble[:30] + str(her.id), "kind": "reminder", "priority": 1}
        ordinary |= {"to_phone": her.phone, "mediator_id": her.id, "body": "Ponte", "segments": 1, "attempt": 1}
        ordinary |= {"status": status, "trouble": trouble, "created_at": NOW, "send_after": NOW}
        make.kept(session, Message(**(ordinary | values)))
        return her


def test_every_notice_to_coordinators_has_words() -> None:
    """What the stages may write without a desk is said in a sentence, with the name in it."""
    desks = {NoticeKind.BOOKED, NoticeKind.REOPENED}
    heaped = {NoticeKind.TOO_MANY_REPLIES}  # the page of replies shows the heap itself
    assert set(NoticeKind) - desks - heaped | set(AttendanceNotice) <= set(notice_words.KINDS)
    with speaking("it"):
        for kind in notice_words.KINDS:
            said = notice_words.notice_text(kind, {}, "Amina B.")
            assert said
            assert "%(" not in said
        assert "spento" in notice_words.notice_text("line_stopped", {"why": "30003: off"}, "")


def test_every_sms_and_every_code_has_words() -> None:
    """Each kind of SMS is called something, and each reason of the shipped code table stands in the catalogs."""
    assert set(KINDS) == set(MessageKind)
    codes = CodeTable.load()
    assert {codes.reason(code) for code in codes.entries} == set(REASONS)
    with speaking("it"):
        assert reason_words("30003: Unreachable") == "il telefono è spento o irraggiungibile (30003)"
        assert reason_words("99999: Odd thing") == "Odd thing (99999)"


def test_notices_are_seen_once_and_counted_in_the_header(database: Database, door: TestClient) -> None:
    """The badge says how many; one is marked, then all that stood there; the list of those seen says by whom."""
    first = notice(database, "urgent", asked=4)
    notice(database, "line_stopped", why="20003: Authenticate")
    page = text(door.get("/notices").text)
    assert "Avvisi (2)" in page
    assert "si è chiesto subito a tutti gli idonei (4)" in page
    assert "le credenziali sono rifiutate (20003)" in page
    assert door.post(f"/notices/{first}/seen").status_code == 303
    assert "Avvisi (1)" in text(door.get("/agenda").text)
    newest = notice(database, "nobody")
    assert door.post("/notices/seen", data={"newest": str(newest - 1)}).status_code == 303
    assert "Avvisi (1)" in text(door.get("/notices").text)
    door.post("/notices/seen", data={"newest": str(newest)})
    assert "Tutto visto" in text(door.get("/notices").text)
    assert "visto da Marta" in text(door.get("/notices?state=seen").text)
    assert door.post("/notices/999999/seen").status_code == 404


def test_the_two_empty_states(database: Database, door: TestClient) -> None:
    """Nothing ever happened, and nothing of this kind."""
    assert "Ancora nessun avviso" in text(door.get("/notices").text)
    assert "Finora ogni SMS è arrivato" in text(door.get("/deliveries").text)
    notice(database, "urgent", asked=1)
    notice(database, "nobody")
    seen = text(door.get("/notices?state=seen&kind=nobody").text)
    assert "Niente con questi filtri" in seen or "togli i filtri" in seen.lower()
    failed(database, "30003: off")
    assert "Togli i filtri" in text(door.get("/deliveries?q=nessuna").text)


def test_a_coordinator_of_other_ambiti_is_told_of_her_own(database: Database, door: TestClient) -> None:
    """A mediator she does not see is not told of; what concerns the whole service is; her seeing leaves the others."""
    her = failed(database, "30006: landline")
    hidden = notice(database, "phone_blocked", mediator=her.code)
    notice(database, "line_stopped", why="")
    elsewhere = signed_in(database, "ada")
    page = text(elsewhere.get("/notices").text)
    assert her.name not in page
    assert "la linea riposa" in page
    assert elsewhere.post(f"/notices/{hidden}/seen").status_code == 404
    elsewhere.post("/notices/seen", data={"newest": str(2**40)})
    assert her.name in text(door.get("/notices").text)
    assert her.phone not in elsewhere.get("/deliveries").text
    assert her.phone in door.get("/deliveries").text


@pytest.mark.parametrize(
    ("trouble", "status", "shown"),
    [
        ("30003: off", "failed", "niente altro: se è importante"),
        ("20429: slow", "queued", "riprova:"),
        ("for a person: no answer", "in_doubt", "niente parte due volte"),
        ("too late to send", "failed", "sarebbe arrivato troppo tardi"),
        ("daily cap", "failed", "aveva già ricevuto tutti gli SMS"),
    ],
)
def test_each_trouble_says_what_ponte_did(
    database: Database, door: TestClient, trouble: str, status: str, shown: str
) -> None:
    """The number, the kind of SMS, the reason in words and what became of it."""
    her = failed(database, trouble, status)
    page = text(door.get("/deliveries").text)
    assert [words for words in (her.name, her.phone, "promemoria", shown) if words not in page] == []


def test_what_ponte_kept_at_home_is_no_trouble(database: Database, door: TestClient) -> None:
    """A question whose offer ended before it left was never to arrive."""
    failed(database, "offer declined")
    assert "Finora ogni SMS è arrivato" in text(door.get("/deliveries").text)


def test_a_code_that_is_none_is_refused(door: TestClient) -> None:
    assert door.post("/deliveries/%00/lift").status_code == 422


def test_a_dead_number_is_lifted_and_an_opt_out_never(database: Database, door: TestClient) -> None:
    """The flag of a number that works again goes, audited; who wants no SMS stays as she wished."""
    dead, out = failed(database, "30005: unknown"), failed(database, "21610: opted out")
    with database.begin() as session:
        for her, why in ((dead, "code_30005"), (out, OPTED_OUT)):
            session.get_one(Mediator, her.id).sms_blocked = why
    page = door.get("/deliveries").text
    assert "la rete non conosce il numero (30005)" in text(page)
    assert f"/deliveries/{dead.code}/lift" in page
    assert f"/deliveries/{out.code}/lift" not in page
    assert door.post(f"/deliveries/{dead.code}/lift").status_code == 200
    assert door.post(f"/deliveries/{dead.code}/lift").status_code == 409
    assert door.post(f"/deliveries/{out.code}/lift").status_code == 409
    assert signed_in(database, "ada").post(f"/deliveries/{dead.code}/lift").status_code == 404
    with database.begin() as session:
        standing = {row[0]: row[1] for row in session.execute(select(Mediator.id, Mediator.sms_blocked))}
        assert (standing[dead.id], standing[out.id]) == (None, OPTED_OUT)
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "lift_flag")).all() == ["lift_flag"]
