# SPDX-License-Identifier: AGPL-3.0-or-later
"""How big each made-up territory is, and the shares its demand is drawn from (docs: the field's observed figures)."""

from __future__ import annotations

from dataclasses import dataclass

from solver.problem import Kind

# Share of demand by language, in percent; Bologna S. Orsola 2021 and the Bergamo service charters.
ASKED = {
    "ar": 19, "ur": 9, "bn": 9, "pa": 7, "es": 7, "sq": 6, "fr": 6, "en": 5, "uk": 5, "zh": 5,
    "wo": 4, "bm": 4, "hi": 3, "ru": 3, "ro": 3,
}  # fmt: skip
RARE = [
    "ti",
    "so",
    "prs",
    "ps",
    "tr",
    "pt",
    "tl",
    "ber",
    "yo",
    "ku",
    "am",
    "ta",
    "ka",
    "ise",
    "tw",
    "ff",
    "ln",
    "ha",
    "ig",
    "mnk",
    "mk",
    "sr",
    "bs",
    "pl",
    "bg",
    "hu",
    "fa",
    "ne",
    "si",
    "vi",
    "th",
    "id",
    "my",
    "km",
    "mn",
    "hy",
    "az",
    "el",
    "de",
    "ml",
    "te",
    "gu",
    "mr",
    "sd",
    "om",
    "aa",
    "rw",
    "rn",
    "sw",
    "mg",
    "sn",
    "zu",
    "ee",
    "fon",
    "snk",
    "ewo",
    "lg",
    "kg",
    "ny",
    "st",
    "tn",
    "ts",
    "xh",
    "ug",
    "kk",
    "uz",
    "ky",
    "tk",
]
RARE_SHARE = 5


@dataclass(frozen=True, slots=True)
class Sector:
    """One part of the public services: its share of demand, what it asks for and what its mediators must know."""

    name: str
    share: int
    kinds: tuple[Kind, ...]
    skill: str | None


SCHOOL = Sector("school", 35, ("mediation", "interpreting", "feedback"), "minors")
SOCIAL = Sector("social", 25, ("mediation", "team", "interpreting"), None)
HEALTH = Sector("health", 25, ("interpreting", "mediation"), "health")
TOWN = Sector("town", 10, ("interpreting", "mediation"), None)
SHELTER = Sector("shelter", 5, ("interpreting",), "legal")
PROVINCE_SECTORS = (SCHOOL, SOCIAL, HEALTH, TOWN, SHELTER)
REGION_SECTORS = (
    Sector("health", 53, HEALTH.kinds, "health"),
    Sector("social", 22, SOCIAL.kinds, None),
    Sector("school", 11, SCHOOL.kinds, "minors"),
    Sector("asylum", 9, SHELTER.kinds, "legal"),
    Sector("courts", 5, SHELTER.kinds, "legal"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """The size of a territory and its week; ``modes`` are percents of on site, phone and video."""

    mediators: int
    languages: int
    requests_a_day: int
    desks: int
    ambiti: int
    days: int = 7
    sectors: tuple[Sector, ...] = PROVINCE_SECTORS
    modes: tuple[int, int, int] = (85, 12, 3)


PROFILES = {
    "S": Profile(60, 36, 12, 40, 7),
    "M": Profile(110, 40, 40, 150, 14),
    "L": Profile(150, 45, 105, 200, 14, sectors=REGION_SECTORS, modes=(80, 19, 1)),
    "XL": Profile(400, 80, 500, 600, 30, sectors=REGION_SECTORS, modes=(80, 19, 1)),
}


def languages(count: int) -> dict[str, float]:
    """The ``count`` most asked-for languages with their share of demand in percent."""
    rare = RARE[: max(0, count - len(ASKED))]
    shares: dict[str, float] = dict(list(ASKED.items())[:count])
    return shares | {language: RARE_SHARE / len(rare) for language in rare}
