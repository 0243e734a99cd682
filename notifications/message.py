# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be said by SMS: the kinds of message, the values each kind needs, and the finished SMS.

Every kind has its own type of values. The type of an offer has no field for an address, a contact, a
name or a reason, so nothing of the kind can reach a mediator who has not accepted yet.
All instants are aware; they are shown in Europe/Rome. Links come without a scheme ("ponte.example/m/7fK2").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class MessageKind(StrEnum):
    """The kinds of SMS that Ponte writes; the value is what a message row stores."""

    OFFER = "offer"
    CONFIRMED = "confirmed"
    COVERED = "covered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNREACHABLE = "unreachable"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RELEASED = "released"
    REASSIGNED = "reassigned"
    DECLINED = "declined"
    CALL_US = "call_us"
    FREE_NOTED = "free_noted"
    BUSY_NOTED = "busy_noted"
    ASK_SHIFT = "ask_shift"
    NUMBER_TEST = "number_test"
    NUMBER_CONFIRMED = "number_confirmed"
    ASK_CODE = "ask_code"
    NONE_OPEN = "none_open"
    TO_PERSON = "to_person"
    HELP = "help"
    AGENDA = "agenda"
    UNKNOWN_SENDER = "unknown_sender"
    REMINDER = "reminder"
    HOW_WAS_IT = "how_was_it"
    NOTED = "noted"
    ASK_TIMES = "ask_times"
    ASK_VISIT = "ask_visit"
    NO_VISIT = "no_visit"


class ServiceKind(StrEnum):
    """The kind of desk, the only thing about it that an offer may say."""

    SCHOOL = "school"
    SOCIAL = "social"
    HEALTH = "health"
    TOWN = "town"
    SHELTER = "shelter"


