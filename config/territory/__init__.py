# SPDX-License-Identifier: AGPL-3.0-or-later
"""The facts of the field: places, languages, specialisations, travel and the school year, loaded and cross-checked.

Each table is a file in this folder; what differs between territories lies in a folder of its own (`bergamo`), and
the setting `territory` chooses it. `SOURCES.md` says where each figure comes from and how sure it is.
"""

from config.territory.languages import Direction, Language, find_language, load_languages, suggest_language
from config.territory.pack import Pack
from config.territory.places import Ambito, Comune, Confidence, LeadStatus, Territory, load_territory
from config.territory.school import PeriodKind, PeriodStatus, SchoolCalendar, SchoolPeriod, load_school_calendar
from config.territory.specialisations import Specialisation, load_specialisations, suggest_specialisation
from config.territory.table import ReferenceFileError
from config.territory.travel import Means, load_travel

__all__ = [
    "Ambito",
    "Comune",
    "Confidence",
    "Direction",
    "Language",
    "LeadStatus",
    "Means",
    "Pack",
    "PeriodKind",
    "PeriodStatus",
    "ReferenceFileError",
    "SchoolCalendar",
    "SchoolPeriod",
    "Specialisation",
    "Territory",
    "find_language",
    "load_languages",
    "load_school_calendar",
    "load_specialisations",
    "load_territory",
    "load_travel",
    "suggest_language",
    "suggest_specialisation",
]
