# SPDX-License-Identifier: AGPL-3.0-or-later
"""The question before acceptance, which tells little, and the confirmation after it, which tells all."""

from __future__ import annotations

from notifications import dates
from notifications.catalog import Catalog
from notifications.message import ConfirmedWords, OfferWords, ServiceKind, VisitMode
from notifications.wording.steps import Step, Taken, Written, shorter


def offer(texts: Catalog, words: OfferWords, taken: Taken) -> Written:
    """Day, times, language, comune and kind of desk; the question; the deadline; the link."""
    return Written(
        "Ponte: %(what)s. Can you? Reply YES %(code)s or NO %(code)s %(deadline)s.%(details)s",
        {
            "what": _what(texts, words, taken),
            "code": words.code,
            "deadline": _deadline(texts, words),
            "details": _details(texts, words.link, taken),
        },
    )


def _what(texts: Catalog, words: OfferWords, taken: Taken) -> str:
    place = _place(texts, words.mode, shorter(words.comune, words.comune_short, Step.COMUNE, taken))
    if words.service and Step.SERVICE not in taken:
        place = f"{place} ({_service(texts, words.service)})".strip()
    language = shorter(words.language, words.language_short, Step.LANGUAGE, taken)
    parts = [dates.span(words.start, words.end, texts.language), language, place]
    return ", ".join(part for part in parts if part)


def _place(texts: Catalog, mode: VisitMode, comune: str | None) -> str:
    match mode:
        case VisitMode.PHONE:
            return texts.say("by phone")
        case VisitMode.VIDEO:
            return texts.say("by video")
        case VisitMode.ONSITE:
            return comune or ""


def _service(texts: Catalog, service: ServiceKind) -> str:
    match service:
        case ServiceKind.SCHOOL:
            return texts.say("school")
        case ServiceKind.SOCIAL:
            return texts.say("social services")
        case ServiceKind.HEALTH:
            return texts.say("health service")
        case ServiceKind.TOWN:
            return texts.say("town office")
        case ServiceKind.SHELTER:
            return texts.say("reception centre")


def _deadline(texts: Catalog, words: OfferWords) -> str:
    time = dates.clock(words.reply_by, texts.language)
    if dates.same_day(words.reply_by, words.written_at):
        return texts.say("by %(time)s", time=time)
    return texts.say("by %(day)s %(time)s", day=dates.day(words.reply_by, texts.language), time=time)


def _details(texts: Catalog, link: str | None, taken: Taken) -> str:
    if not link or Step.LINK in taken:
        return ""
    return f" {link}" if Step.LINK_LABEL in taken else " " + texts.say("Details: %(link)s", link=link)


def confirmed(texts: Catalog, words: ConfirmedWords, taken: Taken) -> Written:
    """Where to go and whom to ask for; where the desk's own words are too long, the link that says it."""
    when = dates.span(words.start, words.end, texts.language)
    if Step.DESK_DETAILS in taken:
        return Written(
            "Ponte: confirmed %(when)s. Where to go and whom to ask for: %(link)s", {"when": when, "link": words.link}
        )
    agenda = "" if Step.LINK in taken else " " + texts.say("Agenda: %(link)s", link=words.link)
    return Written(
        "Ponte: confirmed %(when)s, %(where)s.%(agenda)s",
        {"when": when, "where": _where(texts, words), "agenda": agenda},
    )


def _where(texts: Catalog, words: ConfirmedWords) -> str:
    address = words.address if words.mode is VisitMode.ONSITE else _place(texts, words.mode, None)
    contact = texts.say("contact %(contact)s", contact=words.contact) if words.contact else None
    return ", ".join(part for part in (words.desk, address, contact) if part)
