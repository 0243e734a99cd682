# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publishing applies a draft once, whole, and only where the week is still as the planner saw it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from dispatch.errors import Conflict
from dispatch.kit.session import Database
from dispatch.planning.publish import NoDraft, publish
from dispatch.planning.queries import live_by_slot, run_with_plan
from dispatch.records.intake import Slot
from dispatch.records.offers import Offer
from dispatch.records.planning import Assignment, Candidate
from dispatch.records.roster import Absence
from dispatch.records.statuses import AssignmentStatus, OfferStatus, SlotStatus
from tests import make
from tests.dispatch.planning.conftest import NOW, ask_for, at, draft

LATER = NOW + dt.timedelta(minutes=5)


def statuses(session: Session) -> list[str]:
    return list(session.scalars(select(Assignment.status).order_by(Assignment.id)))


def test_a_published_draft_stands_and_asks_the_offers_to_go_on(session: Session) -> None:
    """Each line becomes a published assignment, its slot is offered, and the next stage has its job."""
    make.mediator(session, "m1")
    slots = [ask_for(session, f"d{day}", (at(day, 8), at(day, 8))) for day in (0, 1)]
    begun = draft(session)
    assert statuses(session) == ["proposed", "proposed"]
    outcome = publish(session, begun.run_id, LATER)
    assert (outcome.published, outcome.set_aside) == (2, [])
    assert statuses(session) == ["published", "published"]
    assert {slot.status for slot in slots} == {SlotStatus.OFFERED}
    jobs = session.execute(text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")).all()
    assert tuple(jobs[-1]) == ("offers.make", {})
    first = session.scalars(select(Candidate).where(Candidate.slot_id == slots[0].id)).one()
    assert (first.rank, first.loss) == (1, 0)


def ask_her(session: Session, slot: Slot) -> None:
    """The SMS about what is published for the slot leaves: from now on it is a fact."""
    live = live_by_slot(session, [slot.id])[slot.id]
    offer = Offer(
        slot_id=slot.id,
        mediator_id=live.mediator_id,
        assignment_id=live.id,
        during=live.during,
        status=OfferStatus.WAITING,
        code=100,
        policy="cascade",
        reply_by=NOW + dt.timedelta(days=1),
        created_at=NOW,
        asked_at=LATER,
    )
    session.add(offer)
    session.flush()


def test_a_question_that_leaves_before_the_button_is_pressed_spoils_no_draft(session: Session) -> None:
    """Drafted at 7:20, its SMS left at 7:30, published at 7:40: what she was asked stays, the new line goes out."""
    make.mediator(session, "m1")
    asked = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    publish(session, draft(session).run_id, LATER)
    ask_for(session, "d1", (at(1, 10), at(1, 10)))
    again = draft(session, now=LATER + dt.timedelta(minutes=1))
    ask_her(session, asked)
    outcome = publish(session, again.run_id, LATER + dt.timedelta(minutes=2))
    assert (outcome.published, outcome.unchanged, outcome.set_aside) == (1, 1, [])


def test_what_she_was_asked_meanwhile_is_not_moved_under_her(session: Session) -> None:
    """The draft moves a visit to somebody else, and the question leaves first: the line is set aside, the rest goes on."""
    make.mediator(session, "m1")
    make.mediator(session, "m2")
    asked = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    publish(session, draft(session).run_id, LATER)
    before = live_by_slot(session, [asked.id])[asked.id]
    day = dt.datetime.fromisoformat(at(0, 0))
    session.add(Absence(mediator_id=before.mediator_id, during=Range(day, day + dt.timedelta(days=1))))
    ask_for(session, "d1", (at(1, 10), at(1, 10)))
    again = draft(session, now=LATER + dt.timedelta(minutes=1))
    ask_her(session, asked)
    outcome = publish(session, again.run_id, LATER + dt.timedelta(minutes=2))
    assert (outcome.published, [line["slot"] for line in outcome.set_aside]) == (1, [str(asked.id)])
    assert live_by_slot(session, [asked.id])[asked.id].id == before.id


def test_only_the_accepted_lines_are_published(session: Session) -> None:
    """A line that the coordinator unticks stays as it was."""
    make.mediator(session, "m1")
    kept, left = (ask_for(session, f"d{day}", (at(day, 8), at(day, 8))) for day in (0, 1))
    begun = draft(session)
    assert publish(session, begun.run_id, LATER, slots=[str(kept.id)]).published == 1
    assert (kept.status, left.status) == (SlotStatus.OFFERED, SlotStatus.OPEN)


def test_a_draft_is_published_once(session: Session) -> None:
    """A second press of the button changes nothing and says so."""
    make.mediator(session, "m1")
    ask_for(session, "d0", (at(0, 8), at(0, 8)))
    begun = draft(session)
    publish(session, begun.run_id, LATER)
    with pytest.raises(Conflict):
        publish(session, begun.run_id, LATER)
    assert statuses(session) == ["published"]


def test_a_slot_that_changed_since_the_snapshot_is_set_aside(session: Session) -> None:
    """«pubblicate 1, 1 cambiata nel frattempo»: the cancelled one is shown, the other goes out."""
    make.mediator(session, "m1")
    kept, gone = (ask_for(session, f"d{day}", (at(day, 8), at(day, 8))) for day in (0, 1))
    begun = draft(session)
    gone.status, gone.changed_at = SlotStatus.CANCELLED, LATER
    outcome = publish(session, begun.run_id, LATER)
    assert outcome.published == 1
    assert [line["slot"] for line in outcome.set_aside] == [str(gone.id)]
    assert set(live_by_slot(session, [kept.id, gone.id])) == {kept.id}


def test_a_visit_that_cannot_be_reached_any_more_is_set_aside(session: Session) -> None:
    """She was booked across the valley meanwhile: no overlap for the database, but nobody can do both."""
    mediator = make.mediator(session, "m1")
    slot = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    begun = draft(session)
    make.comune(session, "016077", name="Clusone", short_name="Clusone", lat=45.8894, lon=9.9473)
    far_place = make.place(session, "far", comune_code="016077")
    far = ask_for(session, "far-desk", (at(0, 9, 15), at(0, 9, 15)))
    far.appointment.place_id = far_place.id
    start = dt.datetime.fromisoformat(at(0, 9, 15))
    session.add(
        Assignment(
            slot_id=far.id,
            mediator_id=mediator.id,
            during=Range(start, start + dt.timedelta(minutes=60)),
            status=AssignmentStatus.BOOKED,
            changed_at=LATER,
        )
    )
    far.status = SlotStatus.BOOKED
    session.flush()
    outcome = publish(session, begun.run_id, LATER)
    assert outcome.published == 0
    assert "sarebbe altrove" in outcome.set_aside[0]["why"]
    assert slot.status == SlotStatus.OPEN


def test_an_absence_moves_what_has_not_left_yet(session: Session) -> None:
    """A published assignment whose offer has not left gives way: the old one is superseded, never two at once."""
    first, second = make.mediator(session, "m1"), make.mediator(session, "m2")
    slot = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    publish(session, draft(session).run_id, LATER)
    before = live_by_slot(session, [slot.id])[slot.id]
    away = first if before.mediator_id == first.id else second
    day = dt.datetime.fromisoformat(at(0, 0))
    session.add(Absence(mediator_id=away.id, during=Range(day, day + dt.timedelta(days=1))))
    session.flush()
    again = draft(session, now=LATER + dt.timedelta(minutes=1))
    outcome = publish(session, again.run_id, LATER + dt.timedelta(minutes=2))
    assert outcome.published == 1
    after = live_by_slot(session, [slot.id])[slot.id]
    assert after.mediator_id == ({first.id, second.id} - {away.id}).pop()
    assert statuses(session) == ["superseded", "published"]


def test_a_move_that_cannot_be_made_leaves_the_old_assignment(session: Session) -> None:
    """Setting a moved line aside must not take away what stands: nobody is left without a mediator by a refusal."""
    people = [make.mediator(session, "m1"), make.mediator(session, "m2")]
    slot = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    publish(session, draft(session).run_id, LATER)
    before = live_by_slot(session, [slot.id])[slot.id]
    away, other = sorted(people, key=lambda mediator: mediator.id != before.mediator_id)
    day = dt.datetime.fromisoformat(at(0, 0))
    session.add(Absence(mediator_id=away.id, during=Range(day, day + dt.timedelta(days=1))))
    session.flush()
    again = draft(session, now=LATER + dt.timedelta(minutes=1))
    book_elsewhere(session, other.id, at(0, 8, 30))
    outcome = publish(session, again.run_id, LATER + dt.timedelta(minutes=2))
    assert (outcome.published, len(outcome.set_aside)) == (0, 1)
    assert live_by_slot(session, [slot.id])[slot.id].id == before.id


def test_an_accepted_line_is_audited_beside_what_was_not_ticked(session: Session) -> None:
    """Her other published visit, unchanged and so not among the ticked lines, still stands in her day."""
    mediator = make.mediator(session, "m1")
    ask_for(session, "d0", (at(0, 8), at(0, 8)))
    publish(session, draft(session).run_id, LATER)
    late = ask_for(session, "d1", (at(0, 10), at(0, 10)))
    again = draft(session, now=LATER + dt.timedelta(minutes=1))
    mediator.max_day = 100  # one hour fits, two do not: the rule binds only when both visits are seen
    session.flush()
    outcome = publish(session, again.run_id, LATER + dt.timedelta(minutes=2), slots=[str(late.id)])
    assert outcome.published == 0
    assert "giornata troppo lunga" in outcome.set_aside[0]["why"]


def book_elsewhere(session: Session, mediator_id: int, start: str) -> None:
    other = ask_for(session, f"elsewhere-{mediator_id}", (start, start))
    begins = dt.datetime.fromisoformat(start)
    session.add(
        Assignment(
            slot_id=other.id,
            mediator_id=mediator_id,
            during=Range(begins, begins + dt.timedelta(minutes=60)),
            status=AssignmentStatus.BOOKED,
            changed_at=LATER,
        )
    )
    other.status = SlotStatus.BOOKED
    session.flush()


def test_nobody_leaves_the_reasons_on_the_slot(session: Session) -> None:
    """A slot without a person says why, counted by rule, and is looked at again only when something changes."""
    make.mediator(session, "m1", speaks={"fr": 3})
    slot = ask_for(session, "d0", (at(0, 8), at(0, 8)))
    outcome = publish(session, draft(session).run_id, LATER)
    assert (outcome.published, outcome.unfilled) == (0, 1)
    assert (slot.status, slot.reasons, slot.replan_due) == (SlotStatus.UNFILLED, {"language": 1}, None)


def test_what_somebody_published_meanwhile_is_seen_under_the_lock(database: Database) -> None:
    """She has the draft before her in one transaction; another publishes it; her own press finds no draft any more."""
    with database.begin() as session:
        make.mediator(session, "m1")
        ask_for(session, "d0", (at(0, 8), at(0, 8)))
        run_id = draft(session).run_id
    with database.begin() as hers:
        assert run_with_plan(hers, run_id).status == "draft"
        with database.begin() as other:
            publish(other, run_id, LATER, by="account:ines")
        with pytest.raises(NoDraft):
            publish(hers, run_id, LATER, by="account:marta")
    with database.begin() as session:
        assert (statuses(session), run_with_plan(session, run_id).settled_by) == (["published"], "account:ines")
