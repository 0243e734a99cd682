# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board of a quarter, read in a dozen statements however much happened: only sums leave the database."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from dispatch.kit.clock import local_midnight
from dispatch.reporting import board, board_queries, registers
from dispatch.reporting.board import Board, Project, Veil
from dispatch.reporting.board_queries import Charged
from dispatch.reporting.budgets import purses
from dispatch.reporting.cover_queries import read_levels
from dispatch.reporting.equity import shares
from dispatch.reporting.figures import Figures
from dispatch.reporting.period import Period, day_of, month_of
from dispatch.reporting.queries import Spent
from dispatch.reporting.service import A_QUARTER
from dispatch.reporting.small_numbers import is_small

MONTHS = 12  # of the trend


def read_board(session: Session, now: dt.datetime, period: Period) -> Board:
    """What began in the quarter until now; a visit still ahead lacks nobody yet."""
    until = min(period.ends, now)
    demand = board_queries.read_demand(session, period.begins, until)
    tallies = board.by_ambito(demand, board_queries.read_served(session, period.begins, until))
    ambiti = registers.read_ambiti(session)
    figures = {code: Figures(requested=one.asked, delivered=one.delivered) for code, one in tallies.items()}
    fair = {share.code: share for share in shares(ambiti.values(), figures)}
    compared = {code for code, share in fair.items() if share.incidence is not None}
    everywhere = {code: tallies.get(code, board.Tally()) for code in ambiti}
    months = read_trend(session, period, until)
    spoken = board.by_language(demand, read_levels(session))
    speakers = board_queries.count_speakers(session)
    return Board(
        day_of(until - dt.timedelta(microseconds=1)),
        board.whole(everywhere.values()),
        board.lines(everywhere, {code: one.name for code, one in ambiti.items()}, shares=fair, compared=compared),
        board.lines(spoken, registers.language_names(session), speakers=speakers),
        read_projects(session, period, now),
        months,
        board_queries.read_waiting(session, period.begins, until),
        board.quarter_before(months, period.first),
    )


def read_trend(session: Session, period: Period, until: dt.datetime) -> list[board.Month]:
    """The twelve months that end with the quarter, as far as they have begun."""
    firsts = [period.last.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append(month_of(firsts[-1] - dt.timedelta(days=1)).first)
    since = local_midnight(firsts[-1])
    begun = [first for first in reversed(firsts) if local_midnight(first) < until]
    places = board_queries.read_months(session, since, until)
    served = board_queries.read_served_months(session, since, until)
    return board.months_of(board.by_month(places, served, begun))


def read_projects(session: Session, period: Period, now: dt.datetime) -> list[Project]:
    """The projects whose time meets the quarter, and those that ended so lately that they are still accounted for."""
    today = day_of(now)
    running = [
        one
        for one in registers.read_projects(session).values()
        if one.starts <= period.last and one.ends + A_QUARTER >= period.first
    ]
    charged = board_queries.read_charged(session)
    spent = [Spent(one.project, None, one.worked, one.booked) for one in charged.values()]
    found = purses(running, registers.read_budgets(session), spent, today)
    nothing = Charged("", 0, 0, 0)
    return [
        Project(purse, Veil.SMALL if is_small(charged.get(purse.project, nothing).visits) else None)
        for purse in found
        if purse.ambito is None
    ]
