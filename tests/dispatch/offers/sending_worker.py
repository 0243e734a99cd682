# SPDX-License-Identifier: AGPL-3.0-or-later
"""A sending worker as a process of its own, for tests that kill it: the real drain, the real Twilio client."""

from __future__ import annotations

import threading

import msgspec

from config.policy import SmsPolicy, load_policy
from dispatch.kit.clock import machine_now, now
from dispatch.kit.session import Database
from dispatch.offers import sending
from dispatch.offers.claiming import Claimed, claim
from dispatch.offers.office import Office
from dispatch.offers.reconciling import reconcile
from notifications.providers.port import InDoubt, Provider, Refused
from notifications.providers.twilio_sms import TwilioSms
from tests.dispatch.offers import scene
from tests.notifications.fake_twilio import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER

# Marked for a second at most, frozen for one, a second for the post, and the list lags by half of one: after four seconds
# what is not listed was not taken. The pace is no matter here, and the breaker must not hide what the fences do.
QUICK = msgspec.structs.replace(
    load_policy().sms,
    stale_seconds=1,
    settle_seconds=4,
    backoff_seconds=1,
    longest_backoff_seconds=1,
    most_attempts=20,
    per_second=500,
    burst=500,
    breaker_after=50,
)
POST_TIMEOUT = 1.0


def office(rules: SmsPolicy = QUICK) -> Office:
    return scene.office(sms=rules)


def twilio(url: str) -> TwilioSms:
    return TwilioSms(
        account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, sender=OUR_NUMBER, base_url=url, timeout=POST_TIMEOUT
    )


def work(database_url: str, carrier_url: str, rules: SmsPolicy, posts: int, marked: bool) -> None:
    """Send and reconcile until killed."""
    database, provider, pause = Database(database_url, pool_size=2), twilio(carrier_url), threading.Event()
    with_office = office(rules)
    sending.IN_BATCHES_OF = 20  # so that doubts are settled in between, while other workers are struck
    while not pause.wait(0.02):
        if marked:
            sending.drain(database, with_office, provider, posts=posts)
            reconcile(database, with_office, provider)
        else:
            drain_without_mark(database, with_office, provider)


def drain_without_mark(database: Database, with_office: Office, provider: Provider) -> None:
    """The control: the same steps, but `sending` is not committed before the post, so a crash forgets it."""
    while True:
        with database.begin() as session:
            claimed = claim(session, with_office, provider, now(session), machine_now())
            if not isinstance(claimed, Claimed):
                return
            try:
                sending.write_accepted(session, claimed, provider.send(claimed.sms), now(session))
            except (Refused, InDoubt):
                session.rollback()
                return
