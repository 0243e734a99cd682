# SPDX-License-Identifier: AGPL-3.0-or-later
"""From figures to five tones: round steps for hours, fixed ones for shares, so that a colour means the same everywhere."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, log10

from dispatch.reporting.cover import Cover
from dispatch.reporting.words import hours, number, share
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.views.territory_map import MapKey

TONES = 5
SHARES = (80, 90, 95, 100)  # below the first is tone 1, all of it tone 5
ROUND = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)  # tenths of a power of ten: steps that people read easily


@dataclass(frozen=True)
class Measure:
    """What a map is coloured by. ``ramp`` names the colours; ``is_share``: in percent, not in minutes."""

    title: str
    ramp: str
    value: Callable[[Cover], float | None]
    is_share: bool = False


MEASURES = {
    "hours": Measure(_l("Hours"), "work", lambda one: one.used),
    "filled": Measure(_l("Filled"), "work", lambda one: one.filled, is_share=True),
    "uncovered": Measure(_l("Without anybody"), "lack", lambda one: one.uncovered),
}


def step_of(values: Iterable[float]) -> int:
    """How many hours a tone spans: a round number, five of which reach the largest value (in minutes)."""
    most = max(values, default=0) / 60 / TONES
    if most <= 1:
        return 1
    power: int = 10 ** int(log10(most))
    return next(step for one in ROUND if (step := ceil(one * power / 10)) >= most)


def tone_of(measure: Measure, value: float | None, step: int) -> str:
    """ "0" where there is nothing, "5" for the most."""
    if not value and not (measure.is_share and value is not None):
        return "0"
    if measure.is_share:
        return str(1 + sum(value >= least for least in SHARES))
    return str(min(ceil(value / 60 / step), TONES))


def keys(measure: Measure, step: int, most: float) -> tuple[MapKey, ...]:
    """What each tone on the map means; hours only as far as they go."""
    if measure.is_share:
        words = [_("less than %(percent)s %%") % {"percent": SHARES[0]}]
        words += [f"{low}–{high}\u00a0%" for low, high in itertools.pairwise(SHARES)]
        return (MapKey("0", _("nothing asked for")), *_toned([*words, f"{SHARES[-1]}\u00a0%"]))
    used = min(ceil(most / 60 / step), TONES)
    words = [_("up to %(hours)s h") % {"hours": number(step)}]
    words += [f"{number(step * tone)}–{number(step * (tone + 1))}\u00a0h" for tone in range(1, TONES)]
    return (MapKey("0", _("no hours")), *_toned(words[:used]))


def _toned(words: Iterable[str]) -> tuple[MapKey, ...]:
    return tuple(MapKey(str(tone), word) for tone, word in enumerate(words, start=1))


def figure(measure: Measure, cover: Cover) -> str:
    """The figure as it stands on the map."""
    value = measure.value(cover)
    return share(value) if measure.is_share else f"{hours(value or 0, 0)}\u00a0h"
