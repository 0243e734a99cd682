# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of notices and of SMS that did not arrive, and lifting the flag of a phone that was held dead."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.access.audit import record
from dispatch.access.visitor import Visitor
from dispatch.errors import Conflict
from dispatch.offers import delivery_queries, inbox_queries, notice_queries
from dispatch.offers.delivery_words import OPTED_OUT, blocked_words, done_words, reason_words
from dispatch.offers.notice_words import kind_word, notice_text, of_kind
from dispatch.records.offers import Notice
from dispatch.records.roster import Mediator
from dispatch.records.statuses import MessageStatus
from dispatch.roster.page_queries import hers_to_change
from dispatch.web.i18n import gettext as _
from dispatch.web.lists import PER_PAGE, chosen, one_of, pager, search
from dispatch.web.message_words import message_word
from dispatch.web.status_words import WORDS
from dispatch.web.views.alerts import BlockedPhone, DeliveriesPage, Delivery, NoticeLine, NoticesPage
from dispatch.web.views.page import Choice, Filters

TROUBLED = (MessageStatus.FAILED, MessageStatus.IN_DOUBT, MessageStatus.QUEUED)


def notices_page(session: Session, who: Visitor, asked: dict[str, str], number: int) -> NoticesPage:
    """What coordinators were told, those that nobody has seen first."""
    kinds = tuple(Choice(kind, kind_word(kind)) for kind in notice_queries.kinds_there(session, who))
    states = (Choice(notice_queries.UNSEEN, _("not seen yet")), Choice(notice_queries.SEEN, _("seen")))
    items = (one_of("state", _("Show"), states, asked["state"]), one_of("kind", _("Kind"), kinds, asked["kind"]))
    filters = Filters("/notices", items)
    wanted = chosen(filters)
    rows, found = notice_queries.notices(session, who, wanted["state"], wanted["kind"], page=number, size=PER_PAGE)
    requests = notice_queries.request_codes(session, {row.request_id for row in rows if row.request_id})
    people = notice_queries.mediators_by_code(session, {str(row.values.get("mediator")) for row in rows})
    names = inbox_queries.names_of(session, {row.seen_by for row in rows if row.seen_by})
    return NoticesPage(
        lines=tuple(_notice(row, requests, people, names) for row in rows),
        filters=filters,
        pager=pager(filters, number, found),
        total=notice_queries.count_notices(session, who, unseen=False),
        unseen=notice_queries.count_notices(session, who, unseen=True),
    )


def _notice(row: Notice, requests: dict[int, str], people: dict[str, Mediator], names: dict[str, str]) -> NoticeLine:
    mediator = str(row.values.get("mediator", ""))
    her = people.get(mediator)
    said, request = of_kind(row.kind), requests.get(row.request_id or 0, "")
    about, href = (request, f"/requests/{request}") if request else ("", said.href % _Lenient(row.values))
    if not href and her is not None:
        about, href = her.name, f"/roster/{mediator}"
    return NoticeLine(
        id=row.id,
        at=row.created_at,
        text=notice_text(row.kind, row.values, _who(her, with_number=said.by_phone)),
        tone=said.look[0],
        icon=said.look[1],
        about=about or _("Open"),
        href=href,
        seen_by=names.get(row.seen_by or "", row.seen_by or ""),
        seen_at=row.seen_at,
    )


def _who(her: Mediator | None, *, with_number: bool) -> str:
    """Her name; with her number where somebody has to call her."""
    if her is None:
        return ""
    return f"{her.name} ({her.phone})" if with_number else her.name


class _Lenient(dict[str, object]):
    """Values of a row for an address; one that is missing leaves an empty place."""

    def __missing__(self, key: str) -> str:
        return ""


def deliveries_page(session: Session, who: Visitor, asked: dict[str, str], number: int) -> DeliveriesPage:
    """SMS in trouble, the newest first, and the phones that get none."""
    of_message = WORDS["message"]
    words = tuple(Choice(status.value, _(of_message[status].label)) for status in TROUBLED)
    items = (search(_("Name or number"), asked["q"]), one_of("status", _("Status"), words, asked["status"]))
    filters = Filters("/deliveries", items)
    wanted = chosen(filters)
    lines, found = delivery_queries.deliveries(session, who, wanted["status"], wanted["q"], page=number, size=PER_PAGE)
    return DeliveriesPage(
        deliveries=tuple(_delivery(line) for line in lines),
        blocked=tuple(_blocked(row) for row in delivery_queries.blocked_phones(session, who)),
        filters=filters,
        pager=pager(filters, number, found),
        total=delivery_queries.count_deliveries(session, who),
    )


def _delivery(line: delivery_queries.Line) -> Delivery:
    message, her = line.message, line.mediator
    return Delivery(
        at=message.settled_at or message.created_at,
        phone=message.to_phone,
        kind=message_word(message.kind),
        status=message.status,
        reason=reason_words((message.trouble or "").removeprefix("for a person: ")),
        done=done_words(message, line.offer, line.copies),
        name=her.name if her else "",
        href=f"/roster/{her.code}" if her else "",
    )


def _blocked(row: Mediator) -> BlockedPhone:
    why = row.sms_blocked or ""
    return BlockedPhone(row.code, row.name, row.phone, blocked_words(why), can_lift=why != OPTED_OUT)


def lift_flag(session: Session, who: Visitor, mediator_code: str, now: dt.datetime) -> Mediator:
    """SMS go to this number again, because somebody has called it; an opt-out stands until its owner writes."""
    her = hers_to_change(session, who, mediator_code)
    if her.sms_blocked is None:
        raise Conflict(_("%(name)s gets SMS already. Nothing was changed.") % {"name": her.name})
    if her.sms_blocked == OPTED_OUT:
        raise Conflict(_("%(name)s wants no SMS: only she can take that back.") % {"name": her.name})
    record(session, now, who.actor, "lift_flag", "mediator", her.code, was=her.sms_blocked)
    her.sms_blocked = None
    return her
