# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each slot of an appointment needs, in the planner's own keys, and what it is worth to fill it.

Each must-language is a slot of its own, times the people asked; with ``any_language`` one slot takes any of them. The
same mediator, asked for by name, is tied to the first slot whose language she speaks: she cannot sit on two.
A wish costs what the policy says. A wished language has no place in the planner's slot, so it is written as what each
mediator is worth: those who do not speak it cost its price.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.policy import IntakePolicy
from dispatch.intake.schemas import LanguageNeed, RequestIn

ANYONE_ELSE = "*"


@dataclass(frozen=True)
class Known:
    """What the roster says: who speaks the wished languages well enough, and what the asked mediator speaks."""

    speakers: Mapping[str, frozenset[str]]
    same_mediator_speaks: Mapping[str, int]


def needs_of(body: RequestIn, known: Known, policy: IntakePolicy) -> list[dict[str, Any]]:
    """One dictionary per slot with the keys of planning.md §1, without id, value and excluded."""
    wished = [] if body.any_language else [language for language in body.languages if not language.must]
    groups = _language_groups(body)
    tied = _tied_slot(body, groups, known)
    return [
        {
            "languages": languages,
            "any_language": body.any_language and len(languages) > 1,
            "skills": [skill.code for skill in body.skills if skill.must],
            "gender": body.gender.is_ if body.gender and body.gender.must else None,
            "only": [body.same_mediator.id]
            if number == tied and body.same_mediator and body.same_mediator.must
            else None,
            "wishes": _wishes(body, languages, wished, number == tied, known, policy),
        }
        for number, languages in enumerate(groups)
    ]


def value_of(priority: str, start: dt.datetime, now: dt.datetime, policy: IntakePolicy) -> int:
    """What filling the slot is worth: by priority, more when little time is left."""
    base = {
        "routine": policy.value_routine,
        "important": policy.value_important,
        "urgent": policy.value_urgent,
    }[priority]
    hours = (start - now) / dt.timedelta(hours=1)
    percent = next((percent for within, percent in policy.lead_time_percent if hours <= within), 100)
    return base * percent // 100


def _language_groups(body: RequestIn) -> list[dict[str, int]]:
    if body.any_language:
        groups = [{language.code: language.level for language in body.languages}]
    else:
        groups = [{language.code: language.level} for language in body.languages if language.must] or [{}]
    return groups * body.people


def _tied_slot(body: RequestIn, groups: list[dict[str, int]], known: Known) -> int | None:
    if body.same_mediator is None:
        return None
    spoken = known.same_mediator_speaks
    return next((number for number, group in enumerate(groups) if not group or group.keys() & spoken.keys()), 0)


def _wishes(
    body: RequestIn,
    languages: Mapping[str, int],
    wished: list[LanguageNeed],
    is_tied: bool,
    known: Known,
    policy: IntakePolicy,
) -> dict[str, Any]:
    wishes: dict[str, Any] = {}
    if body.gender and not body.gender.must:
        wishes["gender"] = {"is": body.gender.is_, "cost": policy.wish_gender}
    if skills := {skill.code: policy.wish_skill for skill in body.skills if not skill.must}:
        wishes["skills"] = skills
    same = body.same_mediator.id if is_tied and body.same_mediator and not body.same_mediator.must else None
    if mediators := _mediator_costs(wished, same, known, policy):
        wishes["mediators"] = mediators
    if languages:
        wishes["level"] = {"1": policy.wish_level_1, "2": policy.wish_level_2}
    return wishes


def _mediator_costs(wished: list[LanguageNeed], same: str | None, known: Known, policy: IntakePolicy) -> dict[str, int]:
    """What each mediator misses: a wished language, being the one asked for; "*" misses everything."""
    if not wished and same is None:
        return {}
    speakers = [known.speakers.get(language.code, frozenset()) for language in wished]
    named = frozenset({same} if same else ()).union(*speakers)

    def cost(mediator: str) -> int:
        missed = sum(policy.wish_language for speak in speakers if mediator not in speak)
        return missed + (policy.wish_same_mediator if same and mediator != same else 0)

    return {mediator: cost(mediator) for mediator in sorted(named)} | {ANYONE_ELSE: cost(ANYONE_ELSE)}
