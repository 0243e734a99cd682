# SPDX-License-Identifier: AGPL-3.0-or-later
"""The house: presences, attendance, exceptions of availability, changes of policy, reminders.

What an older Ponte wrote is carried over: which date of its series each appointment is, and what becomes of bookings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from dispatch.errors import Conflict

revision = "0003"
down_revision = "0002"

ROME = ZoneInfo("Europe/Rome")
WEEKS = {"week": 1, "two_weeks": 2}
NO_LINE = -1


def upgrade() -> None:
    _refuse_shifts_that_overlap()
    op.create_table(
        "policy_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_change")),
    )
    op.create_index("ix_policy_change_key", "policy_change", ["section", "key", "since"], unique=False)
    op.create_table(
        "extra_shift",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_extra_shift_mediator_id_mediator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_shift")),
    )
    op.create_index(op.f("ix_extra_shift_mediator_id"), "extra_shift", ["mediator_id"], unique=False)
    op.create_table(
        "presence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("desk_id", sa.BigInteger(), nullable=True),
        sa.Column("ambito_code", sa.String(length=16), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("from_minute", sa.BigInteger(), nullable=False),
        sa.Column("to_minute", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("every", sa.String(length=16), nullable=False),
        sa.Column("keep_holidays", sa.Boolean(), nullable=False),
        sa.Column("school_days_only", sa.Boolean(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cover", sa.String(length=16), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=True),
        sa.Column("project_code", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cardinality(weekdays) > 0 AND weekdays <@ '{0,1,2,3,4,5,6}'", name=op.f("ck_presence_weekdays_known")
        ),
        sa.CheckConstraint("cover IN ('always', 'may_leave')", name=op.f("ck_presence_cover_known")),
        sa.CheckConstraint("every IN ('week', 'two_weeks')", name=op.f("ck_presence_every_known")),
        sa.CheckConstraint(
            "kind IN ('interpreting', 'mediation', 'territorial', 'team', 'feedback')",
            name=op.f("ck_presence_kind_known"),
        ),
        sa.CheckConstraint("(desk_id IS NULL) <> (ambito_code IS NULL)", name=op.f("ck_presence_one_owner")),
        sa.CheckConstraint(
            "0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440 AND to_minute - from_minute <= 480",
            name=op.f("ck_presence_shift_of_eight_hours"),
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_presence_period_forward")),
        sa.ForeignKeyConstraint(["ambito_code"], ["ambito.code"], name=op.f("fk_presence_ambito_code_ambito")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_presence_desk_id_desk")),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_presence_mediator_id_mediator")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_presence_place_id_place")),
        sa.ForeignKeyConstraint(["project_code"], ["project.code"], name=op.f("fk_presence_project_code_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("code", name=op.f("uq_presence_code")),
    )
    op.create_index(op.f("ix_presence_ambito_code"), "presence", ["ambito_code"], unique=False)
    op.create_index(op.f("ix_presence_desk_id"), "presence", ["desk_id"], unique=False)
    op.create_index(op.f("ix_presence_mediator_id"), "presence", ["mediator_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("desk_id", sa.BigInteger(), nullable=False),
        sa.Column("ambito_code", sa.String(length=16), nullable=True),
        sa.Column("project_code", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("planned", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("real", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("km", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by_mediator", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("by_desk", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'awaited') = (outcome IS NULL)", name=op.f("ck_attendance_told_has_outcome")),
        sa.CheckConstraint(
            "outcome IN ('held', 'person_absent', 'mediator_absent', 'cancelled_late', 'interrupted')",
            name=op.f("ck_attendance_outcome_known"),
        ),
        sa.CheckConstraint(
            "status IN ('awaited', 'told', 'agreed', 'disputed')", name=op.f("ck_attendance_status_known")
        ),
        sa.CheckConstraint("km >= 0", name=op.f("ck_attendance_km_not_negative")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_attendance_minutes_not_negative")),
        sa.ForeignKeyConstraint(["ambito_code"], ["ambito.code"], name=op.f("fk_attendance_ambito_code_ambito")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_attendance_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_attendance_desk_id_desk")),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_attendance_mediator_id_mediator")),
        sa.ForeignKeyConstraint(["project_code"], ["project.code"], name=op.f("fk_attendance_project_code_project")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_attendance_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_attendance_assignment_id")),
    )
    op.create_index(op.f("ix_attendance_ambito_code"), "attendance", ["ambito_code"], unique=False)
    op.create_index(op.f("ix_attendance_desk_id"), "attendance", ["desk_id"], unique=False)
    op.create_index(op.f("ix_attendance_mediator_id"), "attendance", ["mediator_id"], unique=False)
    op.create_index("ix_attendance_planned", "attendance", ["planned"], unique=False, postgresql_using="gist")
    op.create_index(op.f("ix_attendance_project_code"), "attendance", ["project_code"], unique=False)
    op.create_index(op.f("ix_attendance_slot_id"), "attendance", ["slot_id"], unique=False)
    op.create_index(op.f("ix_attendance_status"), "attendance", ["status"], unique=False)
    _add_filled("appointment", sa.Column("is_exception", sa.Boolean(), nullable=False), "false")
    _add_filled("appointment", sa.Column("line", sa.BigInteger(), nullable=False), "0")
    op.add_column("appointment", sa.Column("series_day", sa.Date(), nullable=True))
    op.add_column(
        "appointment",
        sa.Column("own", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.add_column("assignment", sa.Column("evening_due", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assignment", sa.Column("hours_due", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assignment", sa.Column("outcome_due", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_assignment_evening_due",
        "assignment",
        ["evening_due"],
        unique=False,
        postgresql_where=sa.text("evening_due IS NOT NULL"),
    )
    op.create_index(
        "ix_assignment_hours_due",
        "assignment",
        ["hours_due"],
        unique=False,
        postgresql_where=sa.text("hours_due IS NOT NULL"),
    )
    op.create_index(
        "ix_assignment_outcome_due",
        "assignment",
        ["outcome_due"],
        unique=False,
        postgresql_where=sa.text("outcome_due IS NOT NULL"),
    )
    op.drop_constraint(op.f("uq_availability_mediator_id_weekday_from_minute"), "availability", type_="unique")
    _add_filled("commitment", sa.Column("title", sa.String(length=120), nullable=False), "''")
    op.add_column("desk", sa.Column("ambito_code", sa.String(length=16), nullable=True))
    _add_filled("desk", sa.Column("active", sa.Boolean(), nullable=False), "true")
    op.create_unique_constraint(op.f("uq_desk_ambito_code"), "desk", ["ambito_code"])
    op.create_foreign_key(op.f("fk_desk_ambito_code_ambito"), "desk", "ambito", ["ambito_code"], ["code"])
    _add_filled("mediator", sa.Column("skills_until", postgresql.JSONB(astext_type=sa.Text()), nullable=False), "'{}'")
    _add_filled("mediator", sa.Column("reminders", sa.String(length=16), nullable=False), "'evening'")
    op.add_column("request", sa.Column("presence_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_request_presence_id"), "request", ["presence_id"], unique=False)
    op.create_foreign_key(op.f("fk_request_presence_id_presence"), "request", "presence", ["presence_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_mediator_reminders_known"), "mediator", "reminders IN ('none', 'evening', 'two_hours', 'both')"
    )
    op.drop_constraint(op.f("ck_inbound_status_known"), "inbound", type_="check")
    op.create_check_constraint(
        op.f("ck_inbound_status_known"),
        "inbound",
        "status IN ('stored', 'handed_over', 'settled', 'answered', 'person', 'unknown_number')",
    )
    op.execute(
        "ALTER TABLE availability ADD CONSTRAINT ex_availability_no_overlap EXCLUDE USING gist ("
        "int8range(mediator_id, mediator_id, '[]') WITH &&, int8range(weekday, weekday, '[]') WITH &&, "
        "int8range(from_minute, to_minute) WITH &&, daterange(valid_from, valid_until, '[]') WITH &&)"
    )
    _say_which_date_each_is()
    _end_old_bookings()


def _add_filled(table: str, column: sa.Column[object], value: str) -> None:
    """A column that must not be null, filled in the rows that are there already."""
    column.server_default = sa.DefaultClause(sa.text(value))
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def _refuse_shifts_that_overlap() -> None:
    """Which of two shifts holds, only a person knows; the constraint alone would stop the upgrade without a word of it."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT DISTINCT mediator.code FROM mediator JOIN availability one ON one.mediator_id = mediator.id "
            "LEFT JOIN availability other ON other.mediator_id = one.mediator_id AND other.id <> one.id "
            "AND other.weekday = one.weekday "
            "AND other.from_minute < one.to_minute AND one.from_minute < other.to_minute "
            "AND coalesce(other.valid_from, '-infinity') <= coalesce(one.valid_until, 'infinity') "
            "AND coalesce(one.valid_from, '-infinity') <= coalesce(other.valid_until, 'infinity') "
            "WHERE other.id IS NOT NULL OR one.valid_until < one.valid_from ORDER BY mediator.code"
        )
    )
    if codes := ", ".join(found.scalars()):
        raise Conflict(
            f"Nothing was upgraded: weekly shifts overlap, or end before they begin, of the mediators {codes}. "
            "Correct their shifts (table availability) so that no two of one weekday overlap, then upgrade again."
        )


