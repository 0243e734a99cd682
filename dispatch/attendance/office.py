# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this stage works with besides rows: the policy in force, its chance, and how it signs the links of its SMS."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random, SystemRandom

from sqlalchemy.orm import Session

from config.policy import Policy
from dispatch.access import links
from dispatch.kit.installation import Installation
from dispatch.kit.policy import policy_in_force


@dataclass(frozen=True)
class Office:
    """One installation's way of asking how it went, in one transaction."""

    policy: Policy
    rng: Random
    secret: bytes
    link_host: str

    def agenda_link(self, mediator_id: int) -> str:
        return f"{self.link_host}{links.agenda_path(mediator_id, self.secret)}"

    def visit_link(self, attendance_id: int) -> str:
        return f"{self.link_host}{links.visit_path(attendance_id, self.secret)}"


def office_of(session: Session, here: Installation) -> Office:
    settings = here.settings
    return Office(policy_in_force(session), SystemRandom(), settings.signing_secret(), settings.link_host)
