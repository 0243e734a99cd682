# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place that reads the time: the machine's, or the virtual one where a rehearsal has set its row."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, text
from sqlalchemy.orm import Session

# Plain SQL, because the tables (dispatch.records.time) stand above the kit.
READ = text("SELECT now FROM virtual_time WHERE id = 1").columns(now=DateTime(timezone=True))
ADVANCE = text(
    "INSERT INTO virtual_time (id, now) VALUES (1, :instant) "
    "ON CONFLICT (id) DO UPDATE SET now = :instant WHERE virtual_time.now < :instant"
)

ROME = ZoneInfo("Europe/Rome")


def now(session: Session) -> dt.datetime:
    """The present instant, aware, in UTC."""
    virtual: dt.datetime | None = session.execute(READ).scalar()
    return machine_now() if virtual is None else virtual.astimezone(dt.UTC)


def machine_now() -> dt.datetime:
    """The machine's own clock, for what is never virtual: sessions of browsers, settle times on the wire."""
    return dt.datetime.now(dt.UTC)


def set_virtual(session: Session, instant: dt.datetime) -> None:
    """Set the virtual time of every process; it never goes back, so a late writer changes nothing."""
    session.execute(ADVANCE, {"instant": instant})


def at_home(instant: dt.datetime) -> dt.datetime:
    """The instant as a wall clock in Europe/Rome shows it."""
    return instant.astimezone(ROME)


def local_midnight(day: dt.date) -> dt.datetime:
    """The UTC instant at which ``day`` begins in Europe/Rome."""
    return dt.datetime.combine(day, dt.time(), ROME).astimezone(dt.UTC)


def from_wall(day: dt.date, minute: int) -> dt.datetime:
    """The UTC instant at which a wall clock in Europe/Rome shows ``minute`` minutes after midnight of ``day``.

    Minutes >= 1440 roll into the following days. Wall time is kept, not elapsed time: 09:00 stays 09:00 on both DST nights.
    """
    days, rest = divmod(minute, 1440)
    wall = dt.datetime.combine(day + dt.timedelta(days=days), dt.time(rest // 60, rest % 60), ROME)
    return wall.astimezone(dt.UTC)


def wall_minute(instant: dt.datetime, monday: dt.date) -> int:
    """Minutes on the wall clock since local midnight of ``monday``, a day counting 1440 (planning.md §1)."""
    local = at_home(instant)
    return (local.date() - monday).days * 1440 + local.hour * 60 + local.minute


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
