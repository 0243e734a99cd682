# SPDX-License-Identifier: AGPL-3.0-or-later
"""The health check of one part on its own machine: serve answers, worker and clock gave a sign a moment ago."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

from config.settings import Settings
from dispatch.doctor.finding import Finding, age, fine, wrong
from dispatch.kit.heartbeat import silent_seconds

PARTS = ("serve", "worker", "clock")
# A worker touches its file every ten seconds while the database answers; a clock after each strike that reached it, and
# its quickest job is struck every ten seconds.
LONGEST = 45.0
PATIENCE = 3.0


def examine_part(part: str, settings: Settings) -> Iterator[Finding]:
    if part == "serve":
        yield answers(settings)
        return
    silent = silent_seconds(settings.home, part)
    if silent is None:
        yield wrong(part, f"never gave a sign under {settings.home}", f"Start `ponte {part}` with this PONTE_HOME.")
    elif silent > LONGEST:
        yield wrong(part, f"silent for {age(silent)}", f"Start `ponte {part}` again; its log says what held it.")
    else:
        yield fine(part, f"alive {age(silent)} ago")


def answers(settings: Settings) -> Finding:
    where = f"http://127.0.0.1:{settings.port}/readyz"
    door = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=PATIENCE)
    try:
        door.request("GET", "/readyz")
        status = door.getresponse().status
    except (OSError, http.client.HTTPException) as trouble:
        return wrong("serve", f"{where} does not answer ({type(trouble).__name__})", "Start `ponte serve`.")
    finally:
        door.close()
    if status != 200:
        return wrong("serve", f"{where} says {status}", "Look at the database: `ponte doctor`.")
    return fine("serve", "ready")
