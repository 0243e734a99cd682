# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every status as people read it: a word, a tone and an icon, because colour alone tells nothing to many readers."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.web.i18n import _l


@dataclass(frozen=True)
class StatusWord:
    """``label`` is a msgid; ``tone`` is one of success, info, warning, danger, neutral, draft."""

    label: str
    tone: str
    icon: str


DONE = ("success", "it-check-circle")
ASKED = ("warning", "it-clock")
PROPOSED = ("draft", "it-pencil")
MISSING = ("danger", "it-warning-circle")
CLOSED = ("neutral", "it-minus-circle")
GOING = ("info", "it-refresh")

WORDS: dict[str, dict[str, StatusWord]] = {
    "request": {
        "draft": StatusWord(_l("Draft"), *PROPOSED),
        "open": StatusWord(_l("In progress"), *GOING),
        "closed": StatusWord(_l("Closed"), *DONE),
        "cancelled": StatusWord(_l("Cancelled"), *CLOSED),
    },
    "appointment": {
        "open": StatusWord(_l("Looking for a mediator"), *ASKED),
        "confirmed": StatusWord(_l("Confirmed"), *DONE),
        "held": StatusWord(_l("Held"), *DONE),
        "not_held": StatusWord(_l("Did not take place"), *CLOSED),
        "cancelled": StatusWord(_l("Cancelled"), *CLOSED),
    },
    "slot": {
        "open": StatusWord(_l("To assign"), *MISSING),
        "offered": StatusWord(_l("Waiting for an answer"), *ASKED),
        "booked": StatusWord(_l("Confirmed"), *DONE),
        "unfilled": StatusWord(_l("Nobody found"), *MISSING),
        "cancelled": StatusWord(_l("Cancelled"), *CLOSED),
    },
    "assignment": {
        "proposed": StatusWord(_l("Draft"), *PROPOSED),
        "published": StatusWord(_l("Waiting"), *ASKED),
        "booked": StatusWord(_l("Confirmed"), *DONE),
        "superseded": StatusWord(_l("Replaced"), *CLOSED),
        "withdrawn": StatusWord(_l("To reassign"), *MISSING),
        "done": StatusWord(_l("Took place"), *DONE),
    },
    "offer": {
        "queued": StatusWord(_l("About to leave"), *GOING),
        "waiting": StatusWord(_l("Waiting for an answer"), *ASKED),
        "accepted": StatusWord(_l("Accepted"), *DONE),
        "declined": StatusWord(_l("Declined"), *CLOSED),
        "expired": StatusWord(_l("Time is up"), *CLOSED),
        "withdrawn": StatusWord(_l("Withdrawn"), *CLOSED),
        "covered": StatusWord(_l("Already covered"), *CLOSED),
    },
    "message": {
        "queued": StatusWord(_l("Queued"), *GOING),
        "sending": StatusWord(_l("Being sent"), *GOING),
        "sent": StatusWord(_l("Sent"), *GOING),
        "delivered": StatusWord(_l("Delivered"), *DONE),
        "failed": StatusWord(_l("Not delivered"), *MISSING),
        "in_doubt": StatusWord(_l("Not sure it left"), *ASKED),
    },
    "line": {
        "running": StatusWord(_l("Running"), *DONE),
        "failing": StatusWord(_l("The carrier does not answer"), *ASKED),
        "stopped": StatusWord(_l("Refused by the carrier"), *MISSING),
        "held": StatusWord(_l("Stopped by the operator"), *MISSING),
    },
    "planning_run": {
        "asked": StatusWord(_l("About to start"), *GOING),
        "running": StatusWord(_l("Searching"), *GOING),
        "draft": StatusWord(_l("Draft"), *PROPOSED),
        "published": StatusWord(_l("Published"), *DONE),
        "set_aside": StatusWord(_l("Set aside"), *CLOSED),
        "failed": StatusWord(_l("Did not work"), *MISSING),
    },
    "attendance": {
        "awaited": StatusWord(_l("Nobody told yet"), *ASKED),
        "told": StatusWord(_l("Told by one side"), *GOING),
        "agreed": StatusWord(_l("Settled"), *DONE),
        "disputed": StatusWord(_l("Disputed"), *MISSING),
    },
    "outcome": {
        "held": StatusWord(_l("Held"), *DONE),
        "person_absent": StatusWord(_l("The person was absent"), *CLOSED),
        "mediator_absent": StatusWord(_l("The mediator was absent"), *MISSING),
        "cancelled_late": StatusWord(_l("Cancelled late"), *CLOSED),
        "interrupted": StatusWord(_l("Interrupted"), *ASKED),
    },
}


def status_word(family: str, status: str) -> StatusWord:
    """How a row of ``family`` in ``status`` is shown; both must be known, so a new status cannot appear wordless."""
    try:
        return WORDS[family][status]
    except KeyError:
        raise ValueError(f"no word for {family} in status {status!r}: add it to dispatch/web/status_words.py") from None
