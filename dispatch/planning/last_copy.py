# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agenda of today and tomorrow kept in a file beside the pages, for the hour when the database is away.

Who may read it then is written in the file too: the sessions of the staff that were open when it was made, by their
hash, each with its ambiti. So nobody reads what she could not have read a few minutes earlier, and no second cookie
is needed (docs/decisions/0012-the-last-copy.md).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from dispatch.access.queries import staff_sessions
from dispatch.access.tokens import fingerprint
from dispatch.kit.clock import at_home, machine_now, now
from dispatch.kit.installation import Installation
from dispatch.planning.board import Sieve
from dispatch.planning.sheet import Entry, entries
from dispatch.web.i18n import locales

log = structlog.get_logger(__name__)
DAYS = 2  # today and tomorrow
# A session that nobody used for longer reads no copy: from Friday evening it still opens Monday's.
USED_WITHIN = dt.timedelta(days=3)


class Copy(msgspec.Struct, frozen=True):
    """What stood at ``made_at`` (the installation's time; ``by_machine`` is the machine's at that moment).

    ``readers`` are ambiti by a session's hash; null is every ambito.
    """

    made_at: dt.datetime
    by_machine: dt.datetime
    days: list[dt.date]
    entries: list[Entry]
    readers: dict[str, list[str] | None]

    def ambiti_of(self, token: str) -> tuple[str, ...] | None:
        """Those of a reader; raises LookupError for a session that may not read."""
        found = self.readers[fingerprint(token)]
        return None if found is None else tuple(found)

    def is_of_use(self, instant: dt.datetime) -> bool:
        """Whether one of its days is not over yet, as the installation's time has gone on since."""
        return at_home(self.made_at + (instant - self.by_machine)).date() <= self.days[-1]


def file_of(settings: Settings) -> Path:
    return settings.home / "copy" / "agenda.json"


def make_copy(here: Installation) -> None:
    """Write what stands now in place of the copy before; a reader sees the one or the other, never half."""
    with here.database.begin() as session:
        moment, machine = now(session), machine_now()
        today = at_home(moment).date()
        made = Copy(
            made_at=moment,
            by_machine=machine,
            days=[today + dt.timedelta(days=number) for number in range(DAYS)],
            entries=entries(session, today, DAYS, Sieve(), locales()),
            readers=staff_sessions(session, machine, USED_WITHIN),
        )
    kept = file_of(here.settings)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.parent.chmod(0o700)
    with tempfile.TemporaryDirectory(dir=kept.parent) as apart:
        fresh = Path(apart) / kept.name
        fresh.touch(mode=0o600)
        fresh.write_bytes(msgspec.json.encode(made))
        fresh.replace(kept)


def read_copy(settings: Settings, token: str) -> Copy | None:
    """The copy, if this session may read it and it is of use; a file that is not there or is broken is none."""
    try:
        found = msgspec.json.decode(file_of(settings).read_bytes(), type=Copy)
    except (OSError, msgspec.DecodeError):
        return None
    allowed = bool(token) and fingerprint(token) in found.readers
    return found if allowed and found.is_of_use(machine_now()) else None


@contextlib.contextmanager
def copies_kept(here: Installation) -> Iterator[None]:
    """While the block runs, a copy every few minutes; where the setting says 0, none, and an old one is taken away."""
    every, over = here.settings.copy_seconds, threading.Event()
    if not every:
        with contextlib.suppress(OSError):
            file_of(here.settings).unlink(missing_ok=True)
        yield
        return
    keeper = threading.Thread(target=_keep, args=(here, every, over), name="copies", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(here: Installation, every: float, over: threading.Event) -> None:
    while not over.is_set():
        try:
            make_copy(here)
        except (SQLAlchemyError, OSError) as trouble:  # the copy before stays: it is for just this hour
            log.warning("no copy of the agenda", trouble=type(trouble).__name__)
        over.wait(every)
