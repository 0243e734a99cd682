# SPDX-License-Identifier: AGPL-3.0-or-later
"""News about one visit: how an offer ended, and what became of a booking."""

from __future__ import annotations

from collections.abc import Callable

from notifications import dates
from notifications.catalog import Catalog
from notifications.message import LinkWords, MovedWords, NoWords, VisitWords
from notifications.wording.steps import Step, Taken, Written, shorter

COVERED = Written("Ponte: thank you! Offer %(code)s (%(when)s) is already covered by somebody else.")
WITHDRAWN = Written("Ponte: offer %(code)s (%(when)s) is withdrawn. You need not answer, thank you.")
EXPIRED = Written("Ponte: the time to answer offer %(code)s (%(when)s) is over. Thank you all the same.")
UNREACHABLE = Written(
    "Ponte: we cannot give you offer %(code)s (%(when)s): with your other booking you would not be there in time."
)
CANCELLED = Written("Ponte: visit %(code)s of %(when)s is CANCELLED. Please do not go. Thank you.")
RELEASED = Written("Ponte: done, you no longer have visit %(code)s of %(when)s. We look for somebody else.")
REASSIGNED = Written("Ponte: visit %(code)s of %(when)s goes to somebody else. Please do not go. Thank you.")
DECLINED = Written("Ponte: noted, you cannot take %(code)s (%(when)s). If that is not what you meant, write to us.")
CALL_US = Written("Ponte: we have read your message. Please call your coordinator, it is quicker by voice. Thank you.")
NUMBER_TEST = Written("Ponte: from now on we write to this number. Reply OK if it is yours. HELP: what you can write.")
NUMBER_CONFIRMED = Written("Ponte: thank you, your number is confirmed.")
NONE_OPEN = Written("Ponte: no offer is open for you now. Your agenda: %(link)s")
TO_PERSON = Written("Ponte: thank you, your message has arrived. A person will read it and answer you.")
ASK_TIMES = Written(
    "Ponte: the times of visit %(code)s (%(when)s) are not clear. Write DONE %(code)s, then start and end: DONE %(code)s 9:05 10:40"
)
NO_VISIT = Written("Ponte: no visit of yours waits for an answer. Your agenda: %(link)s")
UNKNOWN_SENDER = Written("Ponte: we do not know this number. If you work with us, ask your coordinator to register it.")


def visit(text: Written) -> Callable[[Catalog, VisitWords, Taken], Written]:
    """A writer for a text about one visit, named by its code and its time."""

    def write(texts: Catalog, words: VisitWords, _taken: Taken) -> Written:
        when = dates.span(words.start, words.end, texts.language)
        return Written(text.msgid, {"code": words.code, "when": when})

    return write


def linked(text: Written) -> Callable[[Catalog, LinkWords, Taken], Written]:
    """A writer for a text whose only value is a link."""

    def write(_texts: Catalog, words: LinkWords, _taken: Taken) -> Written:
        return Written(text.msgid, {"link": words.link})

    return write


def fixed(text: Written) -> Callable[[Catalog, NoWords, Taken], Written]:
    """A writer for a text without values."""

    def write(_texts: Catalog, _words: NoWords, _taken: Taken) -> Written:
        return text

    return write


def moved(texts: Catalog, words: MovedWords, taken: Taken) -> Written:
    """What was and what is; with the question when the move needs a new answer."""
    place = shorter(words.comune, words.comune_short, Step.COMUNE, taken)
    values: dict[str, object] = {
        "code": words.code,
        "old": dates.span(words.old_start, words.old_end, texts.language),
        "new": ", ".join(filter(None, [dates.span(words.start, words.end, texts.language), place])),
    }
    if words.needs_answer:
        return Written("Ponte: visit %(code)s, was %(old)s, now %(new)s. Reply YES %(code)s or NO %(code)s", values)
    return Written("Ponte: visit %(code)s, was %(old)s, now %(new)s.", values)
