# SPDX-License-Identifier: AGPL-3.0-or-later
"""The week of the samples and who looks at it."""

from __future__ import annotations

import datetime as dt

from dispatch.web.views.page import Viewer

MONDAY = dt.date(2026, 11, 23)
DESK = Viewer("Sara M.", "desk", "Istituto comprensivo Trescore Balneario")
COORDINATOR = Viewer("Marta R.", "coordinator", "Distretto Bergamo Est")


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """An instant of the sample week, given as UTC."""
    return dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(hour, minute), dt.UTC)