class VisitMode(StrEnum):
    """How the mediator takes part."""

    ONSITE = "onsite"
    PHONE = "phone"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWords:
    """The question put to a mediator. `language` and `comune` are names as the recipient reads them.

    `written_at` is the instant the SMS leaves: a `reply_by` on another day names the day.
    `comune` is for visits on site; `language` is None for a presence without languages. The short names, where
    the tables have some, take their place when there is no room.
    """

    code: int
    start: datetime
    end: datetime
    reply_by: datetime
    written_at: datetime
    language: str | None = None
    language_short: str | None = None
    mode: VisitMode = VisitMode.ONSITE
    comune: str | None = None
    comune_short: str | None = None
    service: ServiceKind | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedWords:
    """After the SI: where to go and whom to ask for. `desk` is the desk's neutral SMS label, never a ward."""

    start: datetime
    end: datetime
    desk: str
    link: str
    mode: VisitMode = VisitMode.ONSITE
    address: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWords:
    """One visit named by its code and its time: covered, withdrawn, expired, cancelled, released, asked again."""

    code: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedWords:
    """What was and what is. `needs_answer` when the move is larger than the policy lets pass unasked."""

    code: int
    old_start: datetime
    old_end: datetime
    start: datetime
    end: datetime
    needs_answer: bool
    comune: str | None = None
    comune_short: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffer:
    """An offer that still waits for an answer, as the ask-back lists it."""

    code: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCodeWords:
    """The codes to choose from, soonest first, and at least one."""

    offers: tuple[OpenOffer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpWords:
    """What can be answered, with the open codes (none is fine)."""

    open_codes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaVisit:
    """One booked visit as the agenda lists it; `comune` is None for a visit by phone or video."""

    start: datetime
    end: datetime
    comune: str | None = None
    comune_short: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaWords:
    """The next visits, soonest first, and the link to all of them."""

    visits: tuple[AgendaVisit, ...]
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWords:
    """A text whose only value is the link to the mediator's own pages."""

    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderWords:
    """A visit that comes soon. `desk` is the desk's neutral SMS label; `comune` is for visits on site."""

    start: datetime
    end: datetime
    desk: str
    link: str
    mode: VisitMode = VisitMode.ONSITE
    comune: str | None = None
    comune_short: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HowWasItWords:
    """The question after a visit's end, with its code and the page where it can be answered too."""

    code: int
    start: datetime
    end: datetime
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedWords:
    """What was noted of a visit: its real times, or (`absent`) that the person was not there."""

    code: int
    start: datetime
    end: datetime
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftWords:
    """Time in which she said that she can or cannot come; `visits` are those of hers within it, soonest first."""

    start: datetime
    end: datetime
    visits: tuple[OpenOffer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoWords:
    """A text without values."""


Words = (
    OfferWords
    | ConfirmedWords
    | VisitWords
    | MovedWords
    | AskCodeWords
    | HelpWords
    | AgendaWords
    | LinkWords
    | ReminderWords
    | HowWasItWords
    | NotedWords
    | ShiftWords
    | NoWords
)

WORDS_OF: Final[dict[MessageKind, type[Words]]] = {
    MessageKind.OFFER: OfferWords,
    MessageKind.CONFIRMED: ConfirmedWords,
    MessageKind.COVERED: VisitWords,
    MessageKind.WITHDRAWN: VisitWords,
    MessageKind.EXPIRED: VisitWords,
    MessageKind.UNREACHABLE: VisitWords,
    MessageKind.MOVED: MovedWords,
    MessageKind.CANCELLED: VisitWords,
    MessageKind.RELEASED: VisitWords,
    MessageKind.REASSIGNED: VisitWords,
    MessageKind.DECLINED: VisitWords,
    MessageKind.CALL_US: NoWords,
    MessageKind.FREE_NOTED: ShiftWords,
    MessageKind.BUSY_NOTED: ShiftWords,
    MessageKind.ASK_SHIFT: NoWords,
    MessageKind.NUMBER_TEST: NoWords,
    MessageKind.NUMBER_CONFIRMED: NoWords,
    MessageKind.ASK_CODE: AskCodeWords,
    MessageKind.NONE_OPEN: LinkWords,
    MessageKind.TO_PERSON: NoWords,
    MessageKind.HELP: HelpWords,
    MessageKind.AGENDA: AgendaWords,
    MessageKind.UNKNOWN_SENDER: NoWords,
    MessageKind.REMINDER: ReminderWords,
    MessageKind.HOW_WAS_IT: HowWasItWords,
    MessageKind.NOTED: NotedWords,
    MessageKind.ASK_TIMES: VisitWords,
    MessageKind.ASK_VISIT: AskCodeWords,
    MessageKind.NO_VISIT: LinkWords,
}


class WrongWords(TypeError):
    """The values do not belong to the kind of message: an offer must not be written from a confirmation."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be written: its kind, the recipient's language and the values. Refuses values of another kind."""

    kind: MessageKind
    locale: str
    values: Words

    def __post_init__(self) -> None:
        wanted = WORDS_OF[self.kind]
        if type(self.values) is not wanted:
            raise WrongWords(
                f"values of a {self.kind.value} message are {type(self.values).__name__}: give {wanted.__name__}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """A finished SMS on its way to a provider.

    `reference` is our message id; it also travels inside `callback_url`, so that a message whose answer was
    never seen reports itself. After `validity_seconds` the carrier must not deliver it any more.
    """

    to_e164: str
    body: str
    reference: str
    callback_url: str | None = None
    validity_seconds: int | None = None

    def __post_init__(self) -> None:
        if not self.to_e164.startswith("+") or not self.to_e164[1:].isascii() or not self.to_e164[1:].isdigit():
            raise ValueError(f"to_e164 {self.to_e164!r} is not an E.164 number: pass it through phones.mobile first")
        if not self.body.strip():
            raise ValueError(f"body of message {self.reference} is empty: compose it first")
        if self.validity_seconds is not None and self.validity_seconds < 1:
            raise ValueError(
                f"validity_seconds {self.validity_seconds} of message {self.reference} is over: do not send it"
            )
