# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing the SMS: the wording, the shortening by named steps, and what an offer cannot say."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.catalog import MissingText, languages
from notifications.compose import TooLong, compose
from notifications.direction import RLM
from notifications.message import (
    AgendaVisit,
    AskCodeWords,
    ConfirmedWords,
    Draft,
    HelpWords,
    MessageKind,
    OfferWords,
    OpenOffer,
    ServiceKind,
    Sms,
    VisitMode,
    WrongWords,
)
from notifications.segments import measure, plain_signs
from notifications.wording.steps import Step
from tests.notifications.words import (
    AGENDA,
    CONFIRMED,
    END,
    LINK,
    MOVED,
    OFFER,
    ORDINARY,
    START,
    VISIT,
    rome_winter,
)


def offer(**changes: Any) -> str:
    """The Italian text of the ordinary offer with these changes."""
    return compose(MessageKind.OFFER, "it", replace(OFFER, **changes)).body


def test_offer_reads_as_agreed() -> None:
    """The Italian offer is the sample text, sign for sign, in one segment."""
    written = compose(MessageKind.OFFER, "it", OFFER)
    assert written.body == (
        "Ponte: mar 24/11 9:00-10:30, arabo, Trescore Balneario (scuola). Puoi? Rispondi SI 412 o NO 412 "
        "entro le 16:00. Dettagli: ponte.example/m/7fK2"
    )
    assert (len(written.body), written.segments, written.dropped_steps) == (142, 1, ())


def test_english_offer_says_the_same() -> None:
    """English says YES and NO and writes the day before the month."""
    body = compose(MessageKind.OFFER, "en", replace(OFFER, language="Arabic")).body
    assert body.startswith(
        "Ponte: Tue 24/11 9:00-10:30, Arabic, Trescore Balneario (school). Can you? Reply YES 412 or NO 412 by 16:00."
    )


def test_deadline_on_another_day_names_the_day() -> None:
    """ "Le 16:00" is today's; tomorrow's comes with its day."""
    assert "entro mar 24/11 8:00." in offer(reply_by=rome_winter(24, 8))
    assert "entro le 23:59." in offer(reply_by=rome_winter(23, 23, 59))


def test_offer_by_phone_names_no_place() -> None:
    """A visit by phone or video says so where the comune would stand."""
    assert ", arabo, al telefono (scuola)." in offer(mode=VisitMode.PHONE, comune=None)
    assert ", arabo, in video (scuola)." in offer(mode=VisitMode.VIDEO, comune=None)


def test_presence_without_language_leaves_no_gap() -> None:
    """A territorial presence has no language, and a desk may have no kind."""
    assert "9:00-10:30, Trescore Balneario. Puoi?" in offer(language=None, service=None)


@pytest.mark.parametrize(
    ("service", "italian", "english"),
    [
        (ServiceKind.SCHOOL, "(scuola)", "(school)"),
        (ServiceKind.SOCIAL, "(servizi sociali)", "(social services)"),
        (ServiceKind.HEALTH, "(sanità)", "(health service)"),
        (ServiceKind.TOWN, "(ufficio comunale)", "(town office)"),
        (ServiceKind.SHELTER, "(accoglienza)", "(reception centre)"),
    ],
)
def test_every_kind_of_desk_has_its_word(service: ServiceKind, italian: str, english: str) -> None:
    """Each kind of desk is said in both languages."""
    assert italian in offer(service=service)
    assert english in compose(MessageKind.OFFER, "en", replace(OFFER, service=service)).body


def test_steps_are_taken_in_order_and_only_as_far_as_needed() -> None:
    """First the word before the link goes, then the link, then the comune's and the language's long names."""
    crowded = replace(
        OFFER,
        code=9999,
        reply_by=rome_winter(24, 18),
        start=rome_winter(25, 10),
        end=rome_winter(25, 11),
        service=ServiceKind.SHELTER,
        link="ponte.example/m/7fK2abcd",
    )
    assert compose(MessageKind.OFFER, "it", crowded).dropped_steps == (Step.LINK_LABEL,)
    linked = replace(
        crowded,
        link="ponte.example/m/abcdefgh1234",
        comune="Sotto il Monte Giovanni XXIII",
        comune_short="Sotto il Monte",
    )
    assert compose(MessageKind.OFFER, "it", linked).dropped_steps == (Step.LINK_LABEL, Step.LINK)
    wordy = replace(
        linked, language="arabo levantino (siriano, libanese)", language_short="arabo levan.", service=ServiceKind.TOWN
    )
    written = compose(MessageKind.OFFER, "it", wordy)
    assert written.dropped_steps == (Step.LINK_LABEL, Step.LINK, Step.COMUNE)
    assert "arabo levantino (siriano, libanese), Sotto il Monte (ufficio comunale)" in written.body


