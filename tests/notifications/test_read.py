# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading replies, against labels that a person gave by hand; anything doubtful is labelled for a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.replies import Answer, Answers, Command, OptOut, Reading, Say, Shift, Unclear, read
from notifications.replies.words import Sense, WordLists, gather, phrases

LABELLED: dict[str, list[str]] = {
    "yes": [
        "sì", "si", "SI", "Si", "sí", "SI'", "si'", "Sì!", "si.", "si...", "“sì”", "  SI  ", "sii", "siiii",
        "si si", "sì sì sì", "ok", "OK!", "okkkk", "okay", "ok va bene", "va bene", "Va bene, grazie", "certo", "Certo!",
        "confermo", "Confermo la disponibilità", "sì confermo", "posso", "Sì, posso", "d'accordo", "d’accordo", "accetto",
        "volentieri", "Sì, volentieri!", "ci sono", "sono disponibile", "disponibile", "perfetto, grazie mille",
        "buongiorno, sì", "Buonasera sì grazie", "ciao si", "sì grazie 😊", "SI 🙏", "👍", "👍🏽", "👍👍", "✅", "👌 ok", "1", " 1 ", "1.",
        "1️⃣", "yes", "Yes!", "YES, I can", "yeah", "sure", "of course", "I confirm", "ok thanks", "yes please",
        "Ｓｉ", "s\u200bi", "nessun problema", "vado io", "si\n", "SI, per favore",
    ],
    "no": [
        "no", "NO", "No.", "no!", "noooo", "no no", "No, grazie", "no grazie 🙏", "non posso", "Non posso, mi dispiace",
        "mi dispiace, non posso", "Purtroppo no", "purtroppo non riesco", "no purtroppo", "nn posso", "non sono disponibile",
        "impossibile", "non ce la faccio", "no mi spiace", "scusate non posso", "rifiuto", "👎", "👎🏿", "❌", "2", "2️⃣", "nope",
        "I can't", "I can’t, sorry", "sorry, no", "not available", "I cannot", "no thanks", "unfortunately I can't",
        "buongiorno no", "Salve, non posso. Grazie", "non confermo", "non accetto", "non va bene",
    ],
    "yes 412": [
        "SI 412", "si 412", "sì 412", "412 si", "412 SI", "si412", "412si", "SI, 412!", "Si-412", "si (412)", "SI:412", "#412 sì",
        "SI n. 412", "sì codice 412", "ok 412", "412 ok", "👍 412", "412 👍", "confermo 412", "412 confermo", "SI 412 grazie",
        "buongiorno, SI 412", "SI 412 confermo", "sì sì 412", "SI 412 SI 412", "yes 412", "412 yes", "yes offer 412", "si ٤١٢",
        "SI ４１２", "va bene 412", "SI 412.", "si412!", "posso 412", "“SI 412”", "SI\n412", "si ok 412",
    ],
    "no 412": [
        "NO 412", "no412", "412 no", "No, 412", "no 412 grazie", "412: no", "non posso 412", "412 non posso", "NO 412 mi dispiace",
        "purtroppo no 412", "👎 412", "no n 412", "412 non riesco", "I can't 412",
    ],
    "no 412, yes 377": [
        "no 412 si 377", "NO 412, SI 377", "412 no 377 si", "412 no, 377 sì grazie", "no 412 e si 377", "no412 si377",
        "no 412\nsi 377", "purtroppo no 412, si 377", "no 412 and yes 377",
    ],
    "yes 412, yes 377": ["SI 412 SI 377", "si 412, si 377", "412 si 377 si", "ok 412 ok 377"],
    "help": ["aiuto", "AIUTO", "Aiuto!", "help", "aiuto per favore"],
    "agenda": ["agenda", "AGENDA", "la mia agenda", "agenda grazie", "schedule"],
    "withdraw": ["annulla", "ANNULLA", "disdico"],
    "withdraw 412": ["annulla 412", "ANNULLA 412", "annullo n. 412", "annulla412", "disdico 412, scusate", "withdraw 412"],
    "opt_out": ["STOP", "stop", "Stop.", "UNSUBSCRIBE", "cancel", "END", "quit", "stopall", "STOP ALL"],
    "unclear": [
        "sì ma dopo le 15", "no, però domani", "chi è?", "si?", "ok?", "no?", "SI 412?", "forse", "forse sì", "si forse",
        "sì se mi pagano il viaggio", "sì ma solo un'ora", "va bene ma alle 10", "si alle 16:30", "si 16:30", "16.30 si",
        "si 24/11", "si 24/11 no 25/11", "sì domani no", "si no", "no si", "SI/NO", "si o no", "SI 412 o NO 412", "si e no",
        "SI 412 NO 412", "si 412 413", "412 413 si", "si 412 e 413", "412", "412 377", "si 412 no", "412 si 377", "si 412 377 no",
        "si 12345", "si 0412", "si 7", "1 412", "412 1", "1 2", "3", "12", "", "   ", "?", "!!!", "...", "grazie", "ciao", "buongiorno",
        "non so", "non so se posso", "non si può", "magari", "dipende", "certo che no", "certo, no", "ok no", "no ok",
        "no va bene", "perché no", "why not", "yes but later", "yes if I get a lift", "not sure", "no problem", "no. problem",
        "sì mi dispiace", "si scusa", "SI ho cambiato idea NO", "posso?", "posso venire alle 10?", "posso alle 11",
        "quanti km sono?", "dov'è?", "chiamami", "mi chiami per favore", "sono malata", "la mia collega può", "STOP 412",
        "stop grazie", "basta messaggi", "annulla 412 ho la febbre", "annulla 412 377", "annulla tutto", "agenda 412", "SI agenda",
        "aiuto non capisco", "SI 412 😢", "😀", "💀", "❤", "sì +1", "si 50%", "si 25€", "si = no", "si e", "è sì?", "e sì", "s", "y", "n",
        "sim", "sis", "no412si", "si412no", "ok ok ok ma", "fine", "ok fine", "cancella",
        "https://ponte.example/m/7fK2", "> Ponte: mar 24/11 SI 412", "yes no maybe", "nessuno", "sicuro?", "si si?", "\x00", "\ud800",
        "S I", "no 16:30 si 377", "412 e 377 si", "si, 15,30", "si 412 alle 9", "si per il 412 va bene ma in ritardo",
    ],
}  # fmt: skip


