# SPDX-License-Identifier: AGPL-3.0-or-later
"""Works through many rows, each in a transaction of its own, and wakes the sender once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.orm import Session

from dispatch.kit.installation import Installation
from dispatch.outbox.posting import hold_the_bell, is_bell_held, wake_sender

log = structlog.get_logger(__name__)


def each_apart(here: Installation, keys: Sequence[int], act: Callable[[Session, int], object]) -> None:
    """Act on each row in a transaction of its own, so that one that cannot be does not keep the others waiting.

    The sender is woken once, when all are through. Raises the last trouble at the end, so the job counts as failed.
    """
    last: Exception | None = None
    woken = False
    for key in keys:
        try:
            with here.database.begin() as session:
                hold_the_bell(session)
                act(session, key)
                wanted = is_bell_held(session)
            woken = woken or wanted
        except Exception as trouble:  # noqa: BLE001 - whatever is wrong with one row, the others are not to wait for it
            log.error("row left for the next try", key=key, trouble=type(trouble).__name__)
            last = trouble
    if woken:
        with here.database.begin() as session:
            wake_sender(session)
    if last is not None:
        raise last
