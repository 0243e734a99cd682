# SPDX-License-Identifier: AGPL-3.0-or-later
"""OCCUPATO and LIBERO: every labelled SMS means its days and hours, is asked back, or goes to a person; none is guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.replies import Answers, Shift, Unclear, read
from notifications.replies.shifts import PartOfDay, ShiftSay, Span, meaning, words
from notifications.replies.words import WordLists

PARTS = {PartOfDay.MORNING: (480, 780), PartOfDay.AFTERNOON: (780, 1080), PartOfDay.EVENING: (1080, 1320)}
SUNDAY = dt.datetime(2026, 11, 22, 10, 0)  # the message comes on Sunday 22 November at ten
ASK, PERSON = "ask", "person"

# What she writes | what it means: free or busy, first day, last day, hours. "-" is all day.
LABELLED = """
OCCUPATO mar 9-13              | busy 24/11 9:00-13:00
occupata mar 9-13              | busy 24/11 9:00-13:00
Occupato martedì 9-13          | busy 24/11 9:00-13:00
OCCUPATO MARTEDI 9-13          | busy 24/11 9:00-13:00
occupato mar. 9-13 grazie      | busy 24/11 9:00-13:00
occupato mar 9 13              | busy 24/11 9:00-13:00
occupato mar dalle 9 alle 13   | busy 24/11 9:00-13:00
occupato martedì dalle ore 9 alle ore 13 | busy 24/11 9:00-13:00
occupato mar 9:00-13:00        | busy 24/11 9:00-13:00
occupato mar 9.00-13.00        | busy 24/11 9:00-13:00
occupato mar 0900-1300         | busy 24/11 9:00-13:00
occupato mar 900 1300          | busy 24/11 9:00-13:00
occupato mar 9,30-12           | busy 24/11 9:30-12:00
occupato mar 9:30-12           | busy 24/11 9:30-12:00
occupato mar 9h30-12h          | busy 24/11 9:30-12:00
occupato dalle 9 alle 13 mar   | ask
mar 9-13 occupato              | busy 24/11 9:00-13:00
martedì sono occupata 9-13     | busy 24/11 9:00-13:00
buongiorno, sono impegnata martedì 9-13, grazie | busy 24/11 9:00-13:00
purtroppo occupata mar 9-13    | busy 24/11 9:00-13:00
occupato mar 20-24             | busy 24/11 20:00-24:00
OCCUPATO 24/11                 | busy 24/11 -
occupato il 24/11              | busy 24/11 -
occupato 24/11/26              | busy 24/11 -
occupato 24/11/2026            | busy 24/11 -
occupato 24.11.2026            | busy 24/11 -
occupato 24.11                 | ask
occupato 28.11                 | busy 28/11 -
occupato 2026-11-24            | busy 24/11 -
occupato 24 novembre           | busy 24/11 -
occupato 24 nov                | busy 24/11 -
occupato mar 24/11             | busy 24/11 -
occupato mar 24/11 9-13        | busy 24/11 9:00-13:00
occupato martedì 24 novembre 9-13 | busy 24/11 9:00-13:00
occupato 24/11 tutto il giorno | busy 24/11 -
OCCUPATO domani                | busy 23/11 -
occupato domani 14-18          | busy 23/11 14:00-18:00
occupato domani mattina        | busy 23/11 8:00-13:00
occupato domani di pomeriggio  | busy 23/11 13:00-18:00
occupato domani sera           | busy 23/11 18:00-22:00
occupato dopodomani            | busy 24/11 -
occupato dopo domani           | busy 24/11 -
occupato oggi                  | busy 22/11 -
occupato oggi 9-13             | busy 22/11 9:00-13:00
occupato oggi pomeriggio       | busy 22/11 13:00-18:00
LIBERO oggi pomeriggio         | free 22/11 13:00-18:00
LIBERO sab 9-12                | free 28/11 9:00-12:00
libera sabato                  | free 28/11 -
sono libera sabato mattina     | free 28/11 8:00-13:00
libero sabato 28/11 9-12       | free 28/11 9:00-12:00
libero dom 14-18               | free 22/11 14:00-18:00
OCCUPATO dal 24/11 al 28/11    | busy 24/11 28/11 -
occupato dal 24 al 28/11       | busy 24/11 28/11 -
occupato dal 24 al 28 novembre | busy 24/11 28/11 -
occupato 24-28/11              | busy 24/11 28/11 -
occupato 24/11-28/11           | busy 24/11 28/11 -
occupato 24/11 - 28/11         | busy 24/11 28/11 -
occupato da lunedì a venerdì   | busy 23/11 27/11 -
occupato lun-ven               | busy 23/11 27/11 -
occupato da domani a dopodomani | busy 23/11 24/11 -
occupato da oggi al 28/11      | busy 22/11 28/11 -
occupato dal 28/12 al 6/1      | busy 28/12 6/1 -
libero dal 7/1 al 9/1          | free 7/1 9/1 -
busy tue 9-13                  | busy 24/11 9:00-13:00
BUSY Tuesday from 9 to 13      | busy 24/11 9:00-13:00
I'm busy tomorrow              | busy 23/11 -
busy tomorrow morning          | busy 23/11 8:00-13:00
not available on friday        | busy 27/11 -
free sat 9-12                  | free 28/11 9:00-12:00
I am free on Saturday 28/11 9-12, thanks | free 28/11 9:00-12:00
occupé mardi 9h-13h            | busy 24/11 9:00-13:00
je suis occupée mardi de 9 à 13 | busy 24/11 9:00-13:00
occupée du 24/11 au 28/11      | busy 24/11 28/11 -
libre samedi 9h30 à 12h        | free 28/11 9:30-12:00
ocupada martes de 9 a 13       | busy 24/11 9:00-13:00
estoy ocupado mañana           | busy 23/11 -
ocupada mañana por la mañana   | busy 23/11 8:00-13:00
libre sábado 9-12              | free 28/11 9:00-12:00
مشغول غدا                      | busy 23/11 -
مشغولة الثلاثاء من 9 إلى 13    | busy 24/11 9:00-13:00
مشغول الثلاثاء ٩-١٣            | busy 24/11 9:00-13:00
متاحة السبت 9-12               | free 28/11 9:00-12:00
مصروف منگل 9 سے 13 تک          | busy 24/11 9:00-13:00
مصروف ہوں آج 14-18             | busy 22/11 14:00-18:00
ਰੁੱਝੀ ਮੰਗਲਵਾਰ 9-13             | busy 24/11 9:00-13:00
ਵਿਹਲੀ ਸ਼ਨਿੱਚਰਵਾਰ 9 ਤੋਂ 12 ਤੱਕ   | free 28/11 9:00-12:00
ব্যস্ত মঙ্গলবার ৯-১৩           | busy 24/11 9:00-13:00
আগামীকাল ব্যস্ত                | busy 23/11 -
व्यस्त मंगलवार 9 से 13 तक      | busy 24/11 9:00-13:00
खाली शनिवार 9-12               | free 28/11 9:00-12:00
i zënë e martë 9-13            | busy 24/11 9:00-13:00
jam e zënë nesër               | busy 23/11 -
e lirë të shtunën              | person
e lirë e shtunë 9-12           | free 28/11 9:00-12:00
ocupată marți de la 9 la 13    | busy 24/11 9:00-13:00
liberă sâmbătă 9-12            | free 28/11 9:00-12:00
sunt ocupat mâine              | busy 23/11 -
зайнята вівторок 9-13          | busy 24/11 9:00-13:00
я зайнятий завтра з 9 до 13    | busy 23/11 9:00-13:00
вільна сб 9-12                 | free 28/11 9:00-12:00
занята вт с 9 до 13            | busy 24/11 9:00-13:00
свободна в субботу 9-12        | free 28/11 9:00-12:00
занят сегодня вечером          | busy 22/11 18:00-22:00
明天忙                         | busy 23/11 -
周二没空 9-13                  | busy 24/11 9:00-13:00
我忙 11月24日 9点到13点        | busy 24/11 9:00-13:00
有空 星期六 上午               | free 28/11 8:00-13:00
OCCUPATO                       | ask
libero                         | ask
occupato 9-13                  | ask
occupato 412                   | ask
occupato 3401234567 novembre   | ask
occupato mar 99999999999999999999-13 | ask
occupato 3 mar                 | ask
occupato 9.11                  | ask
occupato mar 9                 | ask
occupato mar dalle 9           | ask
occupato mar 13-9              | ask
occupato mar 2-6               | ask
occupato mar 22-6              | ask
occupato mar 9-25              | ask
occupato mar 9:75-13           | ask
occupato da domani             | ask
occupato fino al 28/11         | ask
occupato mattina               | ask
ocupada la mañana              | ask
occupato il 24                 | ask
occupato dal 24 al 28          | ask
occupato dal 28/11 al 24/11    | ask
occupato dal 24/11 al 28/11 9-13 | ask
occupato lun-ven mattina       | ask
occupato lun 24/11             | ask
occupato 31/2                  | ask
occupato 24/13                 | ask
occupato 11/24                 | ask
occupato 20/11                 | ask
occupato 24/11/2025            | ask
occupato oggi 7-9              | ask
occupato dom                   | ask
occupato dom 9-13              | ask
occupato mar 9-13 15-18        | ask
occupato mar 24/11 25/11       | ask
occupato domani?               | person
sei libero domani?             | person
non sono libera domani         | person
occupato domani ma sabato posso | person
occupato lun e mer             | person
libera domani dopo le 15       | person
occupato martedì prossimo 9-13 | person
occupato ogni martedì          | person
occupato mar 9-13 libero 14-18 | person
occupata, mio figlio è malato  | person
domani                         | person
mar 9-13                       | person
没有空 明天                    | person
не свободна завтра             | person
मैं खाली नहीं कल               | person
"""


def rows() -> list[tuple[str, str]]:
    lines = [line for line in LABELLED.splitlines() if line.strip()]
    return [(text.strip(), wanted.strip()) for text, wanted in (line.split("|") for line in lines)]


def understood(text: str, here: dt.datetime = SUNDAY) -> str:
    """The label that the reader gives."""
    reading = read(text)
    if not isinstance(reading, Shift):
        return PERSON if isinstance(reading, Unclear) else type(reading).__name__.lower()
    span = meaning(reading, here, PARTS)
    return ASK if span is None else shown(reading.say, span)


def shown(say: ShiftSay, span: Span) -> str:
    days = [f"{day.day}/{day.month}" for day in dict.fromkeys((span.first, span.last))]
    clocks = [f"{minute // 60}:{minute % 60:02d}" for minute in (span.low, span.high)]
    return " ".join([say.value, *days, "-" if span.whole_days else "-".join(clocks)])


def test_there_are_enough_examples() -> None:
    """A hundred and more, each text once."""
    assert len({text for text, _ in rows()}) == len(rows()) > 140


@pytest.mark.parametrize(("text", "wanted"), rows())
def test_each_means_what_is_written_beside_it(text: str, wanted: str) -> None:
    """Days and hours to the minute; what can be read in two ways is asked, what says more is for a person."""
    assert understood(text) == wanted


@pytest.mark.parametrize(("hour", "wanted"), [(8, "busy 22/11 9:00-13:00"), (11, ASK), (13, "busy 29/11 9:00-13:00")])
def test_a_weekday_is_today_only_while_its_hours_are_ahead(hour: int, wanted: str) -> None:
    """Before they begin today, after they ended next week; in between both are likely, so she is asked."""
    assert understood("occupato dom 9-13", SUNDAY.replace(hour=hour)) == wanted


@pytest.mark.parametrize(
    ("came", "wanted"),
    [
        (dt.datetime(2026, 12, 30, 9), "busy 2/1 -"),
        (dt.datetime(2027, 1, 2, 9), "busy 2/1 -"),
        (dt.datetime(2027, 1, 3, 9), ASK),
    ],
)
def test_a_date_without_its_year_is_the_next_one(came: dt.datetime, wanted: str) -> None:
    """Over New Year's Eve too; one that was yesterday is no plan for next year, and is asked."""
    assert understood("occupato 2/1", came) == wanted


