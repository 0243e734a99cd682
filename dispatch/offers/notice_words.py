# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each notice to the coordinators says, how grave it is, and where to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.offers.delivery_words import reason_words
from dispatch.web.i18n import _l, gettext

ALARM, CARE, NEWS = ("danger", "it-error"), ("warning", "it-warning-circle"), ("info", "it-info-circle")


@dataclass(frozen=True)
class Said:
    """``name`` stands in the filter, ``text`` in the list; its values are ``who`` and those of the notice.

    ``by_phone``: somebody has to call her, and her number stands beside her name.
    """

    name: str
    text: str
    look: tuple[str, str] = CARE
    href: str = ""
    by_phone: bool = False


KINDS = {
    "urgent": Said(_l("Urgent"), _l("Urgent request: all who suit were asked at once (%(asked)s)."), ALARM),
    "asked_at_night": Said(
        _l("Asked at night"), _l("The visit is near, so those who allow it were asked in quiet hours (%(asked)s).")
    ),
    "nobody": Said(_l("Nobody"), _l("Nobody can be asked in time any more."), ALARM),
    "phone_blocked": Said(
        _l("No SMS to a phone"),
        _l("%(who)s gets no SMS: her questions go to somebody else. Call her."),
        CARE,
        "/deliveries",
        by_phone=True,
    ),
    "sms_failed": Said(
        _l("SMS not delivered"),
        _l("The question did not reach %(who)s, so somebody else is asked. %(why)s"),
        ALARM,
        "/deliveries",
    ),
    "news_failed": Said(
        _l("News not delivered"),
        _l("News of her visit did not reach %(who)s: call her. %(why)s"),
        ALARM,
        "/deliveries",
        by_phone=True,
    ),
    "sms_in_doubt": Said(
        _l("SMS in doubt"),
        _l("Nobody knows whether an SMS to %(phone)s arrived: call, nothing is sent twice."),
        CARE,
        "/deliveries",
    ),
    "line_stopped": Said(
        _l("Line stopped"),
        _l("The carrier refuses our SMS, so the line rests for some minutes. %(why)s"),
        ALARM,
        "/deliveries",
    ),
    "opted_out": Said(
        _l("Wants no SMS"),
        _l("%(who)s wants no more SMS: her open questions count as refused, her visits stay."),
        CARE,
        "/deliveries",
    ),
    "to_read": Said(
        _l("To read"), _l("%(who)s pressed NO on the page of a visit she had said yes to: call her."), by_phone=True
    ),
    "called_away": Said(_l("Called away"), _l("%(who)s was called away from a presence to an urgent visit."), NEWS),
    "attendance_disputed": Said(
        _l("Attendance disputed"),
        _l("The service and %(who)s tell a visit differently: settle it."),
        CARE,
        "/attendance",
    ),
    "mediator_absent": Said(
        _l("Mediator absent"), _l("The service says that %(who)s did not come."), ALARM, "/attendance"
    ),
    "nobody_told": Said(_l("Nobody told"), _l("Nobody has said how a visit of %(who)s went."), CARE, "/attendance"),
    "draft_ready": Said(_l("Plan ready"), _l("A plan is ready to be looked at."), NEWS, "/planning/runs/%(run)s"),
    "busy_booked": Said(
        _l("Busy in booked time"),
        _l("%(who)s says that she is busy in a time in which she has visits: they stay hers until somebody acts."),
    ),
    "pattern_changed": Said(_l("Weekly hours changed"), _l("%(who)s changed her weekly hours."), NEWS),
}
OTHER = Said(_l("Other"), _l("Something happened that has no words yet: %(kind)s."))


def of_kind(kind: str) -> Said:
    return KINDS.get(kind, OTHER)


def kind_word(kind: str) -> str:
    """The kind as the filter names it."""
    return gettext(KINDS[kind].name) if kind in KINDS else kind


def notice_text(kind: str, values: Mapping[str, object], who: str) -> str:
    """The sentence; a value that an older row lacks is left out, never an error on the page."""
    known: defaultdict[str, object] = defaultdict(str, {str(key): value for key, value in values.items()})
    known |= {"who": who or gettext("somebody"), "kind": kind, "why": reason_words(str(known["why"]))}
    return (gettext(of_kind(kind).text) % known).strip()
