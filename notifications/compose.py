# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes an SMS: the text of its kind and language, within its budget of segments, shortened only by named steps."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.catalog import catalog
from notifications.direction import mark
from notifications.message import Draft, MessageKind, Words
from notifications.nearest import RIGHT_TO_LEFT
from notifications.segments import measure, plain_signs
from notifications.wording import WRITERS
from notifications.wording.steps import Step


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished text, the segments it costs, what was given up to fit, in order, and the segments it may cost."""

    body: str
    segments: int
    dropped_steps: tuple[Step, ...] = ()
    budget: int = 0


class TooLong(ValueError):
    """A text that does not fit its budget even after every step; it is refused, never cut."""


def compose(kind: MessageKind, locale: str, values: Words) -> Composed:
    """Write one SMS in the catalog language `locale` ("it", "en"; see catalog.nearest_language).

    Raises WrongWords when `values` belong to another kind, MissingText for a language or text that is not in
    the catalogs, ValueError for a naive instant, and TooLong with the figures when no step makes it fit.
    """
    draft = Draft(kind, locale, values)
    dropped: list[Step] = []
    body, budget = _write(draft, dropped)
    for step in WRITERS[kind].steps:
        if measure(body).segments <= budget:
            break
        shorter, budget = _write(draft, [*dropped, step])
        if shorter != body:
            dropped.append(step)
            body = shorter
    size = measure(body)
    if size.segments > budget:
        raise TooLong(
            f"{kind.value} message in {locale} takes {size.segments} segments ({size.units} {size.alphabet.value} units) "
            f"and may take {budget}: shorten its values"
        )
    return Composed(body, size.segments, tuple(dropped), budget)


def _write(draft: Draft, taken: list[Step]) -> tuple[str, int]:
    """The text after these steps, and the budget of that text."""
    texts = catalog(draft.locale)
    written = WRITERS[draft.kind].write(texts, draft.values, frozenset(taken))
    body = plain_signs(texts.say(written.msgid, **written.values))
    return mark(body) if draft.locale in RIGHT_TO_LEFT else body, texts.budget(written.msgid)
