# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk usually asks for, so that an empty form starts from there: kind, length, how and where they meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dispatch.records.intake import Request

REMEMBERED = ("kind", "duration", "mode", "place")


def usual_answers(latest: Sequence[Request]) -> dict[str, str]:
    """By field, what most of the latest requests say; where two are even, what was said last. ``latest``: newest first."""
    answers = {name: _most_said([request.body.get(name) for request in latest]) for name in REMEMBERED}
    return {name: answer for name, answer in answers.items() if answer}


def _most_said(said: Sequence[object]) -> str:
    counts = Counter(str(answer) for answer in said if answer is not None)
    return counts.most_common(1)[0][0] if counts else ""  # equal counts keep the order in which they were met
