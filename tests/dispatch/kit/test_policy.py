# SPDX-License-Identifier: AGPL-3.0-or-later
"""The policy in force: the shipped one, and over it the newest change of each key whose time has come."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

import dispatch
from config.policy import PolicyError, load_policy
from dispatch.kit.clock import set_virtual
from dispatch.kit.policy import policy_in_force
from dispatch.kit.session import Database
from dispatch.offers.office import office_of
from dispatch.records.policy import PolicyChange
from tests import make

HOUR = dt.timedelta(hours=1)


def change(value: Any, hours: int, key: str = "change_cost", section: str = "planning") -> PolicyChange:
    since = make.NOW + hours * HOUR
    return PolicyChange(section=section, key=key, value=value, since=since, by="marta", at=make.NOW)


def test_the_newest_change_in_force_wins(database: Database) -> None:
    """One whose time has not come waits; null gives the shipped value back."""
    shipped = load_policy().planning.change_cost
    with database.begin() as session:
        set_virtual(session, make.NOW)
        assert policy_in_force(session) == load_policy()
        session.add_all([change(90, -3), change(95, -2), change(200, 1), change(None, 2)])
    seen = []
    for hours in (0, 1, 2):
        with database.begin() as session:
            set_virtual(session, make.NOW + hours * HOUR)
            seen.append(policy_in_force(session).planning.change_cost)
    assert seen == [95, 200, shipped]


def test_the_offers_stage_works_by_it(database: Database) -> None:
    """Who is asked and until when follows the change, not the file."""
    with database.begin() as session:
        set_virtual(session, make.NOW)
        session.add(change(30, -1, "soon_minutes", "offers"))
        session.add(change(7, -1, "most_attempts", "sms"))
    with database.begin() as session:
        office = office_of(session, make.installation(database))
    assert (office.offers.soon_minutes, office.sms.most_attempts) == (30, 7)


READS_THE_FILE = re.compile(r"\bload_policy\(")
# What is in force, what was shipped, and whether that can be read at all.
MAY_READ_IT = {"kit/policy.py", "policy/service.py", "policy/shown.py", "doctor/rows.py"}


def test_nobody_decides_by_the_shipped_file() -> None:
    """The service asks for the policy in force; only those who merge or show the shipped values read the file."""
    root = Path(dispatch.__file__).parent
    readers = {
        path.relative_to(root).as_posix() for path in root.rglob("*.py") if READS_THE_FILE.search(path.read_text())
    }
    assert readers == MAY_READ_IT, "the control is in the set itself: those who may are found"


@pytest.mark.parametrize(
    ("section", "key", "value"), [("planning", "chance_cost", 1), ("nothing", "x", 1), ("planning", "change_cost", "x")]
)
def test_a_change_that_cannot_be_is_named(database: Database, section: str, key: str, value: Any) -> None:
    """Written past every page, it is refused with the key's name instead of planning with it."""
    with database.begin() as session:
        set_virtual(session, make.NOW)
        session.add(change(value, -1, key, section))
        with pytest.raises(PolicyError, match=key if section == "planning" else "nothing.x"):
            policy_in_force(session)