def test_step_that_changes_nothing_is_not_reported() -> None:
    """Without a link there is none to drop."""
    wordy = replace(OFFER, link=None, language="l" * 60, language_short="corta")
    assert compose(MessageKind.OFFER, "it", wordy).dropped_steps == (Step.COMUNE, Step.LANGUAGE)


def test_text_that_does_not_fit_is_refused_not_cut() -> None:
    """When every step is taken and it is still too long, the figures are named and nothing is written."""
    with pytest.raises(TooLong, match=r"offer message in it takes 2 segments .* and may take 1: shorten its values"):
        compose(MessageKind.OFFER, "it", replace(OFFER, language="l" * 200))


def test_sign_outside_gsm7_costs_and_is_never_replaced_by_a_question_mark() -> None:
    """A name with ș doubles the price, so the offer gets shorter; the sign itself stays."""
    with pytest.raises(TooLong):
        compose(MessageKind.OFFER, "it", replace(OFFER, comune="Vâlcea", comune_short=None))
    assert "È" in compose(MessageKind.CONFIRMED, "it", replace(CONFIRMED, desk="È qui")).body


def test_curly_signs_in_values_become_plain() -> None:
    """A desk pasted from a document does not double the price of its confirmation."""
    written = compose(MessageKind.CONFIRMED, "it", replace(CONFIRMED, desk="Scuola “L’Aquilone” – sede"))
    assert 'Scuola "L\'Aquilone" - sede' in written.body
    assert written.segments == 1


def test_confirmation_tells_where_and_whom_to_ask_for() -> None:
    """After the SI the mediator gets the desk, its address, the contact and the agenda."""
    assert compose(MessageKind.CONFIRMED, "it", CONFIRMED).body == (
        "Ponte: confermato mar 24/11 9:00-10:30, IC Trescore, via Lotto 15, Trescore Balneario, "
        "contatto Anna 035 940000. Agenda: ponte.example/m/7fK2"
    )


def test_confirmation_with_endless_address_points_to_the_page() -> None:
    """An address that fits no two segments is not cut: the text says where it can be read."""
    written = compose(MessageKind.CONFIRMED, "it", replace(CONFIRMED, address="via " + "molto lunga " * 30))
    assert written.dropped_steps == (Step.LINK, Step.DESK_DETAILS)
    assert written.body == "Ponte: confermato mar 24/11 9:00-10:30. Dove andare e chi cercare: ponte.example/m/7fK2"


