# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is launched hears the signal that ends it with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from dispatch.kit import launcher

SAY = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


def test_a_part_started_in_the_background_of_a_script_can_be_ended() -> None:
    """There a shell has its jobs ignore SIGINT, and the parts of a killed `ponte run &` went on for ever."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        command = [
            sys.executable,
            "-I",
            "-S",
            launcher.__file__,
            str(os.getpid()),
            "",
            "",
            "",
            sys.executable,
            "-c",
            SAY,
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=True)
    finally:
        signal.signal(signal.SIGINT, before)
    assert said.stdout == "True\n"
