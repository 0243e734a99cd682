# SPDX-License-Identifier: AGPL-3.0-or-later
"""The answers to "why": plain data, a kind and its figures, which a page can say in any language."""

from __future__ import annotations

from typing import Literal

from solver.plan import Assignment, Score
from solver.problem import Appointment, Budget, Frozen, Mediator

Figures = dict[str, int | str | None]
RelaxationKind = Literal[
    "insert",
    "move",
    "start",
    "shift",
    "max_day",
    "max_week",
    "level",
    "skills",
    "gender",
    "only",
    "video",
    "phone",
    "day",
    "budget",
]
Verdict = Literal["language", "near", "several"]


class Leeway(Frozen, frozen=True):
    """How far a relaxation may go.

    ``start``: minutes the desk may be asked to shift a start; ``hours``: minutes a mediator may be asked beyond a
    shift, a day or a week; ``wish``: cost of a must that becomes a wish; ``earliest``: no new start before this
    minute of the horizon (what is past cannot be offered).
    """

    start: int = 120
    hours: int = 60
    wish: int = 30
    earliest: int = 0


class Near(Frozen, frozen=True):
    """Somebody whom one rule alone keeps from a slot; ``start`` is null where the rule does not look at it."""

    mediator: str
    rule: str
    start: int | None
    figures: Figures


class Relaxation(Frozen, frozen=True):
    """One small change after which the slot is filled, every other line standing but the one it moves.

    ``appointments``, ``mediators`` and ``budgets`` are the parts of the problem it replaces, by id; ``assignments``
    the lines it adds or replaces, the slot's own first. ``score`` is that of the relaxed problem and plan, ``gain``
    how much its total lies above the total before (negative: the slot is filled at a loss).
    """

    kind: RelaxationKind
    slot: str
    figures: Figures
    appointments: tuple[Appointment, ...]
    mediators: tuple[Mediator, ...]
    budgets: tuple[Budget, ...]
    assignments: tuple[Assignment, ...]
    score: Score
    gain: int


class Closest(Frozen, frozen=True):
    """Somebody who comes closest to a slot that no relaxation fills, and every rule that keeps her from it."""

    mediator: str
    start: int | None
    rules: tuple[str, ...]


class Hopeless(Frozen, frozen=True):
    """Why no relaxation works.

    ``language``: nobody of the problem speaks a language that is needed (``languages`` names them). ``near``: those
    whom one rule alone keeps away are kept by one that nothing here relaxes. ``several``: everybody who speaks it
    fails at least two rules; ``closest`` names those who fail the fewest.
    """

    verdict: Verdict
    languages: tuple[str, ...]
    closest: tuple[Closest, ...]


class Unfilled(Frozen, frozen=True, tag_field="answer", tag="unfilled"):
    """Why nobody has a slot, and what would help; ``hopeless`` is null as soon as one relaxation works."""

    slot: str
    reasons: dict[str, int]
    near: tuple[Near, ...]
    relaxations: tuple[Relaxation, ...]
    hopeless: Hopeless | None


class Alternative(Frozen, frozen=True):
    """An eligible mediator instead of the one who has the slot, all other visits standing.

    Either ``start`` (her best allowed one), ``gain`` (her total less the plan's) and ``terms`` (what differs, hers
    less the plan's; value counts for the total, the costs against it); or ``rule``, the first that forbids it.
    """

    mediator: str
    start: int | None
    gain: int | None
    terms: dict[str, int]
    rule: str | None
    figures: Figures


class Assigned(Frozen, frozen=True, tag_field="answer", tag="assigned"):
    """Why somebody has a slot: every eligible alternative re-scored, and how many each rule bars from it.

    A ``locked`` slot is a fact and has no alternatives.
    """

    slot: str
    mediator: str
    start: int
    locked: bool
    score: Score
    alternatives: tuple[Alternative, ...]
    barred: dict[str, int]


Answer = Unfilled | Assigned
