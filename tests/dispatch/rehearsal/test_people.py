# SPDX-License-Identifier: AGPL-3.0-or-later
"""Virtual mediators read the SMS, answer once each in their own way, and the same way whenever they are asked again."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from dispatch.rehearsal.people import People, code_in
from notifications.replies import Answers, read

ITALIAN = "Ponte: mar 1/12 9:00-10:30, arabo, Trescore (scuola). Puoi? Rispondi SI 412 o NO 412 entro le 16:00."
ENGLISH = "Ponte: Tue 1/12 9:00-10:30, Arabic, Trescore (school). Can you? Reply YES 412 or NO 412 by 16:00."
NOON = dt.datetime(2026, 11, 26, 11, tzinfo=dt.UTC)


def test_the_code_is_read_from_the_words() -> None:
    """The code stands after SI or YES; times and dates are no codes, and a text without one cannot be answered."""
    assert code_in(ITALIAN) == "412"
    assert code_in(ENGLISH) == "412"
    assert code_in("Ponte: confermato mar 1/12 9:00-10:30, via Roma 412") is None


def test_the_same_question_gets_the_same_answer() -> None:
    """Everything she does hangs on the seed, the person and the slot."""
    first = [People(7).answer("m001", slot, ITALIAN, NOON) for slot in range(50)]
    again = [People(7).answer("m001", slot, ITALIAN, NOON) for slot in range(50)]
    other = [People(8).answer("m001", slot, ITALIAN, NOON) for slot in range(50)]
    assert first == again
    assert first != other


def test_answers_come_at_the_rates_of_the_profile() -> None:
    """About 62 yes and 23 no of a hundred, the rest silent; a few are words for a person to read."""
    people = People(1)
    answers = [people.answer(f"m{number}", 1, ITALIAN, NOON) for number in range(4000)]
    said = Counter("silence" if answer is None else answer.says for answer in answers)
    assert abs(said["yes"] / 4000 - 0.608) < 0.03
    assert abs(said["no"] / 4000 - 0.225) < 0.03
    assert abs(said["silence"] / 4000 - 0.15) < 0.03
    assert 0 < said["unclear"] / 4000 < 0.05
    waits = sorted(answer.at - NOON for answer in answers if answer is not None)
    assert dt.timedelta(minutes=18) < waits[len(waits) // 2] < dt.timedelta(minutes=26)


def test_clear_words_are_understood_and_unclear_ones_are_not() -> None:
    """What a rehearsed person means by yes or no is read so; what is unclear is handed on."""
    people = People(2)
    for number in range(1500):
        answer = people.answer(f"m{number}", 3, ITALIAN if number % 3 else ENGLISH, NOON)
        if answer is None:
            continue
        reading = read(answer.text)
        understood = reading.answers[0].say.value if isinstance(reading, Answers) else "unclear"
        assert (answer.text, understood) == (answer.text, answer.says)
