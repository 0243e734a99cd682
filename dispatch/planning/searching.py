# SPDX-License-Identifier: AGPL-3.0-or-later
"""A search told while it goes on: what it has just made better, and a picture of its plan's value under the proven bound."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.planning.trail import Step
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.moments import decimal
from dispatch.web.views.runs import SearchPicture

WIDE, HIGH, EDGE = 480, 96, 4


def margin(total: int, bound: int | None) -> float | None:
    """How much better a plan could be at most, in per cent to one decimal; None while nothing is proven."""
    return None if bound is None else round(100 * (bound - total) / max(1, bound), 1)


def what_goes_on(steps: Sequence[Step]) -> str:
    """What the last step made better, in a sentence."""
    if not steps:
        return _("Reading who speaks what, who is free when, and how far every road is.")
    if len(steps) == 1:
        return _(
            "The first plan is there. Now Ponte tries to make it better: more places, shorter roads, fairer hours."
        )
    (_at, filled, total, bound), before = steps[-1], steps[-2]
    if filled > before[1]:
        found = ngettext(
            "Just found somebody for one place more.",
            "Just found somebody for %(num)d places more.",
            filled - before[1],
        )
        return found % {"num": filled - before[1]}
    if total > before[2]:
        return _("As many places, but better: shorter roads, more wishes met, hours shared more evenly.")
    if bound is not None and bound > total:
        left = ngettext("one point", "%(num)d points", bound - total) % {"num": bound - total}
        return _("Proving that there is little left to gain: %(points)s at most.") % {"points": left}
    return _("Trying exchanges between mediators; nothing better was found just now.")


def since_the_first(steps: Sequence[Step]) -> str:
    """What the search has brought against its first plan; nothing to say while it has brought nothing."""
    if len(steps) < 2:
        return ""
    places, points = steps[-1][1] - steps[0][1], steps[-1][2] - steps[0][2]
    told = []
    if places > 0:
        told.append(ngettext("one place more", "%(num)d places more", places) % {"num": places})
    if points > 0:
        told.append(ngettext("one point more", "%(num)d points more", points) % {"num": points})
    return _("Since the first plan: %(gains)s.") % {"gains": ", ".join(told)} if told else ""


def picture(steps: Sequence[Step], limit: int) -> SearchPicture | None:
    """The value as a staircase below, the bound as one above; nothing before there are two steps to compare."""
    if len(steps) < 2:
        return None
    low, best = min(step[2] for step in steps), steps[-1][2]
    bounds = [step for step in steps if step[3] is not None]
    proven = bounds[-1][3] if bounds else None
    # The first bounds lie far above: they are drawn at the upper edge, so that the last margin can be seen.
    high = best + max(best - low, 2 * ((proven or best) - best), 1)
    last = max(float(limit), steps[-1][0], 0.1)

    def place(seconds: float, points: int) -> tuple[int, int]:
        up = (min(points, high) - low) / max(1, high - low)
        return round(EDGE + (WIDE - 2 * EDGE) * seconds / last), round(HIGH - EDGE - (HIGH - 2 * EDGE) * up)

    end = steps[-1][0]
    return SearchPicture(
        width=WIDE,
        height=HIGH,
        value=_staircase([place(step[0], step[2]) for step in steps], place(end, best)[0]),
        bound=_staircase([place(step[0], step[3]) for step in bounds if step[3] is not None], place(end, best)[0]),
        summary=_told(steps, proven),
    )


def _told(steps: Sequence[Step], proven: int | None) -> str:
    values = {"first": decimal(steps[0][2]), "now": decimal(steps[-1][2])}
    if proven is None:
        return _("Value of the plan: %(first)s at first, %(now)s now.") % values
    told = _("Value of the plan: %(first)s at first, %(now)s now; no plan can be worth more than %(bound)s.")
    return told % (values | {"bound": decimal(proven)})


def _staircase(points: Sequence[tuple[int, int]], until: int) -> str:
    """A path that goes across before it goes up or down: between two steps nothing changed."""
    if not points:
        return ""
    (x, y), *more = points
    return f"M{x} {y}" + "".join(f"H{right}V{down}" for right, down in more) + f"H{until}"
