# SPDX-License-Identifier: AGPL-3.0-or-later
"""File locks that the kernel lets go of when their process dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from weakref import WeakSet

from dispatch.kit.postgres.privileges import Account

_held: WeakSet[FileLock] = WeakSet()


class FileLock:
    """A flock on one file or folder: exclusive for the one owner, shared for everybody who is attached."""

    def __init__(self, path: Path, account: Account | None = None) -> None:
        # O_NOFOLLOW: the folder may belong to another account, which must not lead root to some other file.
        how = os.O_DIRECTORY if path.is_dir() else os.O_RDWR | os.O_CREAT
        self._descriptor: int | None = os.open(path, how | os.O_NOFOLLOW, 0o600)
        if account is not None and not path.is_dir():
            os.fchown(self._descriptor, account.uid, account.gid)
        _held.add(self)

    def take(self, *, shared: bool = False) -> bool:
        """Try once, without waiting; True when the lock is ours."""
        assert self._descriptor is not None
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _forget_in_child() -> None:
    # A forked child shares the open file: without this it would keep the lock of a parent that was killed.
    # Closing here leaves the parent's lock alone; only LOCK_UN would let go of it.
    for lock in list(_held):
        lock.close()


os.register_at_fork(after_in_child=_forget_in_child)
