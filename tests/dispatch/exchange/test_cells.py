# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells are read as people write them, written back so that they read the same, and refused with what to write instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from config.territory.languages import load_languages
from config.territory.travel import load_travel
from dispatch.exchange import cells, times, vocabulary
from dispatch.exchange.cells import Cell
from dispatch.exchange.spoken import LANGUAGES, SKILLS, Skills
from dispatch.exchange.vocabulary import AMBITI, GENDERS
from dispatch.kit.findings import Refused
from dispatch.records.statuses import Gender, Kind, Mode, OrganisationRole, Reminders, Sector

MORNING = dt.datetime(2026, 12, 2, 8, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        (cells.MONEY, "27,50", 2750),
        (cells.MONEY, "€ 27.5", 2750),
        (cells.HOURS_CELL, "36", 2160),
        (cells.HOURS_CELL, "7,5", 450),
        (cells.HOURS_CELL, "7:30", 450),
        (cells.HOURS_CELL, "28:48:00", 1728),
        (cells.HOURS_CELL, "20 ore", 1200),
        (cells.NUMERIC, "45,69512", 45.69512),
        (cells.YES_NO, "SI", True),
        (cells.YES_NO, "No", False),
        (cells.PHONE, "393331234567", "+393331234567"),
        (cells.PHONE, "333-123 4567", "+393331234567"),
        (GENDERS, "Femmina", "f"),
        (AMBITI, "Tutti", None),
        (AMBITI, "BG05; Val Cavallina", ("BG05", "Val Cavallina")),
        (times.DAY_CELL, "2/12/2026", dt.date(2026, 12, 2)),
        (times.DAY_CELL, "02-12-26", dt.date(2026, 12, 2)),
        (times.DAY_CELL, "2026-12-02 00:00:00", dt.date(2026, 12, 2)),
        (times.BEGIN, "02/12/2026 9:00", MORNING),
        (times.BEGIN, "2026-12-02 09:00:00", MORNING),
        (times.END, "02/12/2026", dt.datetime(2026, 12, 2, 23, 0, tzinfo=dt.UTC)),
        (times.WEEKDAYS_CELL, "lunedì e mercoledì", (0, 2)),
        (times.WEEKDAYS_CELL, "lun-ven", (0, 1, 2, 3, 4)),
        (LANGUAGES, "arabo madrelingua, francese", {"ar": 3, "fr": 2}),
        (LANGUAGES, "Darija (base); inglese: C1", {"ary": 1, "en": 2}),
        (
            SKILLS,
            "minori, salute (fino al 31/12/2027)",
            Skills(("minors", "health"), {"health": dt.date(2027, 12, 31)}),
        ),
    ],
)
def test_a_cell_is_read_as_people_write_it(cell: Cell, text: str, value: object) -> None:
    """And what is written for the value reads as the same value again."""
    assert cell.read(text) == value
    if value is not None:
        assert cell.read(cell.write(value)) == value


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("lun 9-13; mar 14-18", [(0, 540, 780), (1, 840, 1080)]),
        ("lun, mar 9-13 e 14.30-18", [(0, 540, 780), (1, 540, 780), (0, 870, 1080), (1, 870, 1080)]),
        ("da lunedì a mercoledì dalle 9 alle 13", [(0, 540, 780), (1, 540, 780), (2, 540, 780)]),
        ("sab 20-24", [(5, 1200, 1440)]),
    ],
)
def test_a_weekly_pattern_fits_in_a_cell(text: str, pattern: list[tuple[int, int, int]]) -> None:
    """Days, ranges of days, several spans; written back it reads the same."""
    found = times.read_shifts(text)
    assert [(one.weekday, one.from_minute, one.to_minute) for one in found] == pattern
    assert set(times.read_shifts(times.write_shifts(found))) == set(found)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (cells.TEXT, "Ami\x01na"),
        (cells.LIST, "Clusone, Al\x9fme"),
        (cells.MONEY, "27,505"),
        (cells.NUMERIC, "12a"),
        (cells.HOURS_CELL, "tante"),
        (cells.YES_NO, "forse"),
        (GENDERS, "femina maschio"),
        (times.DAY_CELL, "31/02/2026"),
        (times.DAY_CELL, "12/31/2026"),
        (times.TIME_CELL, "25:00"),
        (times.SHIFTS, "lun 9"),
        (times.SHIFTS, "9-13"),
        (times.SHIFTS, "quando può"),
        (LANGUAGES, "arabo così così"),
        (LANGUAGES, "arabo, ar madrelingua"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_remedy(cell: Cell, text: str) -> None:
    """The value is shown as it was typed, and the remedy says what to write."""
    with pytest.raises(Refused) as caught:
        cell.read(text)
    assert str(caught.value.problem.value) in text
    assert caught.value.problem.remedy


def test_every_language_survives_a_cell() -> None:
    """Commas and brackets in a language's own name part nothing."""
    spoken = {one.code: 1 + number % 3 for number, one in enumerate(load_languages())}
    assert LANGUAGES.read(LANGUAGES.write(spoken)) == spoken


def test_both_nights_of_the_clock_come_back() -> None:
    """An hour that a wall clock shows twice is written with its offset, so none is lost."""
    for hour in range(4):
        instant = dt.datetime(2026, 10, 24, 22 + hour % 2, 0, tzinfo=dt.UTC) + dt.timedelta(hours=2 * (hour // 2))
        assert times.BEGIN.read(times.BEGIN.write(instant)) == instant
        assert times.END.read(times.END.write(instant)) == instant


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        (vocabulary.KINDS, Kind),
        (vocabulary.ROLES, OrganisationRole),
        (vocabulary.SECTORS, Sector),
        (vocabulary.GENDERS, Gender),
        (vocabulary.MODES, Mode),
        (vocabulary.REMINDERS, Reminders),
        (vocabulary.MEANS, load_travel()),
    ],
)
def test_every_code_has_its_word(cell: Cell, codes: Iterable[str]) -> None:
    """A new code without a word would stop every export; each is written and read back."""
    for code in codes:
        assert cell.read(cell.write(code)) == code
