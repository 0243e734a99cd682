# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the offers stage works with besides rows: its policy, its chance, and how it signs the links of its SMS."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random, SystemRandom

from sqlalchemy.orm import Session

from config.policy import OfferPolicy, SmsPolicy
from dispatch.access import links
from dispatch.kit.installation import Installation
from dispatch.kit.policy import policy_in_force


@dataclass(frozen=True)
class Office:
    """One installation's way of asking. ``base_url`` is where the carrier reports to; ``link_host`` stands in SMS."""

    offers: OfferPolicy
    sms: SmsPolicy
    rng: Random
    secret: bytes
    link_host: str
    base_url: str
    abroad: bool = False

    def offer_link(self, offer_id: int) -> str:
        return f"{self.link_host}/m/{links.make(links.Purpose.OFFER, offer_id, self.secret)}"

    def agenda_link(self, mediator_id: int) -> str:
        return f"{self.link_host}{links.agenda_path(mediator_id, self.secret)}"

    def callback_url(self, reference: str) -> str:
        """Where the carrier tells what became of a message; our own id is in it, so an unseen answer finds home."""
        return f"{self.base_url}/webhooks/twilio/status/{reference}"


def office_of(session: Session, installation: Installation) -> Office:
    """The office as the policy in force has it, read once in each transaction."""
    policy, settings = policy_in_force(session), installation.settings
    return Office(
        policy.offers,
        policy.sms,
        SystemRandom(),
        settings.signing_secret(),
        settings.link_host,
        settings.base_url,
        settings.sms_abroad,
    )
