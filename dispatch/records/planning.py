# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the planner was asked and answered: runs with their problem kept, ranked candidates, and assignments.

No double booking is a database fact: two live assignments of one mediator whose times overlap cannot both stand.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, literal_column
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.records.base import Base, Instant, Key, one_of
from dispatch.records.intake import Slot
from dispatch.records.roster import Mediator
from dispatch.records.statuses import AssignmentStatus, PlanningRunStatus, RunKind


class PlanningRun(Base):
    """One call of the planner; ``problem`` and ``plan`` are the two files, kept so any plan can be replayed.

    ``attempt`` fences a frozen worker out: a transition is an UPDATE … WHERE id AND status AND attempt.
    ``alive_at`` is when its worker last gave a sign, on the machine's clock;
    ``snapshot_at`` is when the rows were read; ``progress`` is the last {filled, slots, total, bound, seconds} with the
    ``steps`` that led there; ``outcome`` is what publishing did: {published, unchanged, unfilled, left, set_aside: [{slot, why}]};
    ``settled_by`` is who published it or set it aside.
    """

    __tablename__ = "planning_run"
    __table_args__ = (one_of("status", PlanningRunStatus), one_of("kind", RunKind))
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default=PlanningRunStatus.ASKED, index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    week_start: Mapped[dt.date]
    days: Mapped[int]
    seconds: Mapped[int]
    seed: Mapped[int] = mapped_column(default=1)
    asked_by: Mapped[str] = mapped_column(String(80), default="")
    asked_at: Mapped[Instant]
    snapshot_at: Mapped[Instant | None]
    alive_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
    published_at: Mapped[Instant | None]
    stop_asked: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    trouble: Mapped[str | None] = mapped_column(String(500))
    settled_by: Mapped[str] = mapped_column(String(80), default="", server_default="")


class Candidate(Base):
    """A mediator ranked for a slot by a planning run: rank 1 is the planner's choice; ``loss`` is the score lost.

    ``reasons`` are figures for one line: travel (minutes to the place), level, week (her working minutes with it), limit.
    """

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("run_id", "slot_id", "rank"), Index("ix_candidate_slot_id", "slot_id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("planning_run.id"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), primary_key=True)
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediator.id"), primary_key=True)
    rank: Mapped[int]
    loss: Mapped[int]
    start: Mapped[Instant]
    reasons: Mapped[dict[str, int]] = mapped_column(JSONB)


class Assignment(Base):
    """This mediator takes this slot during this time; live while published or booked.

    Once booked, ``evening_due`` and ``hours_due`` are when she is reminded and ``outcome_due`` when she is asked how it
    went; each is null when there is nothing (left) to do. ``agreed`` is the time she said yes to, and
    ``agreed_place_id`` where, once the visit has moved since: published, it waits for her yes to the new time.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("status", AssignmentStatus),
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="during_finite"
        ),
        ExcludeConstraint(
            (
                func.int8range(literal_column("mediator_id"), literal_column("mediator_id"), literal_column("'[]'")),
                "&&",
            ),
            (literal_column("during"), "&&"),
            where=literal_column("status IN ('published', 'booked')"),
            using="gist",
            name="ex_assignment_no_double_booking",
        ),
        Index(
            "uq_assignment_live_slot",
            "slot_id",
            unique=True,
            postgresql_where=literal_column("status IN ('published', 'booked')"),
        ),
        # The newest job of each mediator, among the visits of years.
        Index("ix_assignment_mediator_start", "mediator_id", literal_column("lower(during)")),
        # Each minute somebody looks whether a published one was left unasked; the booked ones of years are many more.
        Index("ix_assignment_published", "id", postgresql_where=literal_column("status = 'published'")),
        *(
            Index(f"ix_assignment_{due}", due, postgresql_where=literal_column(f"{due} IS NOT NULL"))
            for due in ("evening_due", "hours_due", "outcome_due")
        ),
    )
    id: Mapped[Key]
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    mediator_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("mediator.id"), index=True)
    during: Mapped[Range[dt.datetime]] = mapped_column(TSTZRANGE)
    status: Mapped[str] = mapped_column(String(16))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("planning_run.id"), index=True)
    changed_at: Mapped[Instant]
    evening_due: Mapped[Instant | None]
    hours_due: Mapped[Instant | None]
    outcome_due: Mapped[Instant | None]
    agreed: Mapped[Range[dt.datetime] | None] = mapped_column(TSTZRANGE)
    agreed_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    slot: Mapped[Slot] = relationship()
    mediator: Mapped[Mediator] = relationship()
