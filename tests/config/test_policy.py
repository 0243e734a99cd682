# SPDX-License-Identifier: AGPL-3.0-or-later
"""A policy that makes no sense is refused by name, with the value given and what it may be, in the file as on the page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from config.policy import SHIPPED, PolicyError, load_policy, with_changes
from config.policy_order import ORDERS
from config.policy_ranges import allowed
from config.policy_trouble import Allowed


def outside(may: Allowed) -> list[Any]:
    """Values just beyond what a key may hold, and one of another type."""
    if may.columns:
        return [[[row] for row in outside(may.columns[0])], [[1]] * 3, "x"]
    if may.choices or may.shown == "truth":
        return ["never", None]
    if may.low is None or may.high is None:
        return [7, "no\ttext of this kind"]
    return [may.low - 1, may.high + 1, "x", True if may.shown == "number" else "x", math.nan]


@pytest.mark.parametrize(("section", "key"), list(allowed()))
def test_every_key_has_an_end_on_both_sides(section: str, key: str) -> None:
    """Just beyond its range a key is refused with its own name; its shipped value stands."""
    may = allowed()[section, key]
    shipped = getattr(getattr(load_policy(), section), key)
    assert getattr(getattr(with_changes(load_policy(), [(section, key, shipped)]), section), key) == shipped
    for value in outside(may):
        with pytest.raises(PolicyError, match=rf"{section}\.{key}: .* is not allowed: ") as refused:
            with_changes(load_policy(), [(section, key, value)])
        assert (refused.value.section, refused.value.key, refused.value.allowed) == (section, key, may)


AGAINST_EACH_OTHER: dict[str, list[tuple[str, str, Any]]] = {
    "service": [("intake", "service_from", "19:00")],
    "duration": [("intake", "shortest", 60), ("intake", "longest", 30)],
    "value": [("intake", "value_urgent", 100)],
    "lead_time": [("intake", "lead_time_percent", [[24, 200], [2, 160]])],
    "repair": [("intake", "urgent_within_hours", 1)],
    "level": [("intake", "wish_level_2", 900)],
    "fairness": [("planning", "fairness_cost", [[0, 4], [50, 1]])],
    "soon": [("offers", "urgent_hours", 24)],
    "groups": [("offers", "near_working_days", 1)],
    "reply": [("offers", "far_reply_days", 1)],
    "quiet": [("offers", "quiet_to", 1300)],
    "deadline": [("offers", "near_minute", 1300)],
    "calendar": [("offers", "holiday_province", "XX")],
    "parts_of_day": [("availability", "noon", 1100)],
    "backoff": [("sms", "longest_backoff_seconds", 10)],
    "probe": [("sms", "longest_probe_seconds", 5)],
}


@pytest.mark.parametrize("order", [order.name for order in ORDERS])
def test_two_keys_against_each_other_are_both_named(order: str) -> None:
    """Each value alone is within its range; together they make no sense, and the sentence names both."""
    with pytest.raises(PolicyError) as refused:
        with_changes(load_policy(), AGAINST_EACH_OTHER[order])
    assert refused.value.order == order
    keys = {rule.name: rule.keys for rule in ORDERS}[order]
    assert all(f"{section}.{key} = " in str(refused.value) for section, key in keys)


def test_the_file_is_refused_in_the_same_words(tmp_path: Path) -> None:
    """Who edits policy.toml by hand learns the key and the range before anything starts."""
    mended = tmp_path / "policy.toml"
    mended.write_text(SHIPPED.read_text(encoding="utf-8").replace("weeks_ahead = 2", "weeks_ahead = 40"), "utf-8")
    with pytest.raises(PolicyError, match=r"policy\.toml: planning\.weeks_ahead: 40 .* from 1 to 4\."):
        load_policy(mended)


@pytest.mark.parametrize(("line", "said"), [("rest_minutes = 660\n", "rest_minutes"), ("[sms]\n", "unknown")])
def test_a_missing_or_unknown_key_is_named(tmp_path: Path, line: str, said: str) -> None:
    """A line taken out, or one too many."""
    text = SHIPPED.read_text(encoding="utf-8")
    changed = text.replace(line, f"{line}unknown = 1\n" if said == "unknown" else "")
    mended = tmp_path / "policy.toml"
    mended.write_text(changed, "utf-8")
    with pytest.raises(PolicyError, match=said):
        load_policy(mended)
