# SPDX-License-Identifier: AGPL-3.0-or-later
"""The fixed choices of the forms in the glossary's words; templates and pages take their labels from here."""

from __future__ import annotations

from dispatch.web.i18n import _l, gettext
from dispatch.web.moments import duration
from dispatch.web.views.page import Choice

KINDS = {
    "mediation": _l("mediation"),
    "interpreting": _l("interpreting"),
    "territorial": _l("territorial"),
    "team": _l("team meeting"),
    "feedback": _l("feedback"),
}
MODES = {"onsite": _l("in person"), "phone": _l("by phone"), "video": _l("by video")}
GENDERS = {"": _l("no matter"), "f": _l("a woman"), "m": _l("a man")}
PRIORITIES = {"routine": _l("routine"), "important": _l("important"), "urgent": _l("urgent")}
TOLERANCES = {
    "none": _l("no, fixed time"),
    "half_hour": _l("by half an hour"),
    "same_day": _l("within the same day"),
    "same_week": _l("within the same week"),
}
WEEKLY = {"week": _l("every week"), "two_weeks": _l("every two weeks")}
DURATIONS = (30, 45, 60, 75, 90, 105, 120, 150, 180, 210, 240, 300, 360, 420, 480)


def choices(words: dict[str, str]) -> tuple[Choice, ...]:
    """A table of codes and msgids as choices in the reader's language."""
    return tuple(Choice(value, gettext(label)) for value, label in words.items())


def durations(chosen: str = "") -> tuple[Choice, ...]:
    """How long a meeting may be: what desks really ask for, up to a whole working day, and what was asked already."""
    other = {int(chosen)} if chosen.isascii() and chosen.isdigit() and len(chosen) < len("10000") else set()
    return tuple(Choice(str(minutes), duration(minutes)) for minutes in sorted({*DURATIONS, *other}))


def kind_word(kind: str) -> str:
    """The kind of an appointment as people say it."""
    return gettext(KINDS[kind])


def mode_word(mode: str) -> str:
    """How they meet, as people say it."""
    return gettext(MODES[mode])
