# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a warning to the visits behind it and to the file for the cooperative: a coordinator reviews November."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from dispatch.kit.clock import set_virtual
from dispatch.kit.session import Database
from dispatch.records.statuses import AttendanceStatus, Role
from dispatch.reporting.behind_page import word
from dispatch.web.i18n import speaking
from tests import make

MONDAY = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 27, 11, 0, tzinfo=dt.UTC)


@pytest.fixture
def marta(database: Database, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A coordinator, and Amina who may work six hours a week and worked seven in the first one of November."""
    make.cheap_passwords(monkeypatch)
    with database.begin() as session:
        set_virtual(session, NOW)
        amina = make.mediator(session, "m1", name="Amina B.", max_week=360)
        school = make.desk(session, "ic-trescore")
        for day in range(4):
            one = make.visit(session, amina, MONDAY + dt.timedelta(days=day), at=school, minutes=105)
            make.attendance(session, one, minutes=105 if day else 110)
        last = make.visit(session, amina, NOW - dt.timedelta(days=4), at=school)
        make.attendance(session, last, minutes=0, status=AttendanceStatus.AWAITED, outcome=None)
        make.account(session, "marta", Role.COORDINATOR)
    return make.signed_in(make.client(database), "marta")


def link(page: str, text: str) -> str:
    """Where the link with this text leads."""
    found = re.search(rf'<a href="([^"]+)"[^>]*>[^<]*{re.escape(text)}', page)
    assert found, f"no link says {text!r}"
    return unescape(found[1])


def test_a_warning_leads_to_the_visits_and_the_file(marta: TestClient) -> None:
    """Over her hours in one week, though not in the month; four visits say why, and the file adds up to the page."""
    page = marta.get("/workload").text
    assert "Amina B. ha superato le sue ore (118 %)" in page
    assert "Presenze da chiudere da più di 3 giorni: 1, di Amina B." in page
    only = marta.get(link(page, "ha superato le sue ore")).text
    assert "Si vedono solo le righe da guardare" in only
    hers = marta.get(link(only.partition("<tbody")[2], "Amina B.")).text
    assert "5 interventi" in hers
    with speaking("it"):
        awaited = word("attendance", "awaited")
    assert awaited in marta.get(link(hers, "settimana")).text
    file = marta.get(link(hers, "CSV"))
    told = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    worked = sum(float(row["Ore svolte"].replace(",", ".")) for row in told if row["Ore svolte"])
    total = next(
        csv.DictReader(io.StringIO(marta.get("/workload?format=csv").content.decode("utf-8-sig")), delimiter=";")
    )
    assert (
        worked == pytest.approx(float(total["Ore svolte"].replace(",", ".")), abs=0.02) == pytest.approx(7.08, abs=0.02)
    )
    assert total["Ore confermate"] == "8,00"
