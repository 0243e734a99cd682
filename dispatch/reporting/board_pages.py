# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door of the board: the sums of one quarter for whoever coordinates every ambito, as a page and as files."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from config.territory import load_territory
from dispatch.access.visitor import Who
from dispatch.errors import FieldProblem, NotUnderstood
from dispatch.kit.clock import now
from dispatch.kit.doors import Here, Work
from dispatch.kit.spreadsheet import download
from dispatch.reporting.asked import BOARD, Asked
from dispatch.reporting.board_files import board_sheets
from dispatch.reporting.board_page import board_page
from dispatch.reporting.board_service import read_board
from dispatch.reporting.period import Period, day_of, named, quarter_of
from dispatch.reporting.tables import Sieve
from dispatch.web.i18n import gettext as _
from dispatch.web.templating import render

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]  # PostgreSQL holds no NUL


@router.get(BOARD)
def read(
    request: Request, session: Work, here: Here, who: Who, period: Text = "", format: Literal["", "csv", "xlsx"] = ""
) -> Response:
    """One quarter, no other days: two boards that overlap could be taken from each other until one visit is left."""
    moment = now(session)
    asked = Asked(BOARD, quarter_named(period) if period else quarter_of(day_of(moment)), day_of(moment), Sieve(ambiti=who.ambiti))  # fmt: skip
    found = read_board(session, moment, asked.period)
    if format:
        return download(f"cabina-{asked.period.name}", format, *board_sheets(found))
    pack = load_territory(here.settings.territory).pack
    return render(request, "reporting/board.html", page=board_page(asked, found, pack))


def quarter_named(name: str) -> Period:
    try:
        found = named(name)
        if not found.is_quarter:
            raise ValueError(name)
    except ValueError:
        field = FieldProblem("period", _("This is no quarter."), name, _("Write a quarter as 2026-Q4."))
        raise NotUnderstood(_("The period cannot be read."), fields=(field,)) from None
    return found
