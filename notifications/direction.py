# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps times, dates, phone numbers, links and Latin names in order inside a text that runs from right to left.

The phone lays a text out by the Unicode bidirectional algorithm. Left to itself it takes the direction from the
first letter, which is the P of Ponte, and after an Arabic letter it shows 9:00-10:30 as 10:30-9:00. Two invisible
signs prevent that: RLM (U+200F) and LRM (U+200E). They are as old as Unicode, so phones without the newer
isolates (U+2066 to U+2069, of 2013) show no box for them. Each costs a sign, so they stand only where needed:

- one RLM before the text: the whole runs from right to left;
- one RLM before dates and times: after it "-", "/" and ":" hold their numbers together, and several tokens follow
  each other in reading order. A code alone is one number and nothing can happen to it;
- LRM and RLM around a phone number in groups, which must stay one piece;
- one RLM after a Latin name or link, so that the next Latin one does not jump before it.
"""

from __future__ import annotations

import re
from typing import Final

LRM, RLM = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"
_LATIN: Final = "A-Za-zÀ-ɏ"
_NUMBER: Final = r"\d+(?:[:/.-]\d+)*"
_PHONE: Final = r"\+\d+(?: \d+)*|\d+(?: \d+)+"
_PIECE: Final = re.compile(
    rf"(?P<name>[{_LATIN}](?:[{_LATIN}\d'/.:@&+_()-]|,(?=\d)| (?!{_NUMBER}[:/-])(?=[{_LATIN}\d(+&]))*[{_LATIN}\d)]|[{_LATIN}])"
    rf"|(?P<phone>(?:{_PHONE})(?![\d:/.-]))"
    rf"|(?P<numbers>{_NUMBER}(?: {_NUMBER})*)"
)
_COMMA_BESIDE_ARABIC: Final = re.compile(r"(?<=[\u0600-\u06ff]),(?= )|,(?= [\u0600-\u06ff])")


def mark(text: str) -> str:
    """``text``, which begins with our own name, laid out from right to left with each piece of it in order."""
    ours, colon, rest = text.partition(":")
    return (RLM + ours + colon + _PIECE.sub(_held, _COMMA_BESIDE_ARABIC.sub("،", rest))).removesuffix(RLM)


def _held(found: re.Match[str]) -> str:
    piece = found[0]
    if found["name"]:
        # A closing bracket is neutral: without the LRM it would turn and stand before the name.
        inside, outside = (piece, "") if piece.count("(") >= piece.count(")") else (piece[:-1], piece[-1])
        return f"{inside}{LRM if inside.endswith(')') else ''}{RLM}{outside}"
    if found["phone"]:
        return f"{LRM}{piece}{RLM}"
    return piece if piece.isdigit() else RLM + piece
