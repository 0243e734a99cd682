# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts that list several things: the codes to choose from, the help, the agenda."""

from __future__ import annotations

from typing import Final

from notifications import dates
from notifications.catalog import Catalog
from notifications.message import AgendaVisit, AgendaWords, AskCodeWords, HelpWords, OpenOffer
from notifications.wording.steps import Step, Taken, Written, shorter

CODES_SHOWN: Final = 5
VISITS_SHOWN: Final = 1


def ask_code(texts: Catalog, words: AskCodeWords, taken: Taken) -> Written:
    """Which offer is meant? The codes, each with its time while there is room."""
    names = [offer_name(offer, texts.language, taken) for offer in words.offers]
    return Written(
        "Ponte: which offer do you mean? Write YES or NO and the code: %(offers)s.",
        {"offers": soonest(names, CODES_SHOWN, taken)},
    )


def ask_visit(texts: Catalog, words: AskCodeWords, taken: Taken) -> Written:
    """Which visit is told of? The codes, each with its time while there is room."""
    names = [offer_name(offer, texts.language, taken) for offer in words.offers]
    return Written(
        "Ponte: which visit do you mean? Write DONE or ABSENT and the code: %(visits)s.",
        {"visits": soonest(names, CODES_SHOWN, taken)},
    )


def offer_name(offer: OpenOffer, language: str, taken: Taken) -> str:
    """Its code, and when it is while there is room."""
    if Step.TIMES in taken:
        return str(offer.code)
    return f"{offer.code} ({dates.day(offer.start, language)} {dates.clock(offer.start, language)})"


def help_text(_texts: Catalog, words: HelpWords, taken: Taken) -> Written:
    """What can be answered, with the open codes."""
    if not words.open_codes:
        return Written(
            "Ponte: answer YES or NO and the code. AGENDA: your visits. WITHDRAW or DONE and the code. BUSY or FREE tue 9-13."
        )
    return Written(
        "Ponte: answer YES or NO and the code (%(codes)s). AGENDA: your visits. WITHDRAW or DONE and the code. BUSY or FREE tue 9-13.",
        {"codes": soonest([str(code) for code in words.open_codes], CODES_SHOWN, taken)},
    )


def agenda(texts: Catalog, words: AgendaWords, taken: Taken) -> Written:
    """The next visits and the link to all of them."""
    if not words.visits:
        return Written("Ponte: you have no visits booked. Agenda: %(link)s", {"link": words.link})
    names = [_visit_name(visit, texts.language, taken) for visit in words.visits]
    return Written(
        "Ponte: %(visits)s. Agenda: %(link)s",
        {"visits": soonest(names, VISITS_SHOWN, taken), "link": words.link},
    )


def _visit_name(visit: AgendaVisit, language: str, taken: Taken) -> str:
    place = shorter(visit.comune, visit.comune_short, Step.COMUNE, taken)
    return " ".join(part for part in (dates.span(visit.start, visit.end, language), place) if part)


def soonest(names: list[str], most: int, taken: Taken) -> str:
    """The names one after the other; in short, the first of them and how many more there are."""
    if Step.LATER_ONES not in taken or len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} +{len(names) - most}"
