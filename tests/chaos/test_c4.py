# SPDX-License-Identifier: AGPL-3.0-or-later
"""C4 in full: five thousand forged webhooks, none accepted, no row left."""

from __future__ import annotations

import time

import pytest

from dispatch.kit.session import Database
from tests.chaos.figures import Write
from tests.dispatch.offers.test_forged_webhooks import FULL, none_is_accepted


@pytest.mark.chaos
def test_no_forged_webhook_is_accepted(database: Database, chaos_figures: Write) -> None:
    """Every kind of lie, from a seed."""
    began = time.monotonic()
    sent = none_is_accepted(database, FULL)
    kinds = ", ".join(f"{kind} {count}" for kind, count in sent.items())
    chaos_figures(
        row="C4",
        size=f"{FULL:,} forged webhooks ({kinds})",
        result="accepted 0, rows 0",
        seconds=time.monotonic() - began,
    )
