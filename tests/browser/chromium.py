# SPDX-License-Identifier: AGPL-3.0-or-later
"""The system's Chromium for the tests in a browser: found, or installed from the system's packages; never downloaded.

``python -m tests.browser.chromium`` is the set-up step of ``make test``: it says in one line what it found or what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium: install the system's package (Debian, Ubuntu: apt-get install chromium) or set PONTE_CHROMIUM to its path"
# Without a network this ends soon; nothing is asked, and nothing but the browser comes along.
APT = ("apt-get", "-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20", "-o", "DPkg::Lock::Timeout=60")
INSTALL_WITHIN = 600  # seconds


def find() -> str | None:
    """The path of the browser: the one that PONTE_CHROMIUM names, or the first of the usual names on the PATH."""
    named = os.environ.get("PONTE_CHROMIUM")
    if named:
        return shutil.which(named)  # one that is named and missing is not quietly another
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> bool:
    """Take it from the system's packages, where this user may; whether it is there now."""
    if os.environ.get("PONTE_CHROMIUM") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    quiet = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    wanted = ("chromium", "fonts-noto-core")
    for words in (("update",), ("install", "-y", "--no-install-recommends", *wanted)):
        try:
            subprocess.run((*APT, *words), env=quiet, capture_output=True, timeout=INSTALL_WITHIN, check=True)
        except (subprocess.SubprocessError, OSError):
            return False
    return find() is not None


def main() -> None:
    """Never fails: without a browser every other test still runs, and those of the browser are skipped aloud."""
    if find() is None and not install():
        print(f"Tests in the browser will be skipped: {MISSING}")  # noqa: T201 - the set-up step speaks to a person
        return
    print(f"Tests in the browser use {Path(find() or '')}")  # noqa: T201 - as above


if __name__ == "__main__":
    main()
