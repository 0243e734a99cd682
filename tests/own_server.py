# SPDX-License-Identifier: AGPL-3.0-or-later
"""An embedded PostgreSQL of one test alone, for tests that kill it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dispatch.kit.postgres import Server


@contextmanager
def own_server() -> Iterator[Server]:
    """Started, and removed with everything it wrote."""
    folder = Path(tempfile.mkdtemp(prefix="ponte-killed-"))
    folder.chmod(0o755)  # whoever the server drops to may enter
    server = Server.start(folder / "postgres")  # durable: what it has acknowledged must survive the kill
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(server.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
