# SPDX-License-Identifier: AGPL-3.0-or-later
"""PostgreSQL refuses to run as root: this picks an existing account for it and asks what that account may reach."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dispatch.kit.postgres.errors import EmbeddedServerError

# The system's own database account first; the others exist on nearly every machine. None is ever created.
CANDIDATES = ("postgres", "nobody", "daemon")
LAUNCHER = Path(__file__).parent.with_name("launcher.py")
# Nothing of our own environment reaches the server: PGDATA, PGPORT or a locale there would change what it does.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """An existing account of the system that the server runs as when we are root."""

    name: str
    uid: int
    gid: int

    @property
    def groups(self) -> list[int]:
        return os.getgrouplist(self.name, self.gid)


def account_of(uid: int) -> Account | None:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def account_to_drop_to(data: Path) -> Account | None:
    """None unless we are root; then the account that owns the data already, else the first candidate that exists."""
    if os.geteuid() != 0:
        return None
    if data.is_dir() and data.stat().st_uid != 0:
        owner = account_of(data.stat().st_uid)
        if owner is not None:
            return owner
    for name in CANDIDATES:
        try:
            return account_of(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root, and none of the accounts {', '.join(CANDIDATES)} exists here. "
        "Run Ponte as an ordinary user, or set DATABASE_URL to a server that runs already."
    )


def command(account: Account | None, program: Sequence[str]) -> list[str]:
    """The full command that runs `program` as `account` (None: as ourselves) and lets it die with this thread."""
    identity = ["", "", ""]
    if account is not None:
        identity = [str(account.uid), str(account.gid), ",".join(map(str, account.groups))]
    return [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), *identity, *program]


def run(account: Account | None, program: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as `account`, from the root folder, which everybody may enter."""
    return subprocess.run(  # noqa: S603
        command(account, program), env=ENVIRONMENT, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def can_enter(account: Account, folder: Path) -> bool:
    """Whether the account may enter the folder; tried for real, so that access lists and mounts count too."""
    return run(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0


def can_run(account: Account | None, programs: Path) -> bool:
    """Whether the account may run the programs in this folder, their libraries included."""
    script = '"$1/postgres" --version && "$1/initdb" --version'
    return run(account, ["/bin/sh", "-c", script, "sh", str(programs)]).returncode == 0


def own(path: Path, account: Account | None) -> None:
    """Give a file or folder that we made to the account."""
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
