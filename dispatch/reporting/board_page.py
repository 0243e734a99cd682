# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board as a page for one sheet of paper: four figures, the trend, and tables by ambito, language and project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from babel.dates import format_skeleton

from config.territory.pack import Pack
from dispatch.reporting import board_words as words
from dispatch.reporting.asked import BOARD, Asked
from dispatch.reporting.board import Board, Line, Month, Project
from dispatch.reporting.budgets_page import purse_bar
from dispatch.reporting.equity_page import sources
from dispatch.reporting.load_page import parts_of
from dispatch.reporting.small_numbers import LEAST, is_small
from dispatch.reporting.words import hours, month_of_year, number, period_title, share
from dispatch.web.i18n import current_locale, ngettext
from dispatch.web.i18n import gettext as _
from dispatch.web.moments import long_date
from dispatch.web.views.board import BoardMonth, BoardPage, BoardRow, BoardTable, BoardTile
from dispatch.web.views.workload import Bar

LANGUAGES_SHOWN = 10
NAMED = 4
LOW = 90  # percent of places filled: below this the tile warns


def board_page(asked: Asked, found: Board, pack: Pack) -> BoardPage:
    shares = [line.share for line in found.ambiti if line.share]
    return BoardPage(
        title=_("Board, %(period)s") % {"period": period_title(asked.period)},
        lead=_("Sums only, up to %(day)s: no person and no service can be told from them.") % {"day": long_date(found.until)},
        tabs=asked.tabs(),
        previous=asked.href(period=asked.period.previous),
        current=BOARD,
        following=asked.href(period=asked.period.following),
        tiles=tuple(tiles(found)),
        months=trend(found.months, asked),
        months_how=_(words.HOW_MONTHS),
        tables=(ambiti_table(found), languages_table(found), projects_table(found.projects)),
        csv=asked.href(file="csv"),
        xlsx=asked.href(file="xlsx"),
        small=_("What fewer than %(least)s visits make up is not shown, nor what would tell it.") % {"least": LEAST},
        note=sources(shares, pack),
        is_empty=not (found.whole.tally.places or found.whole.tally.visits),
    )  # fmt: skip


def tiles(found: Board) -> Iterable[BoardTile]:
    line, waited = found.whole, found.waited
    before = "" if found.before is None else _("%(share)s the quarter before") % {"share": share(found.before)}
    low = line.tally.share is not None and line.tally.share < LOW
    yield BoardTile(
        _("Places filled"),
        words.filled(line),
        before or words.veiled(line.asked_veil, _("of %(count)s asked for") % {"count": number(line.tally.places)}),
        _(words.HOW_FILLED),
        "missing" if low else "",
    )
    if is_small(waited.requests):
        yield BoardTile(_("From request to yes"), "–", _("too few to tell"), _(words.HOW_WAITED))
    else:
        most = _("nine in ten within %(time)s") % {"time": words.waited(waited.most)} if waited.requests else ""
        yield BoardTile(_("From request to yes"), words.waited(waited.median), most, _(words.HOW_WAITED))
    yield BoardTile(
        _("Hours delivered"),
        words.veiled(line.served_veil, hours(line.tally.delivered, 0)),
        words.veiled(line.served_veil, _("in %(count)s visits") % {"count": number(line.tally.visits)}),
        _(words.HOW_DELIVERED),
    )
    names = ", ".join(one.name for one in found.bare[:NAMED])
    rest = len(found.bare) - NAMED
    more = ngettext("and one more", "and %(num)d more", rest) % {"num": rest} if rest > 0 else ""
    yield BoardTile(
        _("Languages without cover"),
        number(len(found.bare)),
        f"{names} {more}".strip(),
        _(words.HOW_BARE),
        "missing" if found.bare else "",
    )


def trend(months: Sequence[Month], asked: Asked) -> tuple[BoardMonth, ...]:
    """A month whose hours are kept back has no column either."""
    shown = {one.first: one.line.tally.delivered for one in months if not one.line.served_veil}
    most = max(shown.values(), default=0)
    return tuple(
        BoardMonth(
            str(format_skeleton("MMM", one.first, locale=current_locale())),
            month_of_year(one.first),
            round(100 * shown.get(one.first, 0) / most, 1) if most else 0,
            words.veiled(one.line.served_veil, hours(one.line.tally.delivered, 0)),
            words.filled(one.line),
            one.first <= asked.today < asked.period.last and one is months[-1],
        )
        for one in months
    )


