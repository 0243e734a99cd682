# SPDX-License-Identifier: AGPL-3.0-or-later
"""The answers as English sentences for a terminal; a page says the same kinds and figures in its own language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from solver.explain.answer import Alternative, Answer, Assigned, Figures, Hopeless, Near, Relaxation, Unfilled
from solver.problem import DAY, PlanningProblem

MOST_NEAR = 12

MODES = {"onsite": "on site", "phone": "by phone", "video": "by video"}
LINES: dict[str, str] = {
    "language": "{language} at level {level}, {needed} is needed",
    "kind": "does no {kind}",
    "mode": "does not work {mode}",
    "skills": "lacks {missing}",
    "gender": "{is}, {needed} is required",
    "excluded": "is excluded from this slot",
    "only": "is not among those asked for by name",
    "ambito": "does not serve {ambito}",
    "window": "no start is left",
    "budget": "{project} in {ambito} has {left} minutes left, {needed} are needed",
}


def sentences(problem: PlanningProblem, answer: Answer) -> Iterator[str]:
    """An answer line by line."""
    if isinstance(answer, Assigned):
        yield from _assigned(problem, answer)
    else:
        yield from _unfilled(problem, answer)


def moment(problem: PlanningProblem, start: int) -> str:
    """A minute of the horizon as a local date and time: Mon 2026-11-30 09:00."""
    day = problem.horizon.start + dt.timedelta(days=start // DAY)
    return f"{day:%a %Y-%m-%d} {start % DAY // 60:02}:{start % 60:02}"


def span(minutes: int) -> str:
    """38 min, 2 h, 13 h 30."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def failing(problem: PlanningProblem, rule: str, figures: Figures, start: int | None) -> str:
    """What one rule says against somebody, with its figures."""
    when = "" if start is None else f"{moment(problem, start)}: "
    if rule in LINES:
        return when + LINES[rule].format_map({key: _plain(value) for key, value in figures.items()})
    return when + TIMED_LINES[rule](problem, figures)


def _limit(_: PlanningProblem, figures: Figures) -> str:
    return f"{_span(figures, 'minutes')} > {_span(figures, 'limit')}"


def _shift(_: PlanningProblem, figures: Figures) -> str:
    outside = figures["minutes"]
    return "no shift on that day" if outside is None else f"{_span(figures, 'minutes')} outside her shift"


def _one_place(problem: PlanningProblem, figures: Figures) -> str:
    if figures["visit"] == "driving":
        return "she would be interpreting while driving"
    other = figures["visit"] or "a busy commitment"
    more = int(figures["visits"] or 1) - 1
    return f"too close to {other} at {_moment(problem, figures)}" + (f" and {more} more" if more else "")


def _together(problem: PlanningProblem, figures: Figures) -> str:
    return f"{figures['slot']} of the same appointment has {figures['mediator']} at {_moment(problem, figures)}"


TIMED_LINES: dict[str, Callable[[PlanningProblem, Figures], str]] = {
    "distance": _limit,
    "shift": _shift,
    "one_place": _one_place,
    "max_day": _limit,
    "max_week": _limit,
    "together": _together,
}


def _unfilled(problem: PlanningProblem, answer: Unfilled) -> Iterator[str]:
    counts = ", ".join(f"{rule} {count}" for rule, count in answer.reasons.items())
    yield f"{answer.slot}: nobody. {counts or 'there is no mediator at all'}"
    yield from _nearly(problem, answer.near)
    if answer.hopeless is not None:
        yield from _without_help(problem, answer.hopeless)
        return
    yield "what would help, smallest first:"
    for number, relaxation in enumerate(answer.relaxations, start=1):
        yield f"  {number}. {relaxed(problem, relaxation)}"


def _nearly(problem: PlanningProblem, people: tuple[Near, ...]) -> Iterator[str]:
    if people:
        yield "kept away by one rule alone:"
    for she in people[:MOST_NEAR]:
        yield f"  {she.mediator}: {she.rule}: {failing(problem, she.rule, she.figures, she.start)}"
    if len(people) > MOST_NEAR:
        yield f"  and {len(people) - MOST_NEAR} more"


