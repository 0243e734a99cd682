# SPDX-License-Identifier: AGPL-3.0-or-later
"""The map as a page and a file: the territory drawn from its comuni, coloured by hours, and a table that says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt
from textwrap import wrap

from dispatch.kit.spreadsheet import Column, Sheet
from dispatch.records.territory import Ambito
from dispatch.reporting.asked import Asked
from dispatch.reporting.columns import hours as in_hours
from dispatch.reporting.cover import Cover, Ground
from dispatch.reporting.map_scale import MEASURES, Measure, figure, keys, step_of, tone_of
from dispatch.reporting.words import hours, period_title, share
from dispatch.territory.outlines import Area, Drawing
from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Filters
from dispatch.web.views.territory_map import MapArea, MapDot, MapDrawing, MapKey, MapLine, MapPage, MapRow
from dispatch.web.views.workload import Sentence, Tab

WIDE = 16  # signs of a line on the map
LINE = 17  # units from one line to the next
LARGEST = 9.0  # units: the radius of the comune with the most hours
NAMED = 3  # languages
COLUMNS = (_l("Counted hours"), _l("Hours asked for"), _l("Hours without anybody"), _l("% filled"))
HEADS = (_l("counted"), _l("asked for"), _l("without anybody"), _l("filled"))


def map_page(
    asked: Asked,
    found: Ground,
    ambiti: Mapping[str, Ambito],
    languages: Mapping[str, str],
    drawing: Drawing | None,
    filters: Filters,
) -> MapPage:
    """Every ambito with its figure; what she may not see is drawn and left blank."""
    measure = MEASURES[asked.show or "hours"]
    values = [measure.value(one) or 0 for one in found.ambiti.values()]
    step = step_of(values)
    drawn = _drawn(asked, found, ambiti, drawing, measure, step) if drawing else None
    others = [MapKey("none", _("not among your ambiti"))] if len(found.ambiti) < len(ambiti) else []
    return MapPage(
        title=_("Map, %(period)s") % {"period": period_title(asked.period)},
        tabs=asked.tabs(),
        period=asked.periods(),
        measures=tuple(
            Tab(_(one.title), asked.href(show="" if name == "hours" else name), one is measure)
            for name, one in MEASURES.items()
        ),
        ramp=measure.ramp,
        keys=(*keys(measure, step, max(values, default=0)), *others),
        drawing=drawn,
        heads=tuple(_(head) for head in HEADS),
        rows=tuple(_row(asked, ambiti[code], one, languages) for code, one in found.ambiti.items()),
        totals=_cells(found.whole),
        filters=filters,
        sentences=tuple(_sentences(asked, found, ambiti, languages)),
        csv=asked.href(file="csv"),
        xlsx=asked.href(file="xlsx"),
        is_empty=not (found.whole.requested or found.whole.used),
    )


def _drawn(
    asked: Asked, found: Ground, ambiti: Mapping[str, Ambito], drawing: Drawing, measure: Measure, step: int
) -> MapDrawing:
    most = max(found.comuni.values(), default=0)
    dots = tuple(
        MapDot(*drawing.towns[code], round(max(LARGEST * sqrt(minutes / most), 2), 1))
        for code, minutes in sorted(found.comuni.items(), key=lambda pair: -pair[1])
        if minutes and code in drawing.towns
    )
    areas = tuple(
        _drawn_area(asked, area, ambiti[area.ambito], found.ambiti.get(area.ambito), measure, step)
        for area in drawing.areas
    )
    return MapDrawing(drawing.width, drawing.height, areas, drawing.inside, dots)


def _drawn_area(asked: Asked, area: Area, ambito: Ambito, cover: Cover | None, measure: Measure, step: int) -> MapArea:
    """Its name in lines that fit, its figure below, all around its middle."""
    words = [line for part in ambito.name.split(" - ") for line in wrap(part, WIDE)]
    top = area.y - LINE * len(words) // 2
    lines = tuple(MapLine(top + LINE * number, word) for number, word in enumerate(words))
    below = MapLine(top + LINE * len(words) + 3, figure(measure, cover) if cover else "")
    href = asked.row_href(area.ambito, "ambito") if cover else ""
    tone = tone_of(measure, measure.value(cover), step) if cover else "none"
    said = f"{ambito.name}: {_said(cover)}" if cover else ambito.name
    return MapArea(area.path, area.x, lines, below, tone, href, said)


def _said(cover: Cover) -> str:
    """All figures of an ambito in one breath."""
    values = {"used": hours(cover.used), "asked": hours(cover.requested), "missing": hours(cover.uncovered)}
    return _("%(used)s hours counted, %(asked)s asked for, %(missing)s without anybody") % values


def _row(asked: Asked, ambito: Ambito, cover: Cover, languages: Mapping[str, str]) -> MapRow:
    missing = missing_languages(cover, languages)
    said = _("nobody for %(languages)s") % {"languages": missing} if missing else ""
    return MapRow(ambito.name, asked.row_href(ambito.code, "ambito"), said, _cells(cover))


def _cells(cover: Cover) -> tuple[str, ...]:
    return hours(cover.used), hours(cover.requested), hours(cover.uncovered), share(cover.filled)


def missing_languages(cover: Cover, languages: Mapping[str, str], most: int = NAMED) -> str:
    """The languages nobody came for, the most hours first: "bengalese 6 h, urdu 2 h"."""
    return ", ".join(
        f"{languages.get(code, code)} {hours(minutes)}\u00a0h" for code, minutes in cover.missing.most_common(most)
    )


def _sentences(
    asked: Asked, found: Ground, ambiti: Mapping[str, Ambito], languages: Mapping[str, str]
) -> Iterable[Sentence]:
    """Where most is missing, and in which languages; nothing where all is covered."""
    lowest = min((one for one in found.ambiti.items() if one[1].uncovered), key=lambda one: one[1].filled or 0, default=None)  # fmt: skip
    if lowest is None:
        return
    code, cover = lowest
    values = {"ambito": ambiti[code].name, "share": share(cover.filled), "hours": hours(cover.uncovered)}
    text = _("Least is filled in %(ambito)s: %(share)s, %(hours)s hours without anybody") % values
    yield Sentence(text, asked.row_href(code, "ambito"))
    missing = missing_languages(found.whole, languages)
    if missing:
        text = _("In all, nobody came for: %(languages)s") % {"languages": missing}
        yield Sentence(text, asked.href(show="uncovered"))


def map_sheet(asked: Asked, found: Ground, ambiti: Mapping[str, Ambito], languages: Mapping[str, str]) -> Sheet:
    """The table of the page with every missing language."""
    columns = [Column(_("Code")), Column(_("Ambito"), width=36)]
    columns += [Column(_(title), 2, 18) for title in COLUMNS]
    columns.append(Column(_("Languages without anybody"), width=48))
    rows = [
        (
            code,
            ambiti[code].name,
            in_hours(one.used),
            in_hours(one.requested),
            in_hours(one.uncovered),
            one.filled,
            missing_languages(one, languages, len(one.missing)),
        )
        for code, one in found.ambiti.items()
    ]
    return Sheet(f"{_('Map')} {period_title(asked.period)}", tuple(columns), rows)
