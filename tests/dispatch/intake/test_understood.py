# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was understood, said back in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from config.policy import load_policy
from config.territory import load_school_calendar
from dispatch.appointments.findings import Findings
from dispatch.intake.decisions import Days, expand
from dispatch.intake.schemas import RequestIn
from dispatch.intake.understood import Named, understood
from dispatch.kit.recurrence import Closures
from dispatch.web.i18n import speaking
from tests import make

NAMED = Named("CPIA", place="CPIA Bergamo", mediator="Amina B.")


def said(locale: str = "it", **changes: Any) -> str:
    body = RequestIn.model_validate(make.body("cpia", **changes))
    closures = Closures("BG", load_school_calendar("bergamo"))
    days = Days(body.when, body.repeat, body.duration, make.NOW, load_policy().intake, closures)
    with speaking(locale):
        return understood(body, expand(days, Findings()), (), NAMED)


def test_an_ordinary_request_reads_like_a_sentence() -> None:
    """Kind, language with its level, people, day, time, length and place."""
    assert said() == (
        "1 incontro: mediazione linguistico-culturale, arabo (fluente) (obbligatorio), 1 mediatore. "
        "Lunedì 30 novembre alle 9:10, 1 h. Di persona: CPIA Bergamo."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": 2}, "2 mediatori"),
        ({"languages": [{"code": "ar", "must": True}, {"code": "fr", "must": True}]}, "2 mediatori"),
        ({"languages": [{"code": "ar"}, {"code": "fr"}], "any_language": True}, "1 mediatore"),
        ({"repeat": {"every": "week", "until": "2027-01-25"}}, "… fino a lunedì 25 gennaio"),
        ({"same_mediator": {"id": "m1", "must": False}}, "Amina B. (preferito)"),
        ({"fallback_modes": ["video"]}, "in video"),
        ({"when": [{"day": "2026-11-30", "from": "09:10", "tolerance": "same_day"}]}, "quel giorno"),
    ],
)
def test_everything_asked_is_said_back(changes: dict[str, Any], words: str) -> None:
    """Whoever reads it sees a slip before somebody is sent."""
    assert words in said(**changes)


def test_it_speaks_the_readers_language() -> None:
    """English for who asks in English."""
    assert said("en").startswith("1 meeting: linguistic and cultural mediation, Arabic (fluent) (required)")