def _without_help(problem: PlanningProblem, hopeless: Hopeless) -> Iterator[str]:
    if hopeless.verdict == "language":
        names = ", ".join(hopeless.languages)
        yield f"nothing small helps: nobody here speaks {names}. Recruit somebody, or ask for another language"
    elif hopeless.verdict == "near":
        yield "nothing small helps: a little time, a wish or a call would not bring them"
    elif not hopeless.closest:
        yield "nothing small helps: nobody here speaks what is needed at the level that is needed"
    else:
        yield "nothing small helps: everybody who speaks what is needed fails at least two rules. Closest:"
        for she in hopeless.closest:
            when = "" if she.start is None else f" ({moment(problem, she.start)})"
            yield f"  {she.mediator}: {', '.join(she.rules)}{when}"


def relaxed(problem: PlanningProblem, relaxation: Relaxation) -> str:
    """One relaxation: what is asked of whom, who comes then, and what the plan is worth."""
    line = relaxation.assignments[0]
    asked = RELAXED[relaxation.kind].format_map(_readable(problem, relaxation.figures))
    asked = asked.removesuffix(" and 0 min off its time")
    if relaxation.kind == "insert" and relaxation.gain <= 0:
        asked += ", though it costs more than it is worth"
    who = f"{line.mediator} at {moment(problem, line.start)}"
    return f"{asked}: {who}, total {relaxation.score.total} ({relaxation.gain:+})"


RELAXED: dict[str, str] = {
    "insert": "as it is",
    "move": "move {moved} from {from} at {from_start} to {to} at {to_start}",
    "start": "another start, {minutes} away",
    "shift": "{mediator}: {minutes} more of a shift",
    "max_day": "{mediator}: {minutes} more on that day, {to} in all",
    "max_week": "{mediator}: {minutes} more in that week, {to} in all",
    "level": "{language} at level {to} instead of {from}, the rest as a wish",
    "skills": "{skill} as a wish",
    "gender": "gender {gender} as a wish",
    "only": "other people than {people}, who stay a wish",
    "video": "by video instead of {from}",
    "phone": "by phone instead of {from}",
    "day": "another day, {days} away and {minutes} off its time",
    "budget": "{minutes} more for {project} in {ambito}",
}


def _readable(problem: PlanningProblem, figures: Figures) -> dict[str, str]:
    """Figures as words: minutes as spans, starts as moments."""
    told = {}
    for key, value in figures.items():
        if key in {"from_start", "to_start"} and isinstance(value, int):
            told[key] = moment(problem, value)
        elif key == "days" and isinstance(value, int):
            told[key] = "1 day" if value == 1 else f"{value} days"
        elif (key == "minutes" or (key == "to" and "mediator" in figures)) and isinstance(value, int):
            told[key] = span(value)
        else:
            told[key] = _plain(value)
    return told


def _plain(value: int | str | None) -> str:
    """A figure as a word: a mode as one says it, no ambito as all of them."""
    return "all ambiti" if value is None else MODES.get(str(value), str(value))


def _assigned(problem: PlanningProblem, answer: Assigned) -> Iterator[str]:
    yield f"{answer.slot}: {answer.mediator} at {moment(problem, answer.start)}, total {answer.score.total}"
    if answer.locked:
        yield "it is locked: booked, or waiting for an answer; the planner does not touch it"
        return
    if answer.barred:
        yield "not eligible: " + ", ".join(f"{rule} {count}" for rule, count in answer.barred.items())
    yield "instead of her:" if answer.alternatives else "nobody else is eligible"
    for other in answer.alternatives:
        yield f"  {_alternative(problem, other)}"
    if any(other.gain is not None and other.gain > 0 for other in answer.alternatives):
        yield "some of them would raise the total: this plan is not the best there is"


def _alternative(problem: PlanningProblem, other: Alternative) -> str:
    if other.rule is not None:
        return f"{other.mediator}: {other.rule}: {failing(problem, other.rule, other.figures, None)}"
    terms = ", ".join(f"{term} {amount:+}" for term, amount in other.terms.items()) or "the same in every term"
    assert other.start is not None
    return f"{other.mediator} at {moment(problem, other.start)}: {other.gain:+} ({terms})"


def _span(figures: Figures, key: str) -> str:
    value = figures[key]
    return span(value) if isinstance(value, int) else "any time"


def _moment(problem: PlanningProblem, figures: Figures) -> str:
    value = figures["start"]
    assert isinstance(value, int)
    return moment(problem, value)
