# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the board says in words: figures or why they are not shown, waits, and how each figure is reckoned."""

from __future__ import annotations

from math import ceil, floor

from dispatch.reporting.board import Line, Tally, Veil
from dispatch.reporting.small_numbers import LEAST, is_small
from dispatch.reporting.words import number, share
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _

AN_HOUR, TWO_DAYS, A_DAY = 60, 2 * 24 * 60, 24 * 60

HOW_FILLED = _l(
    "Places somebody said yes to, of all places asked for whose visit has begun; those called off do not count."
)
HOW_WAITED = _l(
    "From the moment a desk asks to the yes of a mediator, for the first date of each request that got its yes in the quarter. "
    "Half of the requests waited less than the first figure, nine in ten less than the second."
)
HOW_DELIVERED = _l("Hours that somebody was there for, as the attendances say; hours paid for nothing do not count.")
HOW_BARE = _l("Languages asked for in the quarter that no active mediator speaks, or for which no place was filled.")
HOW_MONTHS = _l(
    "The columns are the hours delivered, the figures below the share of places filled, each by month. "
    "The running month, in a lighter colour, is not over."
)
HOW_AMBITI = _l(
    "Hours delivered in each ambito; a visit by phone or video belongs to the ambito of who asked. The mark is where the "
    "bar would end if hours followed the non-EU residents: only ambiti whose incidence is known are compared."
)
HOW_LANGUAGES = _l(
    "The languages with the fewest places filled first. Of several languages asked for, a visit counts under the one its "
    "mediator speaks best."
)
HOW_PROJECTS = _l(
    "Hours paid and hours promised of those granted, since the project began; the mark is how much of its time is over."
)


def veiled(veil: Veil | None, text: str) -> str:
    """The figure, or why it is not there."""
    if veil is None:
        return text
    return _("fewer than %(least)s") % {"least": LEAST} if veil == Veil.SMALL else _("not shown")


def filled(line: Line) -> str:
    """The fill rate. Where only a few are missing, or only a few were filled, it says no more than that."""
    tally = line.tally
    if line.asked_veil or line.share_veil != Veil.SMALL:
        return veiled(line.asked_veil or line.share_veil, share(tally.share))
    return bound(tally)


def bound(tally: Tally) -> str:
    """What four at most leave to be said of the rate: "at least 96 %"."""
    part = 100 * (LEAST - 1) / tally.places
    if is_small(tally.places - tally.filled):
        return _("at least %(share)s") % {"share": f"{number(max(floor(100 - part), 0))}\u00a0%"}
    return _("at most %(share)s") % {"share": f"{number(min(ceil(part), 100))}\u00a0%"}


def speakers(count: int) -> str:
    """How many speak a language, when so few would be known by it: "nobody", "fewer than 5", "12"."""
    if not count:
        return _("nobody")
    return veiled(Veil.SMALL if is_small(count) else None, number(count))


def waited(minutes: float | None) -> str:
    """ "40 min", "5 h", "2,5 giorni": as exact as a wait needs to be told."""
    if minutes is None:
        return "–"
    if minutes < AN_HOUR:
        return _("%(minutes)s min") % {"minutes": number(minutes)}
    if minutes < TWO_DAYS:
        return _("%(hours)s h") % {"hours": number(minutes / AN_HOUR)}
    return _("%(days)s days") % {"days": number(minutes / A_DAY, 1)}
