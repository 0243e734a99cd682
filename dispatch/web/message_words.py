# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each kind of SMS is called on the pages: for lists of what did not arrive, and for the table of all texts."""

from __future__ import annotations

from dispatch.web.i18n import _l, gettext
from notifications.message import MessageKind

KINDS = {
    MessageKind.OFFER: _l("the question"),
    MessageKind.CONFIRMED: _l("confirmation"),
    MessageKind.COVERED: _l("already covered"),
    MessageKind.WITHDRAWN: _l("question taken back"),
    MessageKind.EXPIRED: _l("time to answer is over"),
    MessageKind.UNREACHABLE: _l("no time for the road"),
    MessageKind.MOVED: _l("visit moved"),
    MessageKind.CANCELLED: _l("visit cancelled"),
    MessageKind.RELEASED: _l("visit given back"),
    MessageKind.REASSIGNED: _l("visit given to somebody else"),
    MessageKind.DECLINED: _l("refusal noted"),
    MessageKind.CALL_US: _l("please call"),
    MessageKind.FREE_NOTED: _l("free time noted"),
    MessageKind.BUSY_NOTED: _l("busy time noted"),
    MessageKind.ASK_SHIFT: _l("asks when she is free"),
    MessageKind.NUMBER_TEST: _l("test of a new number"),
    MessageKind.NUMBER_CONFIRMED: _l("number confirmed"),
    MessageKind.ASK_CODE: _l("asks for the code"),
    MessageKind.NONE_OPEN: _l("no question is open"),
    MessageKind.TO_PERSON: _l("a person reads it"),
    MessageKind.HELP: _l("help"),
    MessageKind.AGENDA: _l("agenda"),
    MessageKind.UNKNOWN_SENDER: _l("to an unknown number"),
    MessageKind.REMINDER: _l("reminder"),
    MessageKind.HOW_WAS_IT: _l("how did it go"),
    MessageKind.NOTED: _l("outcome noted"),
    MessageKind.ASK_TIMES: _l("asks for the times"),
    MessageKind.ASK_VISIT: _l("asks which visit"),
    MessageKind.NO_VISIT: _l("no visit to tell of"),
}


def message_word(kind: str) -> str:
    """The kind of an SMS in words; a kind that has none yet is shown as it is stored."""
    return gettext(KINDS[MessageKind(kind)]) if kind in KINDS else kind
