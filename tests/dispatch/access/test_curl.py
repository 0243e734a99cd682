# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands of the curl page are those of the API: its addresses, its methods, bodies that its schemas take."""

from __future__ import annotations

import shlex

import pytest

from dispatch.access.curl import ASK, CALLS, SERIES, Call, command, curl_page
from dispatch.app import create_app
from dispatch.attendance.schemas import Tell
from dispatch.intake.schemas import RequestIn
from dispatch.kit.session import Database
from tests import make

NOWHERE = Database("postgresql://nobody@127.0.0.1:1/nothing")


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.title)
def test_each_command_is_an_operation_of_the_description(call: Call) -> None:
    """Its method and path are there, its braces are filled, and a shell reads it as one command."""
    told = create_app(make.installation(NOWHERE)).openapi()["paths"][call.path][call.method.lower()]
    needed = {one["name"] for one in told.get("parameters", ()) if one["in"] == "path"}
    assert needed == set(call.filled)
    words = shlex.split(command(call).replace("\\\n", " "))
    assert words[0] == "curl"
    assert ("requestBody" in told) >= (call.body not in (None, {}))
    assert sum(one.startswith("$PONTE/") for one in words) == 1


@pytest.mark.parametrize("body", [ASK, SERIES])
def test_what_is_asked_for_is_understood(body: dict[str, object]) -> None:
    """The schema takes the bodies as they stand."""
    assert RequestIn.model_validate(body).duration == 60


def test_what_is_told_is_understood() -> None:
    """The attendance example too."""
    told = next(call.body for call in CALLS if "attendance_id" in call.path)
    assert told is not None
    assert Tell.model_validate(told).outcome == "held"


def test_the_page_names_this_installation_and_loads_nothing() -> None:
    """Its own address in the first lines; no script or picture from elsewhere."""
    text = make.client(NOWHERE, public_url="https://ponte.example.org").get("/api/v1/curl").text
    assert "export PONTE=https://ponte.example.org" in text
    assert 'src="http' not in text
    assert len(curl_page("x").commands) == len(CALLS)
