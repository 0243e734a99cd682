# SPDX-License-Identifier: AGPL-3.0-or-later
"""What several routes decide together, as cuts: an appointment has one start, a case pays for each of its people.

A decision has parts (the starts of an appointment, the people of a case), and rows that each route of a part may take
(its posts, her visits). Written out it needs a column for every part and a row for every row: half of a large program.
What routes can do is the same if, for every choice of one row in each part, those rows together take ``most`` (the
projection of the columns; E. Balas, "Projection, lifting and extended formulation in integer and combinatorial
optimization", Annals of Operations Research 140, 2005). Of these cuts only those are added that a solution breaks,
and the greatest row of each part makes the worst of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.rows import Decision, Rows
from solver.scope import Scope

Floats = npt.NDArray[np.float64]

BROKEN = 1e-4  # by how much a solution must break a cut to be worth a row


class Joint(NamedTuple):
    """At most so much of these rows together, beyond what a case pays for."""

    decision: Decision
    rows: tuple[int, ...]
    most: int


class Together:
    """The decisions that the routes of one master share, and the cuts made for them so far."""

    def __init__(self, rows: Rows, scope: Scope) -> None:
        self.rows, self.scope = rows, scope
        self.joints: dict[Joint, int] = {}  # each with its number
        self._joints_of: dict[int, list[int]] = {}
        self._parts: dict[Decision, dict[int, list[int]]] = {}  # the rows of each part that are open in this scope
        self._users: dict[int, list[int]] = {}  # the routes that take each row

    def decides(self, row: int) -> bool:
        """Whether a row belongs to a decision that this scope leaves open."""
        told = self.rows.decided.get(row)
        return told is not None and (isinstance(told.decision, int) or told.part not in self._settled(told.decision))

    def most(self, decision: Decision) -> int:
        """One start; and a case pays for each person but the first."""
        return 1 if isinstance(decision, int) else 1 - len(self._settled(decision))

    def _settled(self, case: str) -> frozenset[int]:
        return self.scope.people.get(case, frozenset())

    def meet(self, taken: Iterable[int]) -> Iterator[Joint]:
        """Cuts to begin with for decisions that routes take part in for the first time: a post is filled once."""
        for row in taken:
            if not self.decides(row) or self.rows.decided[row].decision in self._parts:
                continue
            decision = self.rows.decided[row].decision
            parts = self._parts[decision] = self._open_parts(decision)
            if isinstance(decision, int):
                posts: dict[int, list[int]] = {}
                for row_here in (row for rows in parts.values() for row in rows):
                    posts.setdefault(self.rows.decided[row_here].item, []).append(row_here)
                yield from (Joint(decision, tuple(rows), 1) for rows in posts.values())

    def _open_parts(self, decision: Decision) -> dict[int, list[int]]:
        """Of an appointment the starts and posts that are left, of a case the people who are not on it already."""
        parts: dict[int, list[int]] = {}
        for row in self.rows.rows_of[decision]:
            _, part, item = self.rows.decided[row]
            if isinstance(decision, int):
                closed = item not in self.scope.posts or self.scope.starts.get(decision, part) != part
            else:
                closed = part in self._settled(decision)
            if not closed:
                parts.setdefault(part, []).append(row)
        return parts

    def add(self, joint: Joint) -> dict[int, int]:
        """Keeps a cut; returns what each route so far weighs in it."""
        for row in joint.rows:
            self._joints_of.setdefault(row, []).append(len(self.joints))
        self.joints[joint] = len(self.joints)
        weights: dict[int, int] = {}
        for row in joint.rows:
            for route in self._users.get(row, ()):
                weights[route] = weights.get(route, 0) + 1
        return weights

    def use(self, route: int, taken: Mapping[int, int]) -> dict[int, int]:
        """Notes a further route; returns what it weighs in each cut so far."""
        weights: dict[int, int] = {}
        for row, amount in taken.items():
            if self.decides(row):
                self._users.setdefault(row, []).extend([route] * amount)
                for joint in self._joints_of.get(row, ()):
                    weights[joint] = weights.get(joint, 0) + amount
        return weights

    def broken(self, shares: Floats, paid: Mapping[str, float]) -> list[Joint]:
        """For each decision the cut that these shares of the routes break most, if they break one.

        ``paid``: how many people beyond the first each case pays for.
        """
        used = {row: float(shares[routes].sum()) for row, routes in self._users.items()}
        found = []
        for decision, parts in self._parts.items():
            most = self.most(decision)
            room = most if isinstance(decision, int) else most + paid[decision]
            if sum(max(used.get(row, 0.0) for row in rows) for rows in parts.values()) > room + BROKEN:
                found.append(Joint(decision, self._greatest(parts, used), most))
        return found

    def _greatest(self, parts: Mapping[int, list[int]], used: Mapping[int, float]) -> tuple[int, ...]:
        """The row of each part that is used most; where none is, that of the post or visit used most elsewhere."""
        items: dict[int, float] = {}
        for rows in parts.values():
            for row in rows:
                item = self.rows.decided[row].item
                items[item] = items.get(item, 0.0) + used.get(row, 0.0)
        return tuple(
            max(rows, key=lambda row: (used.get(row, 0.0), items[self.rows.decided[row].item]))
            for rows in parts.values()
        )
