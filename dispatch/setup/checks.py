# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the doctor sees without leaving the service: the same findings as in the terminal, less what takes its time."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from dispatch.doctor import machine
from dispatch.doctor.carrier import examine_carrier
from dispatch.doctor.finding import Finding, fine
from dispatch.doctor.rows import examine_rows
from dispatch.doctor.server import address as address_of
from dispatch.doctor.server import clocks, migrations, server_version
from dispatch.doctor.work import examine_work
from dispatch.doctor.zone import examine_zone
from dispatch.kit.installation import Installation
from dispatch.web.i18n import _l, gettext
from dispatch.web.views.setup import Check

# What the doctor's one word is about, for who does not know the terminal.
ABOUT = {
    "account": _l("account of the carrier"),
    "accounts": _l("accounts"),
    "address": _l("public address"),
    "carrier": _l("SMS carrier"),
    "clock": _l("timed jobs"),
    "clocks": _l("clocks of the machines"),
    "database": _l("database"),
    "disk": _l("disk"),
    "failed jobs": _l("jobs given up"),
    "from outside": _l("seen from outside"),
    "line": _l("line to the carrier"),
    "links": _l("links in SMS"),
    "migrations": _l("state of the tables"),
    "pages": _l("style and script of the pages"),
    "planner": _l("planner"),
    "plans": _l("plans"),
    "policy": _l("rules"),
    "promises": _l("promises between rows"),
    "queue": _l("queue of jobs"),
    "secret": _l("secret of the installation"),
    "serve": _l("web server"),
    "SMS": _l("SMS waiting to leave"),
    "territory": _l("territory"),
    "time zone": _l("time zone"),
    "version": _l("version"),
    "virtual time": _l("time of a rehearsal"),
    "workers": _l("workers"),
}


def checks(session: Session, here: Installation) -> tuple[Check, ...]:
    """In the order of the terminal's table."""
    return tuple(
        Check(gettext(ABOUT.get(one.about, one.about)), one.level.value, one.says, one.remedy)
        for one in _examine(session, here)
    )


def _examine(session: Session, here: Installation) -> Iterator[Finding]:
    """Not the compiled planner, which would be loaded into this process, nor the invariants, which read every row."""
    settings = here.settings
    yield examine_zone()
    yield fine("version", f"Ponte {machine.installed_version()}")
    yield machine.secret(settings)
    yield machine.disk(settings.home)
    yield machine.pages()
    yield from examine_carrier(settings)
    connection = session.connection()
    yield server_version(connection, address_of(here.database))
    yield clocks(connection)
    yield migrations(connection)
    yield from examine_rows(session, settings.territory)
    yield from examine_work(session, settings)
