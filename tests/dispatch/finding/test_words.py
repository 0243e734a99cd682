# SPDX-License-Identifier: AGPL-3.0-or-later
"""The planner's counts in words: the funnel runs down to who could come, and a full day is no refusal."""

from __future__ import annotations

from dispatch.finding.words import funnel, why_her
from dispatch.planning.words import FULL_TODAY, why_nobody, with_full
from dispatch.web.i18n import speaking


def test_the_funnel_ends_with_who_could_come() -> None:
    """Of twelve two speak it, one is free, and nobody has hours left; rules that keep nobody away have no step."""
    with speaking("it"):
        steps = funnel({"language": 10, "max_week": 1, "one_place": 1}, 12)
    assert [(step.label, step.count) for step in steps] == [
        ("parlano la lingua", 2),
        ("liberi in quell’ora", 1),
        ("entro le ore della settimana", 0),
    ]
    assert steps[0].of_all == "su 12"
    assert [step.share for step in steps] == [100, 50, 0]


def test_a_roster_that_speaks_it_still_says_so() -> None:
    """Where the language keeps nobody away its step stands all the same: it is the whole of the picture."""
    with speaking("it"):
        assert [step.count for step in funnel({}, 5)] == [5]
        assert [step.share for step in funnel({"language": 5}, 5)] == [0]


def test_a_full_day_is_no_refusal() -> None:
    """Who had her SMS of the day was left out like a refusal; the reasons tell the two apart, and never more than there are."""
    reasons = {"language": 3, "excluded": 2}
    assert with_full(reasons, 0) == reasons
    assert with_full(reasons, 1) == {"language": 3, "excluded": 1, FULL_TODAY: 1}
    assert with_full(reasons, 5) == {"language": 3, FULL_TODAY: 2}
    with speaking("it"):
        told = [line.text for line in why_nobody(with_full(reasons, 1))]
    assert any("domani" in text for text in told)


def test_one_line_says_why_her() -> None:
    """«disponibile, 18 km, 3 incontri in questo caso, 7 h su 18»: and nobody who is against a rule is called free."""
    figures = {"km": 18, "travel": 30, "week": 420, "limit": 1080, "level": 2}
    with speaking("it"):
        line = why_her(figures, 3)
        assert line == "disponibile, 18 km, 30 min, 3 incontri in questo caso, 7 su 18 h"
        assert "disponibile" not in why_her(figures, 0, is_free=False)
