# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the screens keep: drafts, calendars' secret addresses, whom a coordinator asked, and who settled what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _calendar_feed()
    _asked_where()
    _coming_appointments()
    _forms_not_sent()
    _who_settled_a_run()
    _finding_somebody()
    _set_up()
    _failed_messages()
    _workload()
    _agenda()


def _calendar_feed() -> None:
    """One address a mediator or a desk, known by its hash alone."""
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=True),
        sa.Column("desk_id", sa.BigInteger(), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(mediator_id IS NULL) <> (desk_id IS NULL)", name=op.f("ck_calendar_feed_one_owner")),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_calendar_feed_mediator_id_mediator")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_calendar_feed_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("mediator_id", name=op.f("uq_calendar_feed_mediator_id")),
        sa.UniqueConstraint("desk_id", name=op.f("uq_calendar_feed_desk_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
    )


def _asked_where() -> None:
    """A late yes books only where she was asked to come; what was asked before today is taken to stand where it is."""
    op.add_column("offer", sa.Column("place_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_offer_place_id_place"), "offer", "place", ["place_id"], ["id"])
    op.execute(
        "UPDATE offer SET place_id = appointment.place_id FROM slot JOIN appointment ON appointment.id = slot.appointment_id"
        " WHERE slot.id = offer.slot_id"
    )


def _coming_appointments() -> None:
    """Lists and calendars begin with what is still to come, among years of what is over."""
    op.create_index("ix_appointment_last_start", "appointment", ["last_start"])


def _forms_not_sent() -> None:
    """Drafts of requests, and what was typed when a session ended."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "request_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("desk_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("typed", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_request_draft_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_draft")),
    )
    op.create_index("ix_request_draft_desk_id", "request_draft", ["desk_id"])
    op.create_table(
        "kept_form",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.String(length=1000), nullable=False),
        sa.Column("action", sa.String(length=1000), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("kept_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_kept_form_account_id_account")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_kept_form")),
    )
    op.create_index("ix_kept_form_account_id", "kept_form", ["account_id"])


def _who_settled_a_run() -> None:
    """Who published a draft or set it aside; empty where nobody did, or Ponte itself."""
    op.add_column("planning_run", sa.Column("settled_by", sa.String(length=80), server_default="", nullable=False))


def _finding_somebody() -> None:
    """Whom a coordinator has asked about a slot, and by how much somebody may work beyond her hours for once."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "asking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("people", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("instead_of", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("closed_at", instant, nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.CheckConstraint("way IN ('in_order', 'together')", name=op.f("ck_asking_way_known")),
        sa.CheckConstraint(
            "ended IN ('booked', 'nobody', 'stopped', 'replaced', 'assigned', 'changed')",
            name=op.f("ck_asking_ended_known"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (ended IS NULL)", name=op.f("ck_asking_ended_when_closed")),
        sa.CheckConstraint("position BETWEEN 0 AND cardinality(people)", name=op.f("ck_asking_position_within")),
        sa.ForeignKeyConstraint(["instead_of"], ["assignment.id"], name=op.f("fk_asking_instead_of_assignment")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_asking_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
    )
    op.create_index(op.f("ix_asking_slot_id"), "asking", ["slot_id"])
    op.create_index(
        "uq_asking_open_slot", "asking", ["slot_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "hours_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("span", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("granted_by", sa.String(length=80), nullable=False),
        sa.Column("granted_at", instant, nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.CheckConstraint("span IN ('day', 'week')", name=op.f("ck_hours_grant_span_known")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_hours_grant_minutes_positive")),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_hours_grant_mediator_id_mediator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_grant")),
    )
    op.create_index(op.f("ix_hours_grant_mediator_id_day"), "hours_grant", ["mediator_id", "day"])


def _set_up() -> None:
    """The one row that says what the installation is called."""
    op.create_table(
        "set_up",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_set_up_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_up")),
    )


def _failed_messages() -> None:
    """What did not arrive is looked for on a page, among the SMS of years."""
    op.create_index("ix_message_failed", "message", ["id"], postgresql_where=sa.text("status = 'failed'"))


def _workload() -> None:
    """What the workload and the board look up among years of visits and offers."""
    op.create_index("ix_assignment_mediator_start", "assignment", ["mediator_id", sa.literal_column("lower(during)")])
    accepted: sa.ColumnElement[bool] = sa.literal_column("status = 'accepted'")
    op.create_index("ix_offer_accepted", "offer", ["closed_at"], postgresql_where=accepted)


def _agenda() -> None:
    """The appointments that can begin in some week, found among those of years: their bounds are one range."""
    starts = sa.text("tstzrange(first_start, last_start, '[]')")
    op.create_index("ix_appointment_starts", "appointment", [starts], postgresql_using="gist")
