# SPDX-License-Identifier: AGPL-3.0-or-later
"""Routes that were good somewhere in a search, kept for its later parts: what is generated once need not be again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from solver.parts import Part
from solver.prepare import Prepared
from solver.routes import Route
from solver.rows import Rows
from solver.scope import Scope

Ints = npt.NDArray[np.int64]

A_UNIT = 200  # routes kept of each unit


class Pool:
    """The latest routes of each unit."""

    def __init__(self, prepared: Prepared, prices: Ints | None) -> None:
        """``prices``: those of the whole problem's rows near which the routes were found."""
        self.prepared, self.prices = prepared, prices
        self._of_unit: dict[int, dict[tuple[object, ...], Route]] = {}

    def add(self, routes: Iterable[Route]) -> None:
        """Takes some routes in, the oldest of a crowded unit make room."""
        for route in routes:
            mine = self._of_unit.setdefault(route.unit, {})
            mine.pop(route.placements, None)
            mine[route.placements] = route
            if len(mine) > A_UNIT:
                del mine[next(iter(mine))]

    def within(self, scope: Scope) -> list[Route]:
        """The routes that a scope leaves open."""
        routes = (route for unit in scope.units for route in self._of_unit.get(unit.number, {}).values())
        return [route for route in routes if self._is_open(route, scope)]

    def _is_open(self, route: Route, scope: Scope) -> bool:
        if any(post not in scope.posts for post, _, _ in route.placements):
            return False
        if not scope.starts:
            return True
        posts = self.prepared.index.posts
        return all(
            scope.starts.get(posts[post].appointment_number, start) == start for post, _, start in route.placements
        )


def pool_of(parts: Sequence[Part]) -> Pool:
    """All routes that some parts were planned with, and the prices of all their rows."""
    generations = [part.closest for part in parts]
    known = [generation.prices for generation in generations if generation.prices is not None]
    pool = Pool(parts[0].land.prepared, _joined(parts[0].land.rows, known) if len(known) == len(parts) else None)
    for part, generation in zip(parts, generations, strict=True):
        pool.add(generation.master.routes)
        pool.add(part.found)
    return pool


def _joined(rows: Rows, prices: Sequence[Ints]) -> Ints:
    """One price of each row: a post is closed in all parts but its own, and what binds no part costs nothing there."""
    alike = [own[: rows.free + 1] for own in prices]
    joined: Ints = np.maximum.reduce(alike)
    posts = slice(rows.first_post, rows.past_post)
    joined[posts] = np.minimum.reduce([own[posts] for own in alike])
    return joined
