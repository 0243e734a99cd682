# SPDX-License-Identifier: AGPL-3.0-or-later
"""C8 at its full size: 10,000 guessed codes, from another phone and in the mediator's own name."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from dispatch.kit.session import Database
from tests.dispatch.offers import guesses, scene


@pytest.mark.chaos
@pytest.mark.parametrize("forged", [False, True])
def test_guessed_codes_hit_nothing_and_cost_little(
    database: Database, forged: bool, chaos_figures: Callable[..., None]
) -> None:
    """Every code there is, and the right one last: no hit, at most six answers, one notice."""
    began = time.monotonic()
    found = guesses.guess(database, scene.office(), guesses.FULL, forged=forged)
    result = f"{found.hits} hits, {found.answers} answers, {found.floods} notice"
    whose = "her own number forged" if forged else "from another number"
    chaos_figures(row="C8", size=f"{guesses.FULL:,} guesses, {whose}", result=result, seconds=time.monotonic() - began)
    assert found.hits == 0
    assert found.answers <= 6
    assert found.floods == 1
