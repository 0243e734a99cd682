# SPDX-License-Identifier: AGPL-3.0-or-later
"""Before and after a visit: the reminder, the question how it went, and what was noted."""

from __future__ import annotations

from notifications import dates
from notifications.catalog import Catalog
from notifications.message import HowWasItWords, NotedWords, ReminderWords, VisitMode
from notifications.wording.steps import Step, Taken, Written, shorter


def reminder(texts: Catalog, words: ReminderWords, taken: Taken) -> Written:
    """When and where; the agenda has the rest."""
    agenda = "" if Step.LINK in taken else " " + texts.say("Agenda: %(link)s", link=words.link)
    return Written(
        "Ponte: reminder, %(when)s, %(where)s.%(agenda)s",
        {
            "when": dates.span(words.start, words.end, texts.language),
            "where": ", ".join(part for part in (words.desk, _where(texts, words, taken)) if part),
            "agenda": agenda,
        },
    )


def _where(texts: Catalog, words: ReminderWords, taken: Taken) -> str | None:
    match words.mode:
        case VisitMode.PHONE:
            return texts.say("by phone")
        case VisitMode.VIDEO:
            return texts.say("by video")
        case VisitMode.ONSITE:
            return shorter(words.comune, words.comune_short, Step.COMUNE, taken)


def how_was_it(texts: Catalog, words: HowWasItWords, taken: Taken) -> Written:
    """The three answers by SMS, and the page for everything else."""
    return Written(
        "Ponte: how was %(when)s? Reply DONE %(code)s, with other times DONE %(code)s 9:05 10:40, if nobody came ABSENT %(code)s.%(details)s",
        {
            "when": dates.span(words.start, words.end, texts.language),
            "code": words.code,
            "details": "" if Step.LINK in taken else f" {words.link}",
        },
    )


def noted(texts: Catalog, words: NotedWords, _taken: Taken) -> Written:
    """What counts for her, so that a slip is seen at once."""
    values: dict[str, object] = {"code": words.code, "when": dates.span(words.start, words.end, texts.language)}
    if words.absent:
        return Written("Ponte: thank you! Visit %(code)s of %(when)s is noted: the person was not there.", values)
    return Written("Ponte: thank you! Visit %(code)s is noted: %(when)s.", values)
