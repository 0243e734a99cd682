# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of all SMS texts shows: each with sample values, its alphabet, its segments and its cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SampleText:
    """One text as it would leave. ``trouble`` stands in place of a body that could not be written."""

    kind: str
    name: str
    body: str = ""
    alphabet: str = ""
    units: int = 0
    segments: int = 0
    allowed: int = 0
    cost: str = ""
    shortened: bool = False
    trouble: str = ""


@dataclass(frozen=True)
class TextLanguage:
    """One language: how many texts it has, how many cannot be written, and which native speaker has read them."""

    code: str
    name: str
    texts: int
    troubles: int
    cost_of_offer: str
    read_by: str = ""

    @property
    def href(self) -> str:
        return f"/policy/messages?language={self.code}"


@dataclass(frozen=True)
class MessagesPage:
    """``shown`` is the language whose texts stand below; ``per_segment`` what a segment costs in force."""

    languages: tuple[TextLanguage, ...]
    shown: TextLanguage
    texts: tuple[SampleText, ...]
    per_segment: str
    direction: str = "ltr"