def _say_which_date_each_is() -> None:
    """Every appointment gets its line of ``when`` and its day; without them the first change would call off a series."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT appointment.id, number, appointment.status, coalesce(asked_start, first_start) AS start, "
            "request_id, body FROM appointment JOIN request ON request.id = request_id "
            "WHERE jsonb_array_length(body -> 'when') > 0 ORDER BY request_id, number"
        )
    )
    told = [said for _key, group in groupby(rows, lambda row: row.request_id) for said in _dates_of(list(group))]
    if told:
        bind.execute(sa.text("UPDATE appointment SET line = :line, series_day = :day WHERE id = :id"), told)


def _dates_of(rows: Sequence[sa.Row[Any]]) -> list[dict[str, Any]]:
    """The closest lines first; no two dates that stand are the same one, or a change would overlook one of them."""
    body, taken, told = rows[0].body, set[tuple[int, dt.date]](), []
    fits = [(row, _lines_by_fit(body, row.start.astimezone(ROME), row.number)) for row in rows]
    for row, lines in sorted(fits, key=lambda one: (one[1][0][0], -one[0].number)):
        day = row.start.astimezone(ROME).date()
        monday = day - dt.timedelta(days=day.weekday())
        free = [line for _fit, line in lines if row.status == "cancelled" or (line, monday) not in taken]
        line = free[0] if free else NO_LINE
        if row.status != "cancelled":
            taken.add((line, monday))
        told.append({"id": row.id, "line": line, "day": day})
    return told


def _lines_by_fit(body: Mapping[str, Any], start: dt.datetime, number: int) -> list[tuple[tuple[bool, ...], int]]:
    """The lines of ``when``: those that fall on this day come first, then those of its hour, its weekday, its place."""
    when, repeat = body["when"], body.get("repeat")
    fits = []
    for line, entry in enumerate(when):
        days = (start.date() - dt.date.fromisoformat(entry["day"])).days
        falls = days >= 0 and days % (7 * WEEKS[repeat["every"]]) == 0 if repeat else days == 0
        hour = entry["from"] == f"{start:%H:%M}"
        fits.append(((not falls, not hour, days % 7 != 0, line != (number - 1) % len(when)), line))
    return sorted(fits)


def _end_old_bookings() -> None:
    """Of bookings to come, and of those just over, is asked when they end; longer ago nobody is asked by SMS any more.

    Those are done and their attendances awaited, so that both sides can still tell on their pages how it went.
    """
    bind = op.get_bind()
    now = bind.execute(sa.text("SELECT coalesce((SELECT now FROM virtual_time WHERE id = 1), now())")).scalar_one()
    values = {"now": now, "asked_since": now - dt.timedelta(days=2)}
    bind.execute(
        sa.text(
            "INSERT INTO attendance (assignment_id, slot_id, mediator_id, desk_id, ambito_code, project_code, status, "
            "planned, minutes, km, note, created_at, changed_at) "
            "SELECT assignment.id, slot.id, assignment.mediator_id, desk.id, place.ambito_code, "
            "coalesce(appointment.project_code, desk.project_code), 'awaited', during, 0, 0, '', :now, :now "
            "FROM assignment JOIN slot ON slot.id = slot_id JOIN appointment ON appointment.id = appointment_id "
            "JOIN request ON request.id = request_id JOIN desk ON desk.id = desk_id "
            "JOIN place ON place.id = coalesce(appointment.place_id, desk.place_id) "
            "WHERE assignment.status = 'booked' AND upper(during) < :asked_since"
        ),
        values,
    )
    bind.execute(
        sa.text(
            "UPDATE assignment SET status = 'done', changed_at = :now "
            "WHERE status = 'booked' AND upper(during) < :asked_since"
        ),
        values,
    )
    bind.execute(
        sa.text("UPDATE assignment SET outcome_due = upper(during) + interval '15 minutes' WHERE status = 'booked'")
    )
