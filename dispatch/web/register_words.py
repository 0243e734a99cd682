# SPDX-License-Identifier: AGPL-3.0-or-later
"""The registers' words: levels, kinds of service and of body, travel means, reminders, weekdays, states of a phone."""

from __future__ import annotations

from config.territory.languages import find_language
from config.territory.specialisations import load_specialisations
from config.territory.travel import load_travel
from dispatch.web.i18n import _l, current_locale, gettext
from dispatch.web.views.page import Choice
from notifications.language_names import language_name

LEVELS = {"3": _l("native speaker"), "2": _l("fluent"), "1": _l("working knowledge")}
GENDERS = {"f": _l("woman"), "m": _l("man"), "x": _l("non-binary")}
SECTORS = {
    "school": _l("school"),
    "social": _l("social services"),
    "health": _l("health service"),
    "town": _l("town office"),
    "shelter": _l("reception centre"),
}
BODIES = {"requesting": _l("asks for mediators"), "provider": _l("employs mediators"), "lead": _l("leads the network")}
REMINDERS = {
    "evening": _l("the evening before"),
    "two_hours": _l("two hours before"),
    "both": _l("both"),
    "none": _l("none"),
}
WEEKDAYS = {
    "0": _l("Monday"),
    "1": _l("Tuesday"),
    "2": _l("Wednesday"),
    "3": _l("Thursday"),
    "4": _l("Friday"),
    "5": _l("Saturday"),
    "6": _l("Sunday"),
}
OPTED_OUT = "opted_out"


def language_word(code: str) -> str:
    """A language as the page's reader calls it; a code we do not know stays as it is."""
    language = find_language(code)
    if language is None:
        return code
    return language_name(code, current_locale(), italian=language.name_it, english=language.name_en)


def skill_word(code: str) -> str:
    """A specialisation as the page's reader calls it."""
    for skill in load_specialisations():
        if skill.code == code:
            return skill.name_it if current_locale() == "it" else skill.name_en
    return code


def means_choices() -> tuple[Choice, ...]:
    """How mediators move, as config/territory/travel.toml names it."""
    italian = current_locale() == "it"
    return tuple(Choice(code, one.name_it if italian else one.name_en) for code, one in load_travel().items())


def skill_choices() -> tuple[Choice, ...]:
    """Every specialisation of the field."""
    return tuple(Choice(skill.code, skill_word(skill.code)) for skill in load_specialisations())


def phone_word(sms_blocked: str | None) -> str:
    """Why no SMS reaches a phone; empty while they do."""
    if not sms_blocked:
        return ""
    return gettext("wants no SMS") if sms_blocked == OPTED_OUT else gettext("SMS do not arrive")