def ambiti_table(found: Board) -> BoardTable:
    """The most hours first; one that is kept back has no place in an order that would tell."""
    ranked = sorted(found.ambiti, key=lambda line: (line.served_veil is not None, -line.tally.delivered if not line.served_veil else 0, line.name))  # fmt: skip
    widest = max((line.tally.delivered for line in ranked if not line.served_veil), default=0)
    rows = tuple(BoardRow(line.name, _incidence(line), _hours_bar(line, widest), tuple(_of_ambito(line))) for line in ranked)  # fmt: skip
    return BoardTable(
        name="ambiti",
        title=_("Hours by ambito, beside who lives there"),
        heads=(_("Ambito"), _("Hours delivered"), _("per 1,000 non-EU residents"), _("difference"), _("filled")),
        rows=rows,
        legend=(("worked", _("delivered")), ("target", _("expected"))),
        how=_(words.HOW_AMBITI),
        nothing=_("No ambito is known yet."),
    )


def _incidence(line: Line) -> str:
    if line.share is None or line.share.incidence is None:
        return _("non-EU incidence unknown")
    return _("%(percent)s %% non-EU") % {"percent": number(line.share.incidence, 1)}


def _hours_bar(line: Line, widest: int) -> Bar:
    """The hours, and the mark of its expected share; without the hours nothing is drawn."""
    if line.served_veil:
        return Bar(words.veiled(line.served_veil, ""))
    fair = fair_minutes(line)
    scale = max(widest, fair or 0, 1)
    return Bar(
        _("%(used)s h") % {"used": hours(line.tally.delivered, 0)},
        parts_of((("worked", line.tally.delivered),), scale),
        target=None if fair is None else min(100 * fair / scale, 100),
    )


def fair_minutes(line: Line) -> float | None:
    """What it would have if the hours of the ambiti that are compared followed their non-EU residents."""
    one = line.share
    if one is None or one.expected is None or not one.delivered_share:
        return None
    return one.delivered * one.expected / one.delivered_share


def _of_ambito(line: Line) -> Iterable[str]:
    one = line.share
    dense = "–" if one is None or one.per_thousand_foreigners is None else hours(one.per_thousand_foreigners)
    yield words.veiled(line.served_veil, dense)
    yield words.veiled(line.served_veil, points(None if one is None else one.gap))
    yield words.filled(line)


def points(gap: float | None) -> str:
    """Percentage points above or below the expected share: "+3,2"."""
    if gap is None:
        return "–"
    sign = "+" if gap > 0 else "−" if gap < 0 else ""
    return f"{sign}{number(abs(gap), 1)}"


def languages_table(found: Board) -> BoardTable:
    """The least filled first; a rate that is kept back stands by its name, after the others."""
    ranked = ranked_languages(found)
    rows = tuple(
        BoardRow(line.name, "", None, (words.veiled(line.asked_veil, number(line.tally.places)), words.filled(line), words.speakers(line.speakers)))
        for line in ranked[:LANGUAGES_SHOWN]
    )  # fmt: skip
    return BoardTable(
        name="languages",
        title=_("Languages least covered"),
        heads=(_("Language"), _("places asked for"), _("filled"), _("who speak it")),
        rows=rows,
        legend=(),
        how=_(words.HOW_LANGUAGES),
        nothing=_("No language was asked for."),
        rest=max(len(ranked) - LANGUAGES_SHOWN, 0),
    )


def ranked_languages(found: Board) -> list[Line]:
    def rank(line: Line) -> tuple[bool, float, str]:
        is_veiled = bool(line.asked_veil or line.share_veil)
        return (is_veiled, 0 if is_veiled else line.tally.share or 0, line.name)

    return sorted(found.languages, key=rank)


def projects_table(projects: Iterable[Project]) -> BoardTable:
    rows = tuple(
        BoardRow(
            one.purse.name,
            "",
            Bar(words.veiled(one.veil, "")) if one.veil else purse_bar(one.purse),
            (words.veiled(one.veil, share(one.purse.used_percent)), share(one.purse.elapsed)),
        )
        for one in projects
    )
    return BoardTable(
        name="projects",
        title=_("Spending by project"),
        heads=(_("Project"), _("Hours used of those granted"), _("used"), _("time elapsed")),
        rows=rows,
        legend=(("worked", _("worked")), ("booked", _("confirmed, to do")), ("target", _("time elapsed"))),
        how=_(words.HOW_PROJECTS),
        nothing=_("No project runs in this quarter."),
    )