@given(desk=st.text(max_size=80), address=st.text(max_size=250), contact=st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_no_value_is_ever_cut_or_replaced(desk: str, address: str, contact: str) -> None:
    """Whatever a desk calls itself, its words stand whole in the confirmation, or the link stands for them."""
    written = compose(MessageKind.CONFIRMED, "it", replace(CONFIRMED, desk=desk, address=address, contact=contact))
    assert written.segments <= 2
    if Step.DESK_DETAILS not in written.dropped_steps:
        assert all(plain_signs(value) in written.body for value in (desk, address, contact))


def test_confirmation_by_video_has_no_address() -> None:
    """A remote visit names the desk and the way, never an address."""
    body = compose(MessageKind.CONFIRMED, "it", replace(CONFIRMED, mode=VisitMode.VIDEO)).body
    assert "IC Trescore, in video, contatto" in body
    assert "via Lotto" not in body


def test_move_asks_only_when_it_must() -> None:
    """A small move informs; a large one asks for a new SI with the code."""
    asked = compose(MessageKind.MOVED, "it", MOVED).body
    assert "era mar 24/11 9:00-10:30, ora è mer 25/11 14:00-15:30" in asked
    assert "Rispondi SI 412 o NO 412" in asked
    assert "Rispondi" not in compose(MessageKind.MOVED, "it", replace(MOVED, needs_answer=False)).body


def test_ask_back_lists_codes_with_their_times_while_there_is_room() -> None:
    """Two offers are told apart by day and time; a dozen by their codes; fifty by the soonest five."""
    many = [OpenOffer(code=1000 + at, start=START, end=END) for at in range(50)]

    def body(number: int) -> str:
        return compose(MessageKind.ASK_CODE, "it", AskCodeWords(offers=tuple(many[:number]))).body

    assert "1000 (mar 24/11 9:00), 1001 (mar 24/11 9:00)." in body(2)
    assert body(12).endswith("1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011.")
    assert body(50).endswith("codice: 1000, 1001, 1002, 1003, 1004 +45.")


def test_help_names_the_open_codes() -> None:
    """Help says what can be answered; without an open offer it lists no code."""
    assert "codice (412, 377)." in compose(MessageKind.HELP, "it", HelpWords(open_codes=(412, 377))).body
    assert "Aperte" not in compose(MessageKind.HELP, "it", HelpWords()).body


def test_agenda_lists_the_next_visits() -> None:
    """The agenda by SMS serves a phone without a browser; what does not fit is counted."""
    assert "mar 24/11 9:00-10:30 Albino. Agenda: " in compose(MessageKind.AGENDA, "it", AGENDA).body
    assert "non hai interventi" in compose(MessageKind.AGENDA, "it", replace(AGENDA, visits=())).body
    long = replace(AGENDA, visits=(AgendaVisit(start=START, end=END, comune="Sotto il Monte Giovanni XXIII"),) * 9)
    assert "Giovanni XXIII +8. Agenda: " in compose(MessageKind.AGENDA, "it", long).body


def test_offer_has_no_field_for_what_comes_after_acceptance() -> None:
    """Before acceptance: language, time, kind of service, comune. No address, contact, desk, name, reason, case or note."""
    allowed = {
        *("code", "start", "end", "reply_by", "written_at", "language", "language_short"),
        *("mode", "comune", "comune_short", "service", "link"),
    }
    assert {field.name for field in fields(OfferWords)} == allowed
    assert {field.name for field in fields(ConfirmedWords)} - allowed == {"desk", "address", "contact"}


def test_values_of_another_kind_are_refused() -> None:
    """An offer cannot be written from the values of a confirmation, whatever the caller mixed up."""
    with pytest.raises(WrongWords, match="values of a offer message are ConfirmedWords: give OfferWords"):
        compose(MessageKind.OFFER, "it", CONFIRMED)
    with pytest.raises(WrongWords):
        Draft(MessageKind.CONFIRMED, "it", VISIT)


def test_unknown_language_and_naive_time_are_named() -> None:
    """A language without a catalog and a time without a zone are errors of the caller, with the remedy."""
    with pytest.raises(MissingText, match="language 'xx' has no catalog: use one of ar, bn, en"):
        compose(MessageKind.OFFER, "xx", OFFER)
    with pytest.raises(ValueError, match="2026-11-24T09:00:00 has no time zone"):
        compose(MessageKind.OFFER, "it", replace(OFFER, start=datetime(2026, 11, 24, 9)))


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "dom 25/10 0:30-2:30"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "dom 25/10 2:30-3:30"),
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "dom 28/03 1:30-3:30"),
    ],
)
def test_both_dst_nights_show_the_clock_on_the_wall(start: datetime, end: datetime, shown: str) -> None:
    """What is written is what the clocks of Bergamo show, also in the night they change."""
    assert shown in compose(MessageKind.CANCELLED, "it", replace(VISIT, start=start, end=end)).body


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", list(MessageKind))
def test_every_kind_is_written_whole_in_every_language(kind: MessageKind, language: str) -> None:
    """Every kind has a text in each language, with no placeholder left; in the ordinary case only comforts are dropped.

    Nothing where GSM-7 is enough; elsewhere the link and the long name of a place may go, never a time or a code.
    """
    written = compose(kind, language, ORDINARY[kind])
    assert written.body.removeprefix(RLM).startswith("Ponte: ")
    assert "%(" not in written.body
    comforts = {Step.LINK_LABEL, Step.LINK, Step.COMUNE} if measure(written.body).alphabet == "ucs2" else set()
    assert set(written.dropped_steps) <= comforts


def test_message_with_something_missing_never_becomes_an_sms() -> None:
    """A number that is not E.164, an empty text and a validity that is over are refused before any wire."""
    with pytest.raises(ValueError, match=r"'333 1234567' is not an E\.164 number"):
        Sms(to_e164="333 1234567", body="x", reference="m1")
    with pytest.raises(ValueError, match="body of message m1 is empty"):
        Sms(to_e164="+393331234567", body=" ", reference="m1")
    with pytest.raises(ValueError, match="validity_seconds 0 of message m1 is over"):
        Sms(to_e164="+393331234567", body="x", reference="m1", validity_seconds=0)


def test_link_is_used_as_given() -> None:
    """The composer adds no scheme to a link: the caller's host and path are what the person reads."""
    assert compose(MessageKind.OFFER, "it", OFFER).body.endswith(LINK)
