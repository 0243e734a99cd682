# SPDX-License-Identifier: AGPL-3.0-or-later
"""B9 in full: every comune, kind of desk and longest language in every language of ours, on the days of the week in turn."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from notifications.catalog import languages
from notifications.compose import compose
from notifications.message import MessageKind, OfferWords, Words
from tests.chaos import figures
from tests.notifications.test_budgets import COMUNI, moved_by, shown, worst_offers, worst_others
from tests.notifications.words import ORDINARY

WEEK = [timedelta(days=later) for later in range(7)]


@pytest.mark.chaos
def test_every_text_in_every_language_fits(chaos_figures: figures.Write) -> None:
    """Within each text's budget, no sign lost, nothing cut: compose refuses what does not fit, so all must be written."""
    began, written = time.monotonic(), 0
    for locale in languages():
        for words in worst_offers(locale, COMUNI):
            written += _fits(MessageKind.OFFER, locale, _later(words, WEEK[written % 7]))
        for kind in MessageKind:
            words_of_kind = worst_others().get(kind, ORDINARY[kind])
            written += sum(_fits(kind, locale, moved_by(words_of_kind, day)) for day in WEEK)
    chaos_figures(
        row="B9",
        size=f"{written:,} texts: {len(languages())} languages x {len(MessageKind)} kinds x worst values of {len(COMUNI)} comuni",
        result='over budget 0, "?" 0',
        seconds=time.monotonic() - began,
    )


def _later(words: OfferWords, by: timedelta) -> OfferWords:
    return replace(words, start=words.start + by, end=words.end + by)


def _fits(kind: MessageKind, locale: str, words: Words) -> bool:
    body = compose(kind, locale, words).body
    assert shown(body) == body
    return True
