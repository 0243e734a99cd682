# SPDX-License-Identifier: AGPL-3.0-or-later
"""The replies that were labelled by hand, how a reader of replies is judged by them, and the slips of a thumb."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from notifications.replies import Answer, Answers, Command, Matched, OptOut, Reading, Say, Shift, Unclear, which_offer

TABLE = Path(__file__).with_name("replies.tsv")
# The offers that the labelled codes belong to; a bare answer is tried with one open offer, the others with both.
OURS, ONLY = (412, 377), (412,)

# How many of the slips are tried: one in ten in the ordinary tests, all of them by make chaos.
TENTH, FULL = 10, 1

Reader = Callable[[str], Reading]


@dataclass(frozen=True)
class Labelled:
    """One reply and what a person who knows its language would understand."""

    language: str
    text: str
    reading: str
    open: tuple[int, ...]
    recent: tuple[int, ...]
    outcome: str

    @property
    def means_yes(self) -> frozenset[str]:
        """The codes it says yes to, as labelled: "412", or "" for a bare yes."""
        answers = self.reading.split(", ")
        return frozenset(one.removeprefix("yes").strip() for one in answers if one.startswith("yes"))


def labelled() -> list[Labelled]:
    """Every row of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("# "))
        return [
            Labelled(row["language"], row["text"], row["reading"], _codes(row["open"]), _codes(row["recent"]), row["outcome"])
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]  # fmt: skip


def _codes(cell: str) -> tuple[int, ...]:
    return tuple(int(code) for code in cell.split())


def label(reading: Reading) -> str:
    """A reading in the words of the labels."""
    match reading:
        case Answers(answers):
            return ", ".join(f"{answer.say} {answer.code or ''}".strip() for answer in answers)
        case Command(name, code, times):
            return " ".join(filter(None, [str(name), str(code or ""), _clocks(times)]))
        case OptOut():
            return "opt_out"
        case Shift(say):
            return str(say)
        case Unclear():
            return "unclear"


def _clocks(times: tuple[int, int] | None) -> str:
    return "-".join(f"{time // 60}:{time % 60:02}" for time in times) if times else ""


def booked(reading: Reading) -> frozenset[str]:
    """The offers that this reading would book: "412", or "" for a bare yes to the only one."""
    if not isinstance(reading, Answers):
        return frozenset()
    bare = any(answer.code is None for answer in reading.answers)
    found = which_offer(reading, open_codes=ONLY if bare else OURS, recent_codes=())
    answers = found.answers if isinstance(found, Matched) else ()
    return frozenset("" if bare else str(code) for code, say in answers if say is Say.YES)


@dataclass(frozen=True)
class Score:
    """How a reader did: rows read as labelled, rows left to a person, yeses nobody gave, and other readings."""

    right: int
    to_person: int
    false_yes: tuple[str, ...]
    wrong: tuple[str, ...]


def judge(reader: Reader, rows: list[Labelled]) -> Score:
    """Hold a reader against the labels."""
    readings = [(row, reader(row.text)) for row in rows]
    off = [(row, reading) for row, reading in readings if label(reading) != row.reading]
    return Score(
        right=len(rows) - len(off),
        to_person=sum(isinstance(reading, Unclear) for _, reading in off),
        false_yes=tuple(row.text for row, reading in off if booked(reading) - row.means_yes),
        wrong=tuple(row.text for row, reading in off if not isinstance(reading, Unclear)),
    )


def slips(text: str) -> Iterator[str]:
    """What a hurried thumb makes of a text: letters doubled, swapped or lost, spaces and points too many or too few."""
    yield from (text.upper(), text.lower(), text.swapcase())
    for at, sign in enumerate(text):
        before, after = text[:at], text[at + 1 :]
        yield f"{before} {sign}{after}"
        yield f"{before}.{sign}{after}"
        if sign == " ":
            yield before + after
        if sign.isalpha():
            yield before + sign * 2 + after
            if after[:1].isalpha():
                yield before + after[0] + sign + after[1:]
            if _is_one_letter_of_a_word(text, at):
                yield before + after


def _is_one_letter_of_a_word(text: str, at: int) -> bool:
    """Chinese signs and one-letter words are whole words: without its "not" no sentence can be understood."""
    beside = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
    return text[at] < "\u2e80" and any(sign.isalpha() for sign in beside)


def slipped_into_yes(reader: Reader, rows: list[Labelled], every: int) -> list[tuple[str, str]]:
    """The slips of replies that are no yes which book an offer all the same; one slip in ``every`` is tried."""
    tried = [(row.text, slip) for row in rows if not row.means_yes for slip in slips(row.text)]
    return [(text, slip) for text, slip in tried[::every] if booked(reader(slip))]


def contains_yes(text: str) -> Reading:
    """Naive: a message with a word of yes in it is a yes."""
    words = {"si", "sì", "yes", "ok", "oui", "da", "po", "نعم", "ہاں", "हाँ", "হ্যাঁ", "ਹਾਂ", "так", "да", "是", "可以"}
    found = words & set(text.casefold().replace(",", " ").split())
    return Answers((Answer(None, Say.YES),)) if found else Unclear(text)
