# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database server: does it answer, is it new enough, does it hold every migration, does its clock agree."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from dispatch.doctor.finding import Finding, age, care, fine, wrong
from dispatch.errors import Unavailable
from dispatch.kit.clock import machine_now
from dispatch.kit.migrate import missing
from dispatch.kit.session import Database

OLDEST = 15
# The service itself never asks a server for the time; here the two clocks are what is compared.
THEIR_TIME = text("SELECT clock_timestamp()")
SMALL, LARGE = 2.0, 30.0  # seconds between the clocks: ticks, heartbeats and sessions are told by them


def examine_server(database: Database) -> Iterator[Finding]:
    """Stops at the first thing without which the rest cannot be asked."""
    try:
        with database.engine.connect() as connection:
            yield server_version(connection, address(database))
            yield clocks(connection)
            yield migrations(connection)
    except SQLAlchemyError as trouble:
        remedy = "Start the server, or mend DATABASE_URL (user, password, host, port, name)."
        yield wrong("database", f"{address(database)} does not answer ({type(trouble).__name__})", remedy)


def address(database: Database) -> str:
    """As pg_dump and psql take it, without the password; who has an embedded server finds it here."""
    shown = database.engine.url.set(drivername="postgresql", password=None)
    query = {"host": shown.query["host"]} if "host" in shown.query else {}
    return shown.set(query=query).render_as_string().replace("%2F", "/")


def server_version(connection: Connection, place: str) -> Finding:
    number, name = connection.execute(
        text("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
    ).one()
    if number < OLDEST * 10_000:
        return wrong(
            "database", f"PostgreSQL {name} is too old", f"Move to PostgreSQL {OLDEST} or newer (17 is shipped)."
        )
    return fine("database", f"PostgreSQL {name} at {place}")


def migrations(connection: Connection) -> Finding:
    try:
        lacking = missing(connection)
    except Unavailable:
        remedy = "Install the version of Ponte that made this database, or a newer one."
        return wrong("migrations", "the database is newer than this program", remedy)
    if lacking:
        return wrong("migrations", f"{len(lacking)} to go, first {lacking[0]}", "ponte migrate")
    return fine("migrations", "none is missing")


def clocks(connection: Connection) -> Finding:
    apart = abs((connection.execute(THEIR_TIME).scalar_one() - machine_now()).total_seconds())
    says, remedy = f"{age(apart)} between this machine and the database", "Let both set their clocks by NTP."
    if apart > LARGE:
        return wrong("clocks", says, remedy)
    return care("clocks", says, remedy) if apart > SMALL else fine("clocks", says)
