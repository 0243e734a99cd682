# SPDX-License-Identifier: AGPL-3.0-or-later
"""One ordinary case of every kind of message, as the page of texts shows it and as tests vary it with replace()."""

from __future__ import annotations

from datetime import UTC, datetime

from notifications.message import (
    AgendaVisit,
    AgendaWords,
    AskCodeWords,
    ConfirmedWords,
    HelpWords,
    HowWasItWords,
    LinkWords,
    MessageKind,
    MovedWords,
    NotedWords,
    NoWords,
    OfferWords,
    OpenOffer,
    ReminderWords,
    ServiceKind,
    ShiftWords,
    VisitWords,
    Words,
)


def rome_winter(day: int, hour: int, minute: int = 0) -> datetime:
    """That day and time of November 2026 on Rome's clock, as aware UTC."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


LINK = "ponte.example/m/7fK2"
START, END = rome_winter(24, 9), rome_winter(24, 10, 30)

OFFER = OfferWords(
    code=412,
    start=START,
    end=END,
    reply_by=rome_winter(23, 16),
    written_at=rome_winter(23, 10),
    language="arabo",
    comune="Trescore Balneario",
    comune_short="Trescore Baln.",
    service=ServiceKind.SCHOOL,
    link=LINK,
)
CONFIRMED = ConfirmedWords(
    start=START,
    end=END,
    desk="IC Trescore",
    address="via Lotto 15, Trescore Balneario",
    contact="Anna 035 940000",
    link=LINK,
)
VISIT = VisitWords(code=412, start=START, end=END)
MOVED = MovedWords(
    code=412,
    old_start=START,
    old_end=END,
    start=rome_winter(25, 14),
    end=rome_winter(25, 15, 30),
    needs_answer=True,
    comune="Sotto il Monte Giovanni XXIII",
    comune_short="Sotto il Monte",
)
AGENDA = AgendaWords(visits=(AgendaVisit(start=START, end=END, comune="Albino"),), link=LINK)
ASK_CODE = AskCodeWords(
    offers=(OpenOffer(code=412, start=START, end=END), OpenOffer(code=377, start=rome_winter(25, 9), end=END))
)
REMINDER = ReminderWords(start=START, end=END, desk="IC Trescore", comune="Albino", link=LINK)
HOW_WAS_IT = HowWasItWords(code=412, start=START, end=END, link=LINK)
NOTED = NotedWords(code=412, start=START, end=END)

SHIFT = ShiftWords(start=START, end=END, visits=(OpenOffer(code=412, start=START, end=END),))

ORDINARY: dict[MessageKind, Words] = {
    MessageKind.OFFER: OFFER,
    MessageKind.CONFIRMED: CONFIRMED,
    MessageKind.COVERED: VISIT,
    MessageKind.WITHDRAWN: VISIT,
    MessageKind.EXPIRED: VISIT,
    MessageKind.UNREACHABLE: VISIT,
    MessageKind.MOVED: MOVED,
    MessageKind.CANCELLED: VISIT,
    MessageKind.RELEASED: VISIT,
    MessageKind.REASSIGNED: VISIT,
    MessageKind.DECLINED: VISIT,
    MessageKind.CALL_US: NoWords(),
    MessageKind.FREE_NOTED: SHIFT,
    MessageKind.BUSY_NOTED: SHIFT,
    MessageKind.ASK_SHIFT: NoWords(),
    MessageKind.NUMBER_TEST: NoWords(),
    MessageKind.NUMBER_CONFIRMED: NoWords(),
    MessageKind.ASK_CODE: ASK_CODE,
    MessageKind.NONE_OPEN: LinkWords(link=LINK),
    MessageKind.TO_PERSON: NoWords(),
    MessageKind.HELP: HelpWords(open_codes=(412, 377)),
    MessageKind.AGENDA: AGENDA,
    MessageKind.UNKNOWN_SENDER: NoWords(),
    MessageKind.REMINDER: REMINDER,
    MessageKind.HOW_WAS_IT: HOW_WAS_IT,
    MessageKind.NOTED: NOTED,
    MessageKind.ASK_TIMES: VISIT,
    MessageKind.ASK_VISIT: ASK_CODE,
    MessageKind.NO_VISIT: LinkWords(link=LINK),
}
