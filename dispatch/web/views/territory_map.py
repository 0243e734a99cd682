# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the map of the territory shows: a drawing of the ambiti, coloured by one figure, and a table with all of them."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.web.views.page import Filters
from dispatch.web.views.workload import PeriodLinks, Sentence, Tab


@dataclass(frozen=True)
class MapLine:
    """A line of text on the drawing."""

    y: int
    text: str


@dataclass(frozen=True)
class MapArea:
    """An ambito on the drawing. ``tone`` is "0" (nothing) to "5" (most), "none" where she may not look.

    ``said`` is what who listens hears: its name and its figures.
    """

    path: str
    x: int
    lines: tuple[MapLine, ...]
    figure: MapLine
    tone: str
    href: str
    said: str


@dataclass(frozen=True)
class MapDot:
    """A comune with work in it; its size follows the hours."""

    x: int
    y: int
    r: float


@dataclass(frozen=True)
class MapKey:
    """A line of the legend."""

    tone: str
    text: str


@dataclass(frozen=True)
class MapDrawing:
    width: int
    height: int
    areas: tuple[MapArea, ...]
    inside: str
    dots: tuple[MapDot, ...]


@dataclass(frozen=True)
class MapRow:
    """``missing`` are the languages nobody came for."""

    name: str
    href: str
    missing: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class MapPage:
    """``measures`` choose what the colours say, ``ramp`` which colours; ``drawing`` is null while no comune is known."""

    title: str
    tabs: tuple[Tab, ...]
    period: PeriodLinks
    measures: tuple[Tab, ...]
    ramp: str
    keys: tuple[MapKey, ...]
    drawing: MapDrawing | None
    heads: tuple[str, ...]
    rows: tuple[MapRow, ...]
    totals: tuple[str, ...]
    filters: Filters
    sentences: tuple[Sentence, ...]
    csv: str
    xlsx: str
    is_empty: bool
