# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decides where on disk the embedded server lives, so that every process given the same folder agrees."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from dispatch.kit.postgres.errors import EmbeddedServerError
from dispatch.kit.postgres.privileges import CANDIDATES, Account, account_of, account_to_drop_to, can_enter, own

LONGEST_SOCKET_FOLDER = 85  # the kernel allows about 104 bytes (macOS) for the folder, "/" and ".s.PGSQL.5432"
PORT = 5432  # names the socket file only: the server listens on no network address
SHARED_TEMPORARY = Path("/var/tmp")  # noqa: S108  # survives a restart of the machine, unlike /tmp
SHORT_LIVED = Path("/tmp")  # noqa: S108  # not tempfile.gettempdir(): two processes may have two TMPDIR


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one embedded server, the account it runs as (None: our own) and what the user should know."""

    folder: Path
    socket: Path
    account: Account | None
    notes: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def owner_lock(self) -> Path:
        return self.folder / "owner.lock"

    def url(self, user: str, database: str) -> URL:
        """The address over the Unix socket; the port is named so that a PGPORT in the environment changes nothing."""
        query = {"host": str(self.socket), "port": str(PORT)}
        return URL.create("postgresql+psycopg", username=user, database=database, query=query)

    def dsn(self, user: str, database: str) -> str:
        """The same address without the driver's name, as psycopg and psql read it."""
        return self.url(user, database).set(drivername="postgresql").render_as_string()


def choose_place(home: Path) -> Place:
    """Make the server's folder below `home`, or explain why that cannot be done. Never changes an existing mode."""
    home = home.expanduser().resolve()
    account = account_to_drop_to(home / "data")
    folder, notes = home, []
    if account is not None and not can_enter(account, _nearest_existing(home)):
        folder = SHARED_TEMPORARY / f"ponte-{_mark(home)}"
        account = _earlier_owner(folder) or account
        notes.append(
            f"You are root, and PostgreSQL runs as {account.name}, who may not enter {home}: "
            f"the data are in {folder} (mode 0700). Some systems empty /var/tmp of what was not used for 30 days: for "
            f"lasting data set PONTE_HOME to a folder that {account.name} may enter, such as /srv/ponte."
        )
        private_folder(folder, account)
    elif not folder.is_dir():
        _make_with_parents(folder, account)
    _refuse_unless_writable(folder)
    return Place(folder, _socket_folder(folder, account), account, tuple(notes))


def private_folder(path: Path, account: Account | None) -> Path:
    """Make a folder that only its owner may enter, or make sure that the one which exists is such a folder."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise EmbeddedServerError(
            f"The folder {path} cannot be made: {error.strerror}. Choose another home."
        ) from error
    else:
        own(path, account)
        return path
    found = path.lstat()
    owner = os.geteuid() if account is None else account.uid
    # The second look forgives a twin process between its mkdir and its chown.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()) or found.st_mode & 0o077:
        raise EmbeddedServerError(
            f"{path} exists, but is not a private folder of user {owner} (owner {found.st_uid}, "
            f"mode {stat.S_IMODE(found.st_mode):04o}). Look at who made it, remove it, and start again."
        )
    return path


def _mark(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:12]


def _nearest_existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.is_dir())


def _earlier_owner(folder: Path) -> Account | None:
    """Who owns the fallback folder of an earlier run: it stays theirs even if a better account exists by now.

    Anybody may make a folder in /var/tmp, so only an account that we would have chosen ourselves counts.
    """
    owner = account_of(folder.lstat().st_uid) if folder.exists() else None
    return owner if owner is not None and owner.name in CANDIDATES else None


def _make_with_parents(folder: Path, account: Account | None) -> None:
    try:
        for parent in reversed([each for each in folder.parents if not each.is_dir()]):
            parent.mkdir(exist_ok=True)
            if account is not None:
                parent.chmod(0o755)  # our own new folder: root's umask must not shut the account out of it
    except OSError as error:
        raise EmbeddedServerError(
            f"The folder {folder} cannot be made: {error.strerror}. "
            "Set PONTE_HOME to a folder you may write in, or DATABASE_URL to a server that runs already."
        ) from error
    private_folder(folder, account)


def _refuse_unless_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        owner = account_of(folder.stat().st_uid)
        raise EmbeddedServerError(
            f"You may not write in {folder} (it belongs to {owner.name if owner else folder.stat().st_uid}). "
            "Set PONTE_HOME to a folder of your own, or DATABASE_URL to a server that runs already."
        )


def _socket_folder(folder: Path, account: Account | None) -> Path:
    """Beside the data when the path is short enough for a socket, else a short one derived from it."""
    beside = folder / "run"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
        return private_folder(beside, account)
    return private_folder(SHORT_LIVED / f"ponte-{_mark(folder)}", account)
