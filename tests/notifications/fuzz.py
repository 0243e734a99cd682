# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words that no table knows, in every script, and where they may stand beside a yes."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from notifications.replies.normalise import tokens
from notifications.replies.words import phrases
from tests.notifications.labelled import Labelled

KNOWN: Final = frozenset(word for phrase in phrases() for word in phrase)
_LETTERS: Final = (
    "abcdefghilmnoprstuvzàèìòùñ" "дентлогкмприсуёїє" "ابتثجحدرسعفقلمنهويہگچ"
    "पकरतनमसहाले" "কখগতদনপবমরলশ" "ਕਖਗਤਦਨਪਬਮਰਲਸ" "时间明天后再说"
)  # fmt: skip


def _is_outside(word: str) -> bool:
    found = tokens(word)
    return found is not None and len(found) == 1 and found[0] not in KNOWN


WORDS_OUTSIDE: Final = st.text(alphabet=_LETTERS, min_size=1, max_size=9).filter(_is_outside)
PLACES_FOR_A_WORD: Final = ("before", "after", "between")


def yeses(rows: list[Labelled]) -> list[str]:
    """The replies that say yes and nothing else."""
    return [row.text for row in rows if row.means_yes and len(row.means_yes) == len(row.reading.split(", "))]


def with_word(start: str, word: str, at: str) -> str:
    """The reply with one word more."""
    one, _, rest = start.partition(" ")
    return {"before": f"{word} {start}", "after": f"{start} {word}", "between": f"{one} {word} {rest}"}[at]
