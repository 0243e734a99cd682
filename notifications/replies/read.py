# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a reply: answers, a command, what she says of her own time, an opt-out, or unclear with its full text.

The whole message must be understood. One word too many ("sì ma dopo le 15") and it is unclear: a wrong
yes sends somebody across the province for nothing, an unclear one costs a person a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from notifications.replies.normalise import tokens
from notifications.replies.shifts import Shift, read_shift
from notifications.replies.visit import read_telling
from notifications.replies.words import Sense, is_code, kept_apart, longest_phrases, yes_alone


class Say(StrEnum):
    """What an answer says."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, to the offer with this code; None when the sender gave no code."""

    code: int | None
    say: Say


@dataclass(frozen=True, slots=True)
class Answers:
    """One bare answer, or one or more answers each with its own code (no code twice)."""

    answers: tuple[Answer, ...]


class CommandName(StrEnum):
    """What a sender may ask for besides answering an offer."""

    HELP = "help"
    AGENDA = "agenda"
    WITHDRAW = "withdraw"
    DONE = "done"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Command:
    """A command; the code goes with WITHDRAW, DONE and ABSENT, and None there means that it was not given.

    DONE and ABSENT tell of a visit: ``times`` are its start and end in minutes since midnight; ``unsure`` says that
    there were numbers which are no two times, so that they must be asked for.
    """

    name: CommandName
    code: int | None = None
    times: tuple[int, int] | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class OptOut:
    """A word on which the carrier stops all messages to this phone. Never overridden."""

    keyword: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """More or other meaning than an answer: the full text as it came, for a person."""

    text: str


Reading = Answers | Command | Shift | OptOut | Unclear

_BARE_DIGITS: Final = {"1": Say.YES, "2": Say.NO}
_SAYS: Final = {Sense.YES: Say.YES, Sense.NO: Say.NO}
_COMMANDS: Final = {
    Sense.HELP: CommandName.HELP,
    Sense.AGENDA: CommandName.AGENDA,
    Sense.WITHDRAW: CommandName.WITHDRAW,
}
_TELLINGS: Final = {Sense.DONE: CommandName.DONE, Sense.ABSENT: CommandName.ABSENT}
# What may stand around an answer or a command without changing it; a label only before its code (_has_stray_label).
_AROUND: Final = (Sense.COURTESY, Sense.REGRET, Sense.LABEL)

Part = Say | int


def read(text: str) -> Reading:
    """Read one reply. Never raises on any text; what is not wholly understood is Unclear(text)."""
    if (told := read_telling(text)) is not None:
        return Command(_TELLINGS[told.sense], told.code, told.times, told.unsure)
    if (shift := read_shift(text)) is not None:
        return shift
    words = tokens(text)
    if words is None or any(together <= set(words) for together in kept_apart()):
        return Unclear(text)
    if len(words) == 1 and words[0] in _BARE_DIGITS:
        return Answers((Answer(None, _BARE_DIGITS[words[0]]),))
    senses = _alone(words) or longest_phrases(words)
    if senses is None or _has_stray_label([sense for sense, _ in senses]):
        return Unclear(text)
    if [sense for sense, _ in senses] == [Sense.OPT_OUT]:
        return OptOut(senses[0][1])
    return _command(senses) or _answers(senses) or Unclear(text)


def _alone(words: Sequence[str]) -> list[tuple[Sense, str]] | None:
    """A word that is a yes when nothing else is said: "ji", "ji 412", but not the "ji" of "shukriya ji"."""
    codes = [word for word in words if is_code(word)]
    rest = [word for word in words if not is_code(word)]
    if len(rest) != 1 or len(codes) > 1 or rest[0] not in yes_alone():
        return None
    return [(Sense.YES, rest[0]), *((Sense.CODE, code) for code in codes)]


def _has_stray_label(senses: Sequence[Sense]) -> bool:
    """A label that names no code: "n puedo" is a slip of "no puedo", and must not become the yes of "puedo"."""
    followed = (Sense.LABEL, Sense.CODE)
    return any(
        sense is Sense.LABEL and not set(senses[at : at + 1]) & set(followed) for at, sense in enumerate(senses, 1)
    )


def _command(senses: Sequence[tuple[Sense, str]]) -> Command | None:
    """A command stands alone but for courtesy; only WITHDRAW takes a code."""
    meant = [(sense, word) for sense, word in senses if sense not in _AROUND]
    if not meant or meant[0][0] not in _COMMANDS:
        return None
    name, rest = _COMMANDS[meant[0][0]], meant[1:]
    if not rest:
        return Command(name)
    if name is CommandName.WITHDRAW and [sense for sense, _ in rest] == [Sense.CODE]:
        return Command(name, int(rest[0][1]))
    return None


def _answers(senses: Sequence[tuple[Sense, str]]) -> Answers | None:
    parts: list[Part] = []
    for sense, word in senses:
        if sense in _SAYS:
            parts.append(_SAYS[sense])
        elif sense is Sense.CODE:
            parts.append(int(word))
        elif sense not in _AROUND and sense is not Sense.AND:
            return None
    if any(sense is Sense.REGRET for sense, _ in senses) and Say.NO not in parts:
        return None
    codes = [part for part in parts if isinstance(part, int)]
    if any(sense is Sense.AND for sense, _ in senses) and len(codes) < 2:
        return None
    return _one_answer(parts, codes) if len(codes) < 2 else _several(parts)


def _one_answer(parts: Sequence[Part], codes: Sequence[int]) -> Answers | None:
    """Every say agrees ("sì, confermo"); "sì no" is nobody's answer."""
    says = {part for part in parts if isinstance(part, Say)}
    if len(says) != 1:
        return None
    return Answers((Answer(codes[0] if codes else None, says.pop()),))


def _several(parts: Sequence[Part]) -> Answers | None:
    """Each code has its own answer, all before their codes or all after; otherwise a reader would guess."""
    merged = [part for at, part in enumerate(parts) if at == 0 or part != parts[at - 1] or isinstance(part, int)]
    first, second = merged[0::2], merged[1::2]
    if len(first) != len(second):
        return None
    says, codes = (first, second) if isinstance(first[0], Say) else (second, first)
    found: dict[int, Say] = {}
    for say, code in zip(says, codes, strict=True):
        if not isinstance(say, Say) or not isinstance(code, int) or found.get(code, say) is not say:
            return None
        found[code] = say
    return Answers(tuple(Answer(code, say) for code, say in found.items()))