def label(reading: Reading) -> str:
    """A reading in the words of the labels."""
    match reading:
        case Answers(answers):
            return ", ".join(f"{answer.say} {answer.code or ''}".strip() for answer in answers)
        case Command(name, code):
            return f"{name} {code or ''}".strip()
        case OptOut():
            return "opt_out"
        case Shift():
            return "shift"
        case Unclear():
            return "unclear"


CASES = [(text, wanted) for wanted, texts in LABELLED.items() for text in texts]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_reply_is_read_as_a_person_labelled_it(text: str, wanted: str) -> None:
    """Each reply is read exactly as labelled by hand."""
    assert label(read(text)) == wanted


def test_there_are_enough_labelled_replies() -> None:
    """The table holds at least 120 different replies, and as many for a person as a province would send."""
    assert len({text for text, _ in CASES}) == len(CASES) >= 120
    assert len(LABELLED["unclear"]) >= 40


def test_unclear_keeps_the_full_text() -> None:
    """A person gets every character that came, not the folded words."""
    text = "  Sì, ma DOPO le 15…  "
    assert read(text) == Unclear(text)


def test_several_codes_keep_their_order_and_their_own_answers() -> None:
    """ "no 412 si 377" is two answers, in the order in which they were written."""
    assert read("no 412 si 377") == Answers((Answer(412, Say.NO), Answer(377, Say.YES)))


@given(st.text(max_size=200))
@settings(deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text at all is read; what is not understood comes back whole."""
    reading = read(text)
    assert not isinstance(reading, Unclear) or reading.text == text


WORDS_WITH_A_MEANING = ["ma", "dopo", "domani", "se", "forse", "alle", "non", "però", "quando", "chi", "prima", "solo"]


@given(
    start=st.sampled_from(LABELLED["yes"] + LABELLED["yes 412"]),
    word=st.sampled_from(WORDS_WITH_A_MEANING),
    after=st.booleans(),
)
@settings(deadline=None)
def test_one_more_word_of_meaning_is_never_a_yes(start: str, word: str, after: bool) -> None:
    """A yes with a condition before or after it goes to a person: none is cut down to a yes."""
    reading = read(f"{start} {word}" if after else f"{word} {start}")
    assert not (isinstance(reading, Answers) and any(answer.say is Say.YES for answer in reading.answers))


def test_carrier_words_are_never_commands_or_answers() -> None:
    """STOP, END, QUIT, CANCEL and UNSUBSCRIBE belong to the carrier in every list."""
    for word in ("stop", "end", "quit", "cancel", "unsubscribe"):
        assert phrases()[(word,)] is Sense.OPT_OUT


def test_word_with_two_senses_is_refused(tmp_path: Path) -> None:
    """A phrase that is a yes in one language and a no in another stops the reader before it guesses."""
    one, other = tmp_path / "xx.toml", tmp_path / "yy.toml"
    one.write_text('yes = ["nai"]', encoding="utf-8")
    other.write_text('no = ["Naì!"]', encoding="utf-8")
    with pytest.raises(WordLists, match="'Naì!' is no here and yes elsewhere"):
        gather([one, other])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('maybe = ["boh"]', "section 'maybe' is unknown"),
        ('code = ["12"]', "section 'code'"),
        ('yes = ["?!"]', "no word in it"),
    ],
)
def test_wrong_word_list_is_named(tmp_path: Path, content: str, fault: str) -> None:
    """An unknown section or an entry without a word is refused with the file and the remedy."""
    path = tmp_path / "xx.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(WordLists, match=fault):
        gather([path])
