# SPDX-License-Identifier: AGPL-3.0-or-later
"""The master linear program over day routes (Dantzig-Wolfe): which routes, in fractions, and the price of everything.

Rows: a slot is covered at most once (per start, where several slots start together); a stretch has one route at most;
a mediator's week holds its working minutes, by segments of the fairness cost up to her limit; budgets; a mediator who
visits a case is linked to it. All rows are "at most", so all prices are >= 0 and doing nothing is always feasible.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple, TypeAlias, TypeVar

from ortools.math_opt.python import mathopt

from solver.goals import fairness
from solver.person import NO_LIMIT
from solver.prepare import Prepared
from solver.prices import SCALE, Prices, scaled
from solver.routes import Route
from solver.scope import Scope

Row: TypeAlias = "mathopt.LinearConstraint"
K = TypeVar("K")


class Segment(NamedTuple):
    """Working minutes of a week that cost ``slope`` each; ``width`` None is without end."""

    width: Fraction | None
    slope: Fraction


def segments_of_week(prepared: Prepared, number: int, week: int) -> list[Segment]:
    """The week of a mediator as stretches of working minutes, from none up to her limit; empty: unlimited and free."""
    person = prepared.persons[number]
    limit = person.week_limit(week)
    target = person.mediator.target_week
    corners = list(fairness.segments(prepared.policy, target)) if target is not None else []
    if not corners and limit == NO_LIMIT:
        return []
    if not corners or corners[0][0] > 0:
        corners.insert(0, (Fraction(0), Fraction(0)))
    segments = []
    for at, (start, slope) in enumerate(corners):
        end = corners[at + 1][0] if at + 1 < len(corners) else None
        if limit != NO_LIMIT:
            end = Fraction(limit) if end is None else min(end, Fraction(limit))
        if end is None or end > start or at == 0:
            segments.append(Segment(None if end is None else max(end - start, Fraction(0)), slope))
    return segments


class Master:
    """The linear program, grown by columns; keeps every route it was given."""

    def __init__(self, prepared: Prepared, scope: Scope) -> None:
        self.prepared, self.scope = prepared, scope
        self.routes: list[Route] = []
        self.known: set[tuple[object, ...]] = set()
        self.columns: list[mathopt.Variable] = []
        self.model = mathopt.Model(name="day routes")
        self.model.objective.is_maximize = True
        self.post_rows: dict[tuple[int, int | None], Row] = {}
        self.case_rows: dict[str, Row] = {}
        self.link_rows: dict[tuple[int, int], Row] = {}
        self.weeks = {
            (stretch.person.number, week): segments_of_week(prepared, stretch.person.number, week)
            for stretch in scope.stretches
            for week in stretch.weeks
        }
        self._add_posts()
        self.stretch_rows = {stretch.number: self._row(1) for stretch in scope.stretches}
        self.week_rows = {key: self._week(*key, segments) for key, segments in self.weeks.items() if segments}
        self.purse_rows = [self._row(minutes) for minutes in scope.room]
        self._add_cases()
        nothing = mathopt.VariableFilter(filtered_items=())
        self._wanted = mathopt.ModelSolveParameters(variable_values_filter=nothing, reduced_costs_filter=nothing)
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)

    def _row(self, most: float) -> Row:
        return self.model.add_linear_constraint(ub=float(most))

    def _add_posts(self) -> None:
        """One row a post; where starts are a joint decision one row a (post, start), open only at the start chosen."""
        chosen: dict[tuple[int, int], mathopt.Variable] = {}
        groups: dict[int, Row] = {}
        for post in sorted(self.scope.posts):
            if not self.prepared.joint[post]:
                self.post_rows[post, None] = self._row(1)
                continue
            appointment = self.prepared.index.posts[post].appointment_number
            starts = {start for pair in self.prepared.pairs[post] for start in pair.starts}
            settled = self.scope.starts.get(appointment)
            for start in sorted(starts if settled is None else starts & {settled}):
                row = self.post_rows[post, start] = self._row(0)
                if appointment not in groups:
                    groups[appointment] = self._row(1)
                if (appointment, start) not in chosen:
                    chosen[appointment, start] = self.model.add_variable(lb=0.0)
                    groups[appointment].set_coefficient(chosen[appointment, start], 1.0)
                row.set_coefficient(chosen[appointment, start], -1.0)

    def _week(self, number: int, week: int, segments: list[Segment]) -> Row:
        base = self.prepared.persons[number].base_week.get(week, 0)
        if len(segments) == 1 and not segments[0].slope and segments[0].width is not None:
            return self._row(float(segments[0].width) - base)
        row = self._row(-base)
        for width, slope in segments:
            used = self.model.add_variable(lb=0.0, ub=float("inf") if width is None else float(width))
            self.model.objective.set_linear_coefficient(used, -float(slope))
            row.set_coefficient(used, -1.0)
        return row

    def _add_cases(self) -> None:
        """A case pays for each person linked to it beyond the first; locked people are linked already."""
        links: dict[tuple[str, int], mathopt.Variable] = {}
        mediators = {stretch.person.number for stretch in self.scope.stretches}
        for post in sorted(self.scope.posts):
            case = self.prepared.case_of[post]
            if case is None:
                continue
            settled = self.scope.people.get(case, frozenset())
            if case not in self.case_rows:
                row = self.case_rows[case] = self._row(1 - len(settled))
                extra = self.model.add_variable(lb=0.0)
                self.model.objective.set_linear_coefficient(extra, -float(self.prepared.policy.case_cost))
                row.set_coefficient(extra, -1.0)
            appointment = self.prepared.index.posts[post].appointment_number
            for pair in self.prepared.pairs[post]:
                if pair.mediator in settled or pair.mediator not in mediators:
                    continue
                if (pair.mediator, appointment) in self.link_rows:
                    continue
                if (case, pair.mediator) not in links:
                    links[case, pair.mediator] = self.model.add_variable(lb=0.0, ub=1.0)
                    self.case_rows[case].set_coefficient(links[case, pair.mediator], 1.0)
                row = self.link_rows[pair.mediator, appointment] = self._row(0)
                row.set_coefficient(links[case, pair.mediator], -1.0)

    def add(self, routes: Iterable[Route]) -> int:
        """Adds routes that are new; returns how many were."""
        before = len(self.routes)
        for route in routes:
            key = (route.stretch, route.placements)
            if key not in self.known:
                self.known.add(key)
                self._add(route)
        return len(self.routes) - before

    def _add(self, route: Route) -> None:
        column = self.model.add_variable(lb=0.0)
        self.routes.append(route)
        self.columns.append(column)
        self.model.objective.set_linear_coefficient(column, float(route.gain - route.euros))
        self.stretch_rows[route.stretch].set_coefficient(column, 1.0)
        posts = self.prepared.index.posts
        spent: dict[int, int] = {}
        for post, mediator, start in route.placements:
            self.post_rows[post, start if self.prepared.joint[post] else None].set_coefficient(column, 1.0)
            for purse in self.prepared.purses[post]:
                spent[purse] = spent.get(purse, 0) + posts[post].duration
            link = self.link_rows.get((mediator, posts[post].appointment_number))
            if link is not None:
                link.set_coefficient(column, 1.0)
        for purse, minutes in spent.items():
            self.purse_rows[purse].set_coefficient(column, float(minutes))
        number = route.placements[0].mediator
        for week, minutes in route.work:
            if (number, week) in self.week_rows:
                self.week_rows[number, week].set_coefficient(column, float(minutes))

    def solve(self, seconds: float) -> Solved | None:
        """Solves the program as it stands; None when it was not finished in time."""
        limit = dt.timedelta(seconds=max(0.01, seconds))
        result = self.solver.solve(params=mathopt.SolveParameters(time_limit=limit), model_params=self._wanted)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        return Solved(result.objective_value(), self._prices(result))

    def _prices(self, result: mathopt.SolveResult) -> Prices:
        dual = result.dual_values()
        prices = Prices(
            post=_priced(dual, self.post_rows),
            work=_priced(dual, self.week_rows),
            purse=_priced(dual, dict(enumerate(self.purse_rows))),
            link=_priced(dual, self.link_rows),
            stretch=_priced(dual, self.stretch_rows),
            case=_priced(dual, self.case_rows),
        )
        for key, segments in self.weeks.items():
            if segments and segments[-1].width is None:
                prices.work[key] = min(prices.work.get(key, 0), scaled(segments[-1].slope))
        return prices


def _priced(dual: dict[Row, float], rows: Mapping[K, Row]) -> dict[K, int]:
    """Duals as whole prices; what the solver's rounding made negative is free."""
    return {key: price for key, row in rows.items() if (price := round(dual[row] * SCALE)) > 0}


class Solved(NamedTuple):
    """The optimum over the routes at hand, and the prices that prove it."""

    objective: float
    prices: Prices
