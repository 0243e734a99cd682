# SPDX-License-Identifier: AGPL-3.0-or-later
"""C6: hand-labelled replies in fourteen languages: no false yes, 95 % right, and the rest to a person."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.catalog import catalog, languages
from notifications.replies import AskBack, Matched, NoneOpen, Reading, ToPerson, read, which_offer
from notifications.replies.normalise import tokens
from notifications.replies.words import Sense, is_code, phrases
from tests.notifications.labelled import (
    FULL,
    TENTH,
    Labelled,
    booked,
    contains_yes,
    judge,
    label,
    labelled,
    slipped_into_yes,
)

ROWS = labelled()
KNOWN = {word for phrase in phrases() for word in phrase}
# Letters of every script that replies come in.
LETTERS = "abcdefghilmnoprstuvzàèìòùñёїєдаентлогкмприсуابتثجحدرسعفقلمنهويہگچपकरतनमसहालेोকরতনমসহਕਰਤਨਮਸਹ时间明天后再说"


def test_there_are_enough_in_every_language() -> None:
    """At least 500 replies, 40 and more of each language, of which 10 and more are for a person."""
    assert len(ROWS) >= 500
    assert set(Counter(row.language for row in ROWS)) == set(languages())
    assert min(Counter(row.language for row in ROWS).values()) >= 40
    assert min(Counter(row.language for row in ROWS if row.reading == "unclear").values()) >= 10


def test_no_false_yes_and_95_percent_right() -> None:
    """Of all labelled replies none is a yes that nobody gave, 95 % are read as labelled, the rest goes to a person."""
    score = judge(read, ROWS)
    assert score.false_yes == ()
    assert score.right >= 0.95 * len(ROWS)
    assert score.wrong == ()


@pytest.mark.parametrize("language", languages())
def test_every_language_is_read_well(language: str) -> None:
    """No language hides behind the others: nine of ten in each."""
    rows = [row for row in ROWS if row.language == language]
    assert judge(read, rows).right >= 0.9 * len(rows)


def test_a_naive_reader_is_caught() -> None:
    """Control: a reader that looks for a word of yes books people who said "yes, but"."""
    score = judge(contains_yes, ROWS)
    assert len(score.false_yes) >= len(languages())


@pytest.mark.parametrize("row", [row for row in ROWS if row.outcome], ids=lambda row: f"{row.text} {row.open}")
def test_codes_open_and_recent_decide(row: Labelled) -> None:
    """What becomes of a reply depends on the offers of that phone, in every language alike."""
    found = which_offer(read(row.text), open_codes=row.open, recent_codes=row.recent, known_codes=row.recent)
    match found:
        case Matched(answers):
            said = ", ".join(f"{code} {say}" for code, say in answers)
        case AskBack(codes):
            said = " ".join(["ask", *map(str, codes)])
        case ToPerson():
            said = "person"
        case NoneOpen():
            said = "none"
    assert said == row.outcome


def test_slips_of_a_thumb_make_no_yes() -> None:
    """No letter doubled, swapped or lost turns a labelled no, a question or a condition into a booking."""
    assert slipped_into_yes(read, ROWS, TENTH) == []


def test_a_slip_into_yes_is_found() -> None:
    """Control: the naive reader books slips by the dozen; and what is one swap from a yes is seen as such."""
    assert len(slipped_into_yes(contains_yes, ROWS, TENTH)) > 100
    assert slipped_into_yes(read, [Labelled("it", "is 412", "unclear", (), (), "")], FULL) == [("is 412", "si 412")]


words_outside = st.text(alphabet=LETTERS, min_size=1, max_size=9).filter(
    lambda word: (found := tokens(word)) is not None and len(found) == 1 and found[0] not in KNOWN
)
YESES = [row.text for row in ROWS if row.means_yes and len(row.means_yes) == len(row.reading.split(", "))]


@given(start=st.sampled_from(YESES), word=words_outside, at=st.sampled_from(["before", "after", "between"]))
@settings(deadline=None, max_examples=500)
def test_a_yes_with_a_word_nobody_knows_is_for_a_person(start: str, word: str, at: str) -> None:
    """Whatever the language of the yes and of the word beside it, more meaning is never a yes."""
    one, _, rest = start.partition(" ")
    text = {"before": f"{word} {start}", "after": f"{start} {word}", "between": f"{one} {word} {rest}"}[at]
    assert booked(read(text)) == frozenset()


def test_the_fuzz_would_see_a_reader_that_skips_words() -> None:
    """Control: a reader that leaves out what it does not know says yes to "oui zzz"."""

    def skips(text: str) -> Reading:
        return read(" ".join(word for word in text.split() if set(tokens(word) or ()) <= KNOWN or is_code(word)))

    assert booked(skips("oui zzz")) == {""}
    assert booked(read("oui zzz")) == frozenset()


# The words that the texts of each language tell people to write, in this order: yes, no, withdraw, done, absent,
# help, agenda. They must stand in the texts, and be read in this sense.
TOLD: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "it": ("SI", "NO", "ANNULLA", "FATTO", "ASSENTE", "AIUTO", "AGENDA"),
    "en": ("YES", "NO", "WITHDRAW", "DONE", "ABSENT", "HELP", "AGENDA"),
    "fr": ("OUI", "NON", "ANNULER", "FAIT", "ABSENT", "AIDE", "AGENDA"),
    "es": ("SI", "NO", "ANULAR", "HECHO", "AUSENTE", "AYUDA", "AGENDA"),
    "ar": ("نعم", "لا", "إلغاء", "تم", "غائب", "مساعدة", "مواعيدي"),
    "ur": ("ہاں", "نہیں", "منسوخ", "مکمل", "غیر حاضر", "مدد", "شیڈول"),
    "pa": ("ਹਾਂ", "ਨਹੀਂ", "ਰੱਦ", "ਪੂਰਾ", "ਗੈਰਹਾਜ਼ਰ", "ਮਦਦ", "ਸੂਚੀ"),
    "bn": ("হ্যাঁ", "না", "বাতিল", "শেষ", "অনুপস্থিত", "সাহায্য", "সূচি"),
    "hi": ("हाँ", "नहीं", "रद्द", "पूरा", "अनुपस्थित", "मदद", "शेड्यूल"),
    "sq": ("PO", "JO", "ANULO", "KRYER", "MUNGON", "NDIHME", "AXHENDA"),
    "ro": ("DA", "NU", "ANULEZ", "GATA", "ABSENT", "AJUTOR", "AGENDA"),
    "uk": ("ТАК", "НІ", "СКАСУВАТИ", "ГОТОВО", "НЕЯВКА", "ДОПОМОГА", "РОЗКЛАД"),
    "ru": ("ДА", "НЕТ", "ОТМЕНА", "ГОТОВО", "НЕЯВКА", "ПОМОЩЬ", "РАСПИСАНИЕ"),
    "zh": ("是", "否", "取消", "完成", "缺席", "帮助", "日程"),
}
SENSES = ("yes", "no", "withdraw", "done", "absent", "help", "agenda")
# A part of the English msgids in whose translations each word must stand.
PLACES = ("Can you?", "Can you?", "WITHDRAW", "DONE", "ABSENT", "HELP:", "AGENDA:")


@pytest.mark.parametrize("language", languages())
def test_the_words_people_are_told_to_write_are_understood(language: str) -> None:
    """Whoever copies a word from a text of ours is understood, alone and with a code, in every language."""
    for place, word, sense in zip(PLACES, TOLD[language], SENSES, strict=True):
        said = [text for msgid, text in catalog(language).texts.items() if place in msgid]
        assert said
        assert any(word in text for text in said), (word, said)
        assert label(read(word)) == sense
        if sense not in ("help", "agenda"):
            assert label(read(f"{word} 412")) == f"{sense} 412"


def test_ok_is_understood_where_the_number_is_tested() -> None:
    """Every language asks for OK to confirm a new number."""
    for language in languages():
        assert any("OK" in text for text in catalog(language).texts.values())
    assert label(read("OK")) == "yes"


def test_no_table_makes_a_command_of_the_carriers_words() -> None:
    """Only the carrier's own words are opt-outs, in whatever language a table stands."""
    carriers = {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"}
    assert {" ".join(phrase) for phrase, sense in phrases().items() if sense is Sense.OPT_OUT} == carriers


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("هاں", "ہاں"), ("نهيں", "نہیں"), ("نـعـم", "نعم"), ("أكيد", "اكيد"), ("हां", "हाँ"), ("нiт", "нiт"), ("ОК", "ок"),
        ("si n° 412", "si n 412"), ("№412 да", "412 да"), ("ＹＥＳ ４１２", "yes 412"), ("نعم ۴۱۲", "نعم ٤١٢"), ("\u200fنعم\u200e 412", "نعم 412"), ("好的。", "好的"),
    ],
)  # fmt: skip
def test_keyboards_write_one_word_in_several_ways(typed: str, written: str) -> None:
    """Letters, digits and marks of another keyboard fold to the same words."""
    assert tokens(typed) == tokens(written)
