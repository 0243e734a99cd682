# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking the desk for less: a must that becomes a wish, or a call instead of a visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from solver.explain.answer import Figures, RelaxationKind
from solver.explain.question import Proposal, Question
from solver.explain.refusals import able
from solver.index import Post
from solver.problem import Appointment, GenderWish, Slot, Wishes


def lower_levels(question: Question) -> Iterator[Iterator[Proposal]]:
    """For each language: a lower level than asked, one step before two; the higher ones are asked as a wish."""
    for language in question.post.slot.languages:
        yield _lower_level(question, language)


def skills_wished(question: Question) -> Iterator[Iterator[Proposal]]:
    """For each skill: wished for instead of required."""
    for skill in question.post.slot.skills:
        yield _skill_wished(question, skill)


def gender_wished(question: Question) -> Iterator[Proposal]:
    """A woman, or a man, wished for instead of required."""
    slot = question.post.slot
    if slot.gender is None:
        return
    wished = slot.wishes.gender
    kept = wished if wished is not None and wished.is_ == slot.gender else GenderWish(slot.gender, question.leeway.wish)
    wishes = msgspec.structs.replace(slot.wishes, gender=kept)
    eased = msgspec.structs.replace(slot, gender=None, wishes=wishes)
    yield from _with_slot(question, "gender", {"gender": slot.gender}, eased)


def others_welcome(question: Question) -> Iterator[Proposal]:
    """The people named in ``only`` preferred instead of required."""
    slot = question.post.slot
    if slot.only is None:
        return
    known = slot.wishes.mediators
    named = {name: known.get(name, known.get("*", 0)) for name in slot.only}
    anyone = {"*": max(question.leeway.wish, known.get("*", 0))}
    wishes = msgspec.structs.replace(slot.wishes, mediators=known | named | anyone)
    eased = msgspec.structs.replace(slot, only=None, wishes=wishes)
    yield from _with_slot(question, "only", {"people": ", ".join(slot.only)}, eased)


def _lower_level(question: Question, language: str) -> Iterator[Proposal]:
    slot = question.post.slot
    asked = slot.languages[language]
    for level in range(asked - 1, 0, -1):
        figures: Figures = {"language": language, "from": asked, "to": level}
        yield from _with_slot(question, "level", figures, _eased(slot, language, level, question.leeway.wish))


def _skill_wished(question: Question, skill: str) -> Iterator[Proposal]:
    slot = question.post.slot
    wishes = msgspec.structs.replace(slot.wishes, skills={skill: question.leeway.wish} | slot.wishes.skills)
    rest = tuple(other for other in slot.skills if other != skill)
    eased = msgspec.structs.replace(slot, skills=rest, wishes=wishes)
    yield from _with_slot(question, "skills", {"skill": skill}, eased)


def by_video(question: Question) -> Iterator[Proposal]:
    """By video instead of on site or by phone."""
    yield from _by(question, "video")


def by_phone(question: Question) -> Iterator[Proposal]:
    """By phone instead of on site or by video."""
    yield from _by(question, "phone")


def _by(question: Question, mode: Literal["video", "phone"]) -> Iterator[Proposal]:
    """Only while no other slot of the appointment is filled: its people were sent there in the mode it has."""
    appointment = question.post.appointment
    if appointment.mode == mode or question.settled:
        return
    called = msgspec.structs.replace(appointment, mode=mode)
    post = question.post._replace(appointment=called)
    figures: Figures = {"from": appointment.mode, "to": mode}
    for line in question.best(question.fitting(post, able(question.calendar, post), question.starts)):
        yield Proposal(mode, figures, line, appointment=called)


def _with_slot(question: Question, kind: RelaxationKind, figures: Figures, eased: Slot) -> Iterator[Proposal]:
    post = question.post._replace(slot=eased)
    appointment = _appointment_with(question.post, eased)
    for line in question.best(question.fitting(post, able(question.calendar, post), question.starts)):
        yield Proposal(kind, figures, line, appointment=appointment)


def _appointment_with(post: Post, eased: Slot) -> Appointment:
    slots = tuple(eased if slot.id == eased.id else slot for slot in post.appointment.slots)
    return msgspec.structs.replace(post.appointment, slots=slots)


def _eased(slot: Slot, language: str, level: int, wish: int) -> Slot:
    """The slot content with ``level``; each level below the one asked costs a wish more, unless it has its price."""
    asked = slot.languages[language]
    prices = {str(below): wish * (asked - below) for below in range(level, asked)}
    wishes: Wishes = msgspec.structs.replace(slot.wishes, level=prices | slot.wishes.level)
    return msgspec.structs.replace(slot, languages=slot.languages | {language: level}, wishes=wishes)
