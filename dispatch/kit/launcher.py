# SPDX-License-Identifier: AGPL-3.0-or-later
"""Becomes another program that ends with its parent: drops root's rights if told, asks for it, replaces itself.

Run as a file in a fresh interpreter (`python -I -S launcher.py PARENT UID GID GROUPS PROGRAM ARGUMENT…`, where an
empty UID keeps the account). A fresh process is used because code between fork and exec is unsafe while other threads
run, and because Linux forgets the death signal when the account changes: it has to be asked for after the drop.
It imports nothing of Ponte, so that it starts in milliseconds.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def become(parent: str, uid: str, gid: str, groups: str, *program: str) -> None:
    if uid:
        os.setgroups([int(group) for group in groups.split(",") if group])
        os.setgid(int(gid))
        os.setuid(int(uid))
    die_with_parent(int(parent))
    os.execv(program[0], program)  # noqa: S606


def die_with_parent(parent: int) -> None:
    """Have the kernel send SIGINT (PostgreSQL's fast and clean stop, Ctrl-C to our own parts) when the thread that started us ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs inherit that it is ignored
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The process that asked for this one has ended already.")


if __name__ == "__main__":
    become(*sys.argv[1:])
