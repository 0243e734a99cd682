# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what a mediator speaks and knows from one cell: "arabo madrelingua, francese", "legale (fino al 31/12/2027)"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from config.territory.languages import find_language
from config.territory.specialisations import load_specialisations
from config.territory.words import fold
from dispatch.exchange.cells import Cell, parts, refused
from dispatch.exchange.times import read_day, write_day
from dispatch.web.i18n import gettext as _

LEVELS = {
    3: ("madrelingua", "nativo", "nativa", "madre lingua", "lingua madre", "l1", "native", "3"),
    2: ("fluente", "ottimo", "ottima", "avanzato", "buono", "buona", "c1", "c2", "fluent", "2"),
    1: ("di lavoro", "base", "scolastico", "sufficiente", "discreto", "a1", "a2", "b1", "b2", "working", "1"),
}
FLUENT = 2  # what a language without a level means
BY_WORD = {word: level for level, words in LEVELS.items() for word in words}
UNTIL = re.compile(r"(.*?)[\s(]+(?:fino al|entro il|scade il|scadenza|until)\s*:?\s*([\d/.-]+)\)?", re.IGNORECASE)


def read_languages(text: str) -> dict[str, int]:
    """Languages by name with their level; one without a level is spoken fluently."""
    found: dict[str, int] = {}
    for part in parts(text):
        name, level = _language(part)
        if name in found:
            raise refused(part, _("This language is there twice."), _("Keep one of the two."))
        found[name] = level
    return found


def write_languages(spoken: dict[str, int]) -> str:
    """By their Italian names, the best known first."""
    named = [(_name(code), level) for code, level in spoken.items()]
    return ", ".join(f"{name} {LEVELS[level][0]}" for name, level in sorted(named, key=lambda one: (-one[1], one[0])))


def read_language(text: str) -> str:
    """A language's code; a name that is not known stays as it is, to be refused with "did you mean"."""
    language = find_language(text)
    return language.code if language else text


@dataclass(frozen=True)
class Skills:
    """Skills in their order, with the last day of those that end."""

    names: tuple[str, ...]
    until: dict[str, dt.date]


def read_skills(text: str) -> Skills:
    names: list[str] = []
    until: dict[str, dt.date] = {}
    for part in parts(text):
        ends = UNTIL.fullmatch(part)
        name = _skill(ends[1] if ends else part)
        names.append(name)
        if ends:
            until[name] = read_day(ends[2])
    return Skills(tuple(dict.fromkeys(names)), until)


def write_skills(skills: Skills) -> str:
    words = {skill.code: skill.name_it for skill in load_specialisations()}
    ends = {code: f" (fino al {write_day(day)})" for code, day in skills.until.items()}
    return ", ".join(f"{words[code]}{ends.get(code, '')}" for code in skills.names)


def _language(part: str) -> tuple[str, int]:
    """The longest beginning that names a language, and what is left as its level."""
    words = part.split()
    for count in range(len(words), 0, -1):
        language = find_language(" ".join(words[:count]).rstrip(" :=-("))
        if language is not None:
            return language.code, _level(part, " ".join(words[count:]))
    for count in range(1, len(words)):  # no language of ours; without its level the name asks better "did you mean"
        if _plain(" ".join(words[count:])) in BY_WORD:
            return " ".join(words[:count]), FLUENT
    return part, FLUENT


def _level(part: str, word: str) -> int:
    if not (plain := _plain(word)):
        return FLUENT
    if plain not in BY_WORD:
        remedy = _("Write the language and one of: %(codes)s.") % {
            "codes": ", ".join(one[0] for one in LEVELS.values())
        }
        raise refused(part, _("This level of a language is not known."), remedy)
    return BY_WORD[plain]


def _plain(word: str) -> str:
    return fold(word).strip(" ():=-.")


def _name(code: str) -> str:
    language = find_language(code)
    return language.name_it if language else code


def _skill(text: str) -> str:
    """A skill's code by its code, its name, or a word that only its name has: "minori" is "minori e tutela"."""
    wanted, known = fold(text), load_specialisations()
    for skill in known:
        if wanted in (skill.code, fold(skill.name_it), fold(skill.name_en)):
            return skill.code
    by_word = [skill.code for skill in known if wanted in fold(skill.name_it).split()]
    return by_word[0] if len(by_word) == 1 else text.strip()


LANGUAGES = Cell(read_languages, write_languages)
LANGUAGE = Cell(read_language, _name)
SKILLS = Cell(read_skills, write_skills)
