# SPDX-License-Identifier: AGPL-3.0-or-later
"""What needs attention is said of the right people, the gravest first, three things at most."""

from __future__ import annotations

import datetime as dt

from config.policy import WorkloadPolicy, load_policy
from dispatch.reporting import attention
from dispatch.reporting.attention import Concern, Finding
from dispatch.reporting.budgets import Purse
from dispatch.reporting.rows import Offers
from dispatch.reporting.words import sentence
from dispatch.web.i18n import speaking
from tests.dispatch.reporting.build import row

POLICY = WorkloadPolicy(
    limit_percent=90, idle_days=14, refusal_percent=40, refusal_least_answers=5, budget_percent=80, attendance_days=3
)
NOW = dt.datetime(2026, 11, 24, 11, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def said(found: object) -> dict[Concern, tuple[str, ...]]:
    return {one.concern: one.keys for one in found if one.keys}  # type: ignore[attr-defined]  # any group of findings


def test_over_her_hours_is_graver_than_nearly_there() -> None:
    """90 % is still fine, 91 and 100 are close, 101 is over; a full week counts though the month is not."""
    used = {"fine": 540, "close": 546, "reached": 600, "over": 606}
    people = [row(key, used=minutes, limit=600, week_limit=600) for key, minutes in used.items()]
    people += [row("one-week", used=620, limit=2571, week_limit=600), row("no-limit", used=9999)]
    found = said(attention.near_limit(people, POLICY))
    assert found == {Concern.FULL: ("one-week", "over"), Concern.LIMIT: ("reached", "close")}


def test_who_is_free_and_had_nothing_is_found() -> None:
    """13 days are not yet 14, a job ahead is a job, who is away is not waiting; never is the longest of all."""
    latest = {
        "lately": NOW - 13 * DAY,
        "long": NOW - 14 * DAY,
        "longer": NOW - 30 * DAY,
        "ahead": NOW + DAY,
        "away": None,
    }
    people = [row(key, latest=when) for key, when in latest.items()] + [row("never")]
    available = {"lately", "long", "longer", "ahead", "never"}
    found = said(attention.without_work(people, available, NOW, POLICY.idle_days))
    assert found == {Concern.IDLE: ("never", "longer", "long")}


def test_refusals_need_enough_answers() -> None:
    """Four no of four say little; five of ten say something; a silence is an answer of a kind, not a refusal."""
    languages = [
        row("bn", offers=Offers(12, 5, 5, 0)),
        row("ti", offers=Offers(4, 0, 4, 0)),
        row("ar", offers=Offers(20, 10, 4, 6)),
    ]
    assert said(attention.refused(languages, POLICY)) == {Concern.REFUSALS: ("bn",)}


def purse(project: str, granted: int | None, used: int, elapsed: float, ambito: str | None = None) -> Purse:
    day = dt.date(2026, 1, 1)
    return Purse(project, f"Progetto {project}", ambito, granted, used, 0, elapsed, day, day)


def test_a_budget_that_runs_ahead_of_its_time_is_found_once() -> None:
    """85 % used in half the time is early, in nine tenths of it is not; the worst purse speaks for its project."""
    purses = [
        purse("early", 1000, 850, 50),
        purse("early", 100, 90, 50, "BG05"),
        purse("on-time", 1000, 850, 90),
        purse("spent", 100, 120, 50, "BG05"),
        purse("free", None, 5000, 50),
        purse("nothing", 0, 10, 50),
    ]
    found = list(attention.spent_early(purses, POLICY))
    assert said(found) == {Concern.SPENT: ("spent", "nothing"), Concern.BUDGET: ("early",)}
    assert [one.worst for one in found] == [120, 90]


def test_late_attendances_are_counted_together() -> None:
    """Three visits of two people, who has more of them first."""
    (found,) = attention.unsettled([row("m1"), row("m2"), row("m3")], {"m1": 1, "m3": 2})
    assert (found.keys, found.worst) == (("m3", "m1"), 3)


def test_three_things_the_gravest_first() -> None:
    """Of all concerns at once one reads the three that cannot wait; what is about nobody is left out."""
    every = [Finding(concern, ("k",), ("n",), 1) for concern in reversed(Concern)]
    assert [one.concern for one in attention.findings(every)] == [Concern.FULL, Concern.SPENT, Concern.ATTENDANCE]
    assert attention.findings([Finding(Concern.FULL, (), ())], every[:1]) == (every[0],)


def test_every_concern_has_a_sentence_in_both_languages() -> None:
    """One person and many, in Italian and English, without a number that a word should be."""
    for locale in ("it", "en"):
        with speaking(locale):
            for concern in Concern:
                for keys in (("a",), ("a", "b", "c", "d")):
                    text = sentence(Finding(concern, keys, tuple(f"Nome {key}" for key in keys), 95), POLICY)
                    assert "Nome a" in text, text
                    assert "%(" not in text
    with speaking("it"):
        one = sentence(Finding(Concern.FULL, ("a",), ("Amina B.",), 112), POLICY)
        assert one == "Amina B. ha superato le sue ore (112 %)"
        many = Finding(Concern.IDLE, tuple("abcd"), ("Amina B.", "Chen L.", "C", "D"))
        assert sentence(many, POLICY) == (
            "4 persone sono disponibili ma non hanno interventi da 14 giorni: Amina B.; Chen L. e altre 2"
        )


def test_the_shipped_policy_speaks_of_all_of_it() -> None:
    """The thresholds stand in policy.toml, where a coordinator's change finds them."""
    assert load_policy().workload.limit_percent == 90
