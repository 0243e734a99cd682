# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mediator said of her own time: free, not available, or not understood."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from notifications import dates
from notifications.catalog import Catalog
from notifications.message import NoWords, ShiftWords
from notifications.wording.lists import offer_name, soonest
from notifications.wording.steps import Taken, Written

VISITS_SHOWN: Final = 2
ONE_DAY: Final = timedelta(days=1)


def free_noted(texts: Catalog, words: ShiftWords, _taken: Taken) -> Written:
    """When she can be sent from now on."""
    return Written("Ponte: noted, you are available %(when)s. Thank you.", {"when": _when(texts, words)})


def busy_noted(texts: Catalog, words: ShiftWords, taken: Taken) -> Written:
    """When she cannot be sent; what she had said yes to stays hers until she gives it up, and that is said."""
    if not words.visits:
        return Written("Ponte: noted, you are not available %(when)s. Thank you.", {"when": _when(texts, words)})
    names = [offer_name(visit, texts.language, taken) for visit in words.visits]
    return Written(
        "Ponte: noted, not available %(when)s. Still yours: %(visits)s. To give one up: WITHDRAW and the code.",
        {"when": _when(texts, words), "visits": soonest(names, VISITS_SHOWN, taken)},
    )


def ask_shift(_texts: Catalog, _words: NoWords, _taken: Taken) -> Written:
    """The day or the hours were not clear: an example says it best."""
    return Written("Ponte: which day and hours? Write for instance BUSY tue 9-13, or FREE 24/11 14-18.")


def _when(texts: Catalog, words: ShiftWords) -> str:
    """Whole days by their names alone, hours of one day with the day; over several days both ends are named."""
    if dates.is_midnight(words.start) and dates.is_midnight(words.end):
        days = [dates.day(words.start, texts.language), dates.day(words.end - ONE_DAY / 2, texts.language)]
        return " - ".join(dict.fromkeys(days))
    if dates.same_day(words.start, words.end):
        return dates.span(words.start, words.end, texts.language)
    start = f"{dates.day(words.start, texts.language)} {dates.clock(words.start, texts.language)}"
    return f"{start} - {dates.day(words.end, texts.language)} {dates.clock(words.end, texts.language)}"
