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
from notifications.replies.words import Sense, is_code, phrases, yes_alone
from tests.notifications.fuzz import KNOWN, PLACES_FOR_A_WORD, WORDS_OUTSIDE, with_word, yeses
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
    rows = in_language(language)
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


@settings(deadline=None, max_examples=500)
@given(start=st.sampled_from(yeses(ROWS)), word=WORDS_OUTSIDE, at=st.sampled_from(PLACES_FOR_A_WORD))
def test_a_yes_with_a_word_nobody_knows_is_for_a_person(start: str, word: str, at: str) -> None:
    """Whatever the language of the yes and of the word beside it, more meaning is never a yes."""
    assert booked(read(with_word(start, word, at))) == frozenset()


# Small words that change a yes, in each language: but, after, tomorrow, if, perhaps, when, only, not, before.
CHANGING: dict[str, str] = {
    "it": "ma dopo domani se forse quando solo non prima però alle chi",
    "en": "but after tomorrow if maybe when only not before unless later who",
    "fr": "mais après demain peut-être quand seulement pas avant sauf plus qui",
    "es": "pero después mañana quizás cuando sólo nunca antes salvo tarde quién",
    "ar": "لكن بعد غدا إذا ربما متى فقط ليس قبل ولكن إلا لو",
    "ur": "لیکن بعد کل اگر شاید کب صرف مت پہلے مگر کون",
    "pa": "ਪਰ ਬਾਅਦ ਕੱਲ੍ਹ ਜੇ ਸ਼ਾਇਦ ਕਦੋਂ ਸਿਰਫ਼ ਨਾ ਪਹਿਲਾਂ ਕੌਣ",
    "bn": "কিন্তু পরে কাল যদি হয়তো কখন শুধু না আগে কে",
    "hi": "लेकिन बाद कल अगर शायद कब सिर्फ़ मत पहले पर कौन",
    "sq": "por pas nesër nëse ndoshta kur vetëm nuk para mos kush",
    "ro": "dar după mâine dacă poate când numai nu înainte doar cine",
    "uk": "але після завтра якщо можливо коли тільки не до хто",
    "ru": "но после завтра если может когда только не до кто",
    "zh": "但是 以后 明天 如果 也许 什么时候 只能 不 之前 谁 吗",
}


@pytest.mark.parametrize("language", languages())
def test_a_small_word_of_any_language_takes_the_yes_back(language: str) -> None:
    """A yes of this language with a small word of it, or of Italian, which everybody here mixes in, is for a person."""
    words = {*CHANGING[language].split(), *CHANGING["it"].split()}
    said = [
        with_word(yes, word, at) for yes in yeses(in_language(language)) for word in words for at in ("before", "after")
    ]
    assert len(said) > 200
    assert [text for text in said if booked(read(text))] == []


def in_language(language: str) -> list[Labelled]:
    """The rows of one language."""
    return [row for row in ROWS if row.language == language]


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


# What the texts tell people to write of their own time: busy, free, and the weekday of the example.
TOLD_OF_TIME: dict[str, tuple[str, str, str]] = {
    "it": ("OCCUPATO", "LIBERO", "mar"),
    "en": ("BUSY", "FREE", "tue"),
    "fr": ("OCCUPÉ", "LIBRE", "mar"),
    "es": ("OCUPADO", "LIBRE", "mar"),
    "ar": ("مشغول", "متاح", "الثلاثاء"),
    "ur": ("مصروف", "فارغ", "منگل"),
    "pa": ("ਵਿਅਸਤ", "ਖਾਲੀ", "ਮੰਗਲ"),
    "bn": ("ব্যস্ত", "ফ্রি", "মঙ্গল"),
    "hi": ("व्यस्त", "खाली", "मंगल"),
    "sq": ("ZENE", "LIRE", "mar"),
    "ro": ("OCUPAT", "LIBER", "mar"),
    "uk": ("ЗАЙНЯТО", "ВІЛЬНО", "вт"),
    "ru": ("ЗАНЯТО", "СВОБОДНО", "вт"),
    "zh": ("忙", "有空", "周二"),
}


@pytest.mark.parametrize("language", languages())
def test_the_examples_of_ones_own_time_are_understood(language: str) -> None:
    """Whoever copies the example of the text about free and busy is understood."""
    busy, free, weekday = TOLD_OF_TIME[language]
    (said,) = (text for msgid, text in catalog(language).texts.items() if "for instance BUSY tue 9-13" in msgid)
    assert f"{busy} {weekday} 9-13" in said
    assert f"{free} 24/11 14-18" in said
    assert (label(read(f"{busy} {weekday} 9-13")), label(read(f"{free} 24/11 14-18"))) == ("busy", "free")


def test_ok_is_understood_where_the_number_is_tested() -> None:
    """Every language asks for OK to confirm a new number."""
    for language in languages():
        assert any("OK" in text for text in catalog(language).texts.values())
    assert label(read("OK")) == "yes"


# Names of people who work as mediators; a reply is often signed.
NAMES = """Vale Dale Vin Vij Hao Ji Han Manzoor Razi Amina Fatima Imran Naima Nadia Oksana Irina Elira Arben Gjergj
Mihaela Ioana Wei Li Xin Jing Gurpreet Harjit Simran Mamadou Awa Fatou Rosa Luz Karim منظور فاطمة کریم রাজি मंज़ूर"""


@pytest.mark.parametrize("thanks", ["grazie", "merci", "gracias", "thanks", "shukriya", "ciao", "شكرا", "धन्यवाद"])
def test_a_signature_is_never_an_answer(thanks: str) -> None:
    """ "Grazie, Vale" is signed by Valentina and is no Spanish yes."""
    for name in NAMES.split():
        assert label(read(f"{thanks} {name}")) == "unclear", name


@pytest.mark.parametrize(
    "polite",
    [
        "shukriya ji",
        "sat sri akal ji",
        "ਧੰਨਵਾਦ ਜੀ",
        "नमस्ते जी",
        "شکریہ جی",
        "ধন্যবাদ জি",
        "thank you po",
        "grazie po",
        "ciao, Jo",
    ],
)
def test_politeness_is_no_yes(polite: str) -> None:
    """The particle that is a yes alone is none behind a thank-you or a greeting."""
    assert label(read(polite)) == "unclear"
    assert (label(read("ji")), label(read("जी 412")), label(read("po"))) == ("yes", "yes 412", "yes")


def test_words_that_stand_alone_have_no_other_sense() -> None:
    """A word of "alone" is in no list besides, or it would be read there in company too."""
    assert [word for word in yes_alone() if (word,) in phrases()] == []


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
