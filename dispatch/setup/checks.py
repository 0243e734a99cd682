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
from dispatch.web.views.setup import Check


def checks(session: Session, here: Installation) -> tuple[Check, ...]:
    """In the order of the terminal's table."""
    return tuple(Check(one.about, one.level.value, one.says, one.remedy) for one in _examine(session, here))


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
