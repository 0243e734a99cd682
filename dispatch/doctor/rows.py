# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands in the tables: the territory, the policy, somebody who may coordinate, a virtual time left behind."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.policy import PolicyError, load_policy
from config.territory import load_territory
from dispatch.doctor.finding import Finding, care, fine, wrong
from dispatch.kit.policy import policy_in_force
from dispatch.records.access import Account
from dispatch.records.policy import PolicyChange
from dispatch.records.statuses import Role
from dispatch.records.territory import Ambito, Comune
from dispatch.records.time import VirtualTime

STAFF = (Role.COORDINATOR, Role.ADMIN)


def examine_rows(session: Session, territory: str) -> Iterator[Finding]:
    yield facts(session, territory)
    yield policy(session)
    yield people(session)
    if session.get(VirtualTime, 1) is not None:
        remedy = "Use another database for real work: time stands still in this one."
        yield care("virtual time", "a rehearsal has set the clock of this database", remedy)


def facts(session: Session, name: str) -> Finding:
    """The territory's folder and the rows made of it."""
    try:
        wanted = load_territory(name)
    except (OSError, ValueError) as trouble:
        remedy = "Set PONTE_TERRITORY to a folder of config/territory, and mend what is named."
        return wrong("territory", f"{name}: {trouble}", remedy)
    ambiti, comuni = set(session.scalars(select(Ambito.code))), set(session.scalars(select(Comune.istat_code)))
    lacking = sum(one.code not in ambiti for one in wanted.ambiti)
    lacking += sum(one.istat_code not in comuni for one in wanted.comuni)
    if lacking:
        return wrong("territory", f"{lacking} ambiti and comuni of {name} are not loaded", "ponte migrate")
    return fine("territory", f"{name}: {len(wanted.ambiti)} ambiti, {len(wanted.comuni)} comuni")


def policy(session: Session) -> Finding:
    """The shipped file, and over it what coordinators changed."""
    try:
        load_policy()
    except (PolicyError, OSError) as trouble:
        return wrong("policy", str(trouble), "Mend config/policy.toml, or take the shipped one.")
    try:
        policy_in_force(session)
    except PolicyError as trouble:
        return wrong("policy", f"a change does not fit: {trouble}", "Change this key again on the policy page.")
    changed = session.scalar(select(func.count()).select_from(PolicyChange)) or 0
    return fine("policy", f"shipped values, {changed} changes over them" if changed else "as shipped")


def people(session: Session) -> Finding:
    who = select(func.count()).select_from(Account).where(Account.role.in_(STAFF), Account.active)
    if not session.scalar(who):
        remedy = "ponte account create LOGIN --name NAME --role coordinator"
        if not session.scalar(select(func.count()).select_from(Account)):
            remedy = f"Open /setup with the code that `ponte setup-code` prints, or: {remedy}"
        return care("accounts", "nobody may coordinate yet", remedy)
    return fine("accounts", "somebody may coordinate")
