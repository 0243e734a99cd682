# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator's page of the line, the banner that every page of the staff has meanwhile, and the commands."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from dispatch.cli import app
from dispatch.kit.clock import machine_now
from dispatch.kit.session import Database
from dispatch.line import queries, service
from dispatch.records import AuditEntry
from dispatch.records.statuses import LineState, Role
from tests import make
from tests.dispatch.line.test_gate import CARRIER


@pytest.fixture
def people(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        make.account(session, "marta", Role.COORDINATOR)
        make.account(session, "root", Role.ADMIN)
        make.account(session, "sara", Role.DESK, desk_id=make.desk(session, "a").id)
    return database


def test_who_administers_stops_changes_over_and_starts(people: Database) -> None:
    """Each step is on the page, in the audit, and the banner stands on other pages until the end."""
    visitor = make.signed_in(make.client(people, **CARRIER), "root")
    assert visitor.post("/line/hold", data={"why": " "}).status_code == 422
    assert visitor.post("/line/hold", data={"why": "testi <b>sbagliati</b>"}).status_code == 303
    page = visitor.get("/line").text
    assert "testi &lt;b&gt;sbagliati&lt;/b&gt;" in page
    assert "Fermata dall’operatore" in page
    assert 'id="shut-line"' in visitor.get("/inbox").text
    assert visitor.post("/line/start").status_code == 303
    assert 'id="shut-line"' not in visitor.get("/inbox").text
    assert visitor.get("/handsets").status_code == 404
    assert visitor.post("/line/use", data={"provider": "carrier pigeon"}).status_code == 422
    assert visitor.post("/line/use", data={"provider": "phone"}).status_code == 303
    assert visitor.get("/handsets").status_code == 200
    with people.begin() as session:
        entries = session.query(AuditEntry.action).filter(AuditEntry.subject == "line").order_by(AuditEntry.id)
        assert [action for (action,) in entries] == ["line.hold", "line.start", "line.use"]


def test_a_coordinator_sees_the_line_and_a_desk_nothing_of_it(people: Database) -> None:
    """She reads why nothing leaves and has no button; a desk is not told of our troubles with the carrier."""
    with people.begin() as session:
        service.hold(session, make.installation(people).settings, "ada", "guasto", machine_now())
    client = make.client(people)
    coordinator = make.signed_in(client, "marta")
    assert "guasto" in coordinator.get("/line").text
    assert 'action="/line/start"' not in coordinator.get("/line").text
    assert coordinator.post("/line/start").status_code == 403
    desk = make.signed_in(make.client(people), "sara")
    assert "guasto" not in desk.get("/requests").text
    assert desk.get("/line").status_code == 403


def test_the_commands_do_the_same(people: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """show, stop, start; a provider that is not set up is refused with the way to set it up."""
    monkeypatch.setenv("DATABASE_URL", people.url.replace("postgresql+psycopg", "postgresql"))
    run = CliRunner().invoke
    assert "* phone: running" in run(app, ["line", "show"]).stdout
    assert "phone: held" in run(app, ["line", "stop", "--why", "guasto"]).stdout
    with people.begin() as session:
        line = queries.shut_line(session, "phone")
        assert line is not None
        assert line.state == LineState.HELD
    assert "phone: running" in run(app, ["line", "start"]).stdout
    refused = run(app, ["line", "use", "twilio"])
    assert refused.exit_code == 2
    assert "PONTE_SMS_PROVIDER=twilio" in refused.output
