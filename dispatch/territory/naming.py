# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what people call an ambito, a comune, a language or a skill into its code, and asks "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from config.territory.languages import find_language, suggest_language
from config.territory.specialisations import load_specialisations, suggest_specialisation
from config.territory.words import closest, fold
from dispatch.kit.findings import Findings
from dispatch.territory import queries
from dispatch.web.i18n import gettext as _


def did_you_mean(text: str, names: Iterable[str] | Mapping[str, str]) -> str:
    """A remedy with up to three codes; ``names`` are the codes, or what people call them with the code each means."""
    codes = dict(names) if isinstance(names, Mapping) else {fold(code): code for code in names}
    likely = closest(text, codes) or sorted(set(codes.values()))[:3]
    return _("Did you mean %(codes)s?") % {"codes": ", ".join(likely)} if likely else _("There is none yet.")


def ambito_code(session: Session, field: str, text: str, findings: Findings) -> str | None:
    """The code of the ambito that ``text`` names."""
    names = queries.ambito_names(session)
    if (code := names.get(fold(text))) is None:
        findings.add(field, text, _("No ambito has this code or name."), did_you_mean(text, names))
    return code


def comune_code(session: Session, field: str, text: str, findings: Findings) -> str | None:
    """The ISTAT code of the comune that ``text`` names."""
    names = queries.comune_names(session)
    if (code := names.get(fold(text))) is None:
        proper = queries.comune_proper_names(session)
        findings.add(field, text, _("No comune has this name or ISTAT code."), did_you_mean(text, proper))
    return code


def language_code(field: str, text: str, findings: Findings) -> str | None:
    """The code of the language that ``text`` names, in Italian, English or itself."""
    language = find_language(text)
    if language is None:
        known = [found for code in suggest_language(text) if (found := find_language(code))]
        meant = ", ".join(f"{found.code} ({found.name_it})" for found in known)
        remedy = _("Did you mean %(codes)s?") % {"codes": meant}
        findings.add(field, text, _("No language of ours has this code or name."), remedy)
        return None
    return language.code


def skill_code(field: str, text: str, findings: Findings) -> str | None:
    """The code of the specialisation that ``text`` names."""
    for skill in load_specialisations():
        if fold(text) in (skill.code, fold(skill.name_it), fold(skill.name_en)):
            return skill.code
    likely = suggest_specialisation(text) or [skill.code for skill in load_specialisations()][:3]
    remedy = _("Did you mean %(codes)s?") % {"codes": ", ".join(likely)}
    findings.add(field, text, _("No specialisation has this code."), remedy)
    return None
