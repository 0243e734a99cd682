# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which of the written languages a reader of another one is written in, and what her script asks of an SMS.

The table says of each spoken language without texts of its own which texts its speakers read: the one whose
calendar config/territory/languages.csv gives it, or the wider language it is a dialect of (a guard compares the
two files). A language that stands in neither way gets Italian, the language the network works in.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

_READS: Final = {
    **dict.fromkeys(("ary", "arz", "aeb", "arq", "apc", "apd", "acm"), "ar"),
    # Punjabi is written in Gurmukhi in India and in the letters of Urdu in Pakistan, where school is in Urdu.
    **dict.fromkeys(("pnb", "pa-arab", "pa-pk", "phr", "skr"), "ur"),
    **dict.fromkeys(("syl", "ctg"), "bn"),
    **dict.fromkeys(("yue", "wuu"), "zh"),
    **dict.fromkeys(("bin", "kri"), "en"),
    **dict.fromkeys(("mnk", "dyu", "emk", "snk", "sus", "mos", "fon"), "fr"),
    "ay": "es",
    "rom": "it",
}
RIGHT_TO_LEFT: Final = frozenset({"ar", "ur"})
# Languages whose SMS go without accents on purpose, so that a weekday does not double the price (see their catalogs).
PLAIN_LETTERS: Final = frozenset({"es", "ro", "sq"})


def nearest(tag: str, there: Collection[str], default: str) -> str:
    """The one of ``there`` for a BCP 47 tag: by the table, itself, its first part ("en-GB" → "en"), else ``default``."""
    whole = tag.replace("_", "-").lower()
    first = whole.split("-")[0]
    wanted = (_READS.get("-".join(whole.split("-")[:2])), _READS.get(first), whole, first)
    return next((name for name in wanted if name and name in there), default)
