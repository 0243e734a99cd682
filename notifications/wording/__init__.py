# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which text each kind of message is, and the order in which it may be shortened: one line a kind."""

from __future__ import annotations

from typing import Final

from notifications.message import MessageKind
from notifications.wording import attendance, lists, offers, shifts, visits
from notifications.wording.steps import Step, Writer

WRITERS: Final[dict[MessageKind, Writer]] = {
    MessageKind.OFFER: Writer(offers.offer, (Step.LINK_LABEL, Step.LINK, Step.COMUNE, Step.LANGUAGE, Step.SERVICE)),
    MessageKind.CONFIRMED: Writer(offers.confirmed, (Step.LINK, Step.DESK_DETAILS)),
    MessageKind.COVERED: Writer(visits.visit(visits.COVERED)),
    MessageKind.WITHDRAWN: Writer(visits.visit(visits.WITHDRAWN)),
    MessageKind.EXPIRED: Writer(visits.visit(visits.EXPIRED)),
    MessageKind.UNREACHABLE: Writer(visits.visit(visits.UNREACHABLE)),
    MessageKind.MOVED: Writer(visits.moved, (Step.COMUNE,)),
    MessageKind.CANCELLED: Writer(visits.visit(visits.CANCELLED)),
    MessageKind.RELEASED: Writer(visits.visit(visits.RELEASED)),
    MessageKind.REASSIGNED: Writer(visits.visit(visits.REASSIGNED)),
    MessageKind.DECLINED: Writer(visits.visit(visits.DECLINED)),
    MessageKind.CALL_US: Writer(visits.fixed(visits.CALL_US)),
    MessageKind.FREE_NOTED: Writer(shifts.free_noted),
    MessageKind.BUSY_NOTED: Writer(shifts.busy_noted, (Step.TIMES, Step.LATER_ONES)),
    MessageKind.ASK_SHIFT: Writer(shifts.ask_shift),
    MessageKind.NUMBER_TEST: Writer(visits.fixed(visits.NUMBER_TEST)),
    MessageKind.NUMBER_CONFIRMED: Writer(visits.fixed(visits.NUMBER_CONFIRMED)),
    MessageKind.ASK_CODE: Writer(lists.ask_code, (Step.TIMES, Step.LATER_ONES)),
    MessageKind.NONE_OPEN: Writer(visits.linked(visits.NONE_OPEN)),
    MessageKind.TO_PERSON: Writer(visits.fixed(visits.TO_PERSON)),
    MessageKind.HELP: Writer(lists.help_text, (Step.LATER_ONES,)),
    MessageKind.AGENDA: Writer(lists.agenda, (Step.COMUNE, Step.LATER_ONES)),
    MessageKind.UNKNOWN_SENDER: Writer(visits.fixed(visits.UNKNOWN_SENDER)),
    MessageKind.REMINDER: Writer(attendance.reminder, (Step.COMUNE, Step.LINK)),
    MessageKind.HOW_WAS_IT: Writer(attendance.how_was_it, (Step.LINK,)),
    MessageKind.NOTED: Writer(attendance.noted),
    MessageKind.ASK_TIMES: Writer(visits.visit(visits.ASK_TIMES)),
    MessageKind.ASK_VISIT: Writer(lists.ask_visit, (Step.TIMES, Step.LATER_ONES)),
    MessageKind.NO_VISIT: Writer(visits.linked(visits.NO_VISIT)),
}