def test_the_words_of_answers_keep_their_meaning() -> None:
    """What the lists of the replies know stays an answer; only with a day or hours it is about her time."""
    assert isinstance(read("disponibile"), Answers)
    assert isinstance(read("non posso"), Answers)


def test_no_weekday_has_two_meanings_and_a_list_that_contradicts_itself_is_refused() -> None:
    """Of all names of CLDR in 14 languages only "mar" and "sht" are a weekday and a month."""
    both = {phrase for phrase, _ in words._cldr_days()} & {phrase for phrase, _ in words._cldr_months()}
    assert both == {("mar",), ("sht",)}
    with pytest.raises(WordLists, match="two meanings"):
        words.gather({"free": ["libero"], "busy": ["Libero!"]})
    with pytest.raises(WordLists, match="unknown"):
        words.gather({"maybe": ["forse"]})


@given(
    pieces=st.lists(
        st.sampled_from(
            ["occupato", "libero", "mar", "24/11", "domani", "9", "13", "-", "dal", "al", "mattina", "412", "9:30"]
        ),
        max_size=8,
    ),
    minute=st.integers(0, 1439),
)
@example(pieces=["occupato", "mar", "9", "-", "13"], minute=600)
@settings(deadline=None)
def test_what_is_read_is_always_ahead_and_goes_forward(pieces: list[str], minute: int) -> None:
    """Whatever is typed: never a time that is over, never one that ends before it begins."""
    here = SUNDAY.replace(hour=minute // 60, minute=minute % 60)
    reading = read(" ".join(pieces))
    span = meaning(reading, here, PARTS) if isinstance(reading, Shift) else None
    if span is not None:
        assert span.first <= span.last
        assert 0 <= span.low < span.high <= 1440
        assert (span.last, span.high) > (here.date(), minute)
