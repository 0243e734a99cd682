# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of a plan show of a slot that nobody has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dispatch.web.views.page import Reason


@dataclass(frozen=True)
class Unassigned:
    """A slot without a person: what it asks, and why nobody (an empty ``reasons``: no run has looked at it yet).

    ``find`` is the page on which somebody is found for it, empty once its time has passed; ``key`` names it among others on a page.
    """

    code: str
    href: str
    language: str
    desk: str
    start: dt.datetime
    end: dt.datetime
    status: str = "open"
    urgent: bool = False
    asks: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    find: str = ""
    key: str = ""
