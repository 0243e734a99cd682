# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "ambito",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("national_code", sa.String(length=32), nullable=True),
        sa.Column("distretto", sa.String(length=160), nullable=False),
        sa.Column("lead_entity", sa.String(length=200), nullable=False),
        sa.Column("lead_status", sa.String(length=40), nullable=False),
        sa.Column("lead_source", sa.String(length=400), nullable=False),
        sa.Column("list_confidence", sa.String(length=40), nullable=False),
        sa.Column("list_source", sa.String(length=400), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("extra_eu_incidence_pct", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ambito")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "subject_id"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status_code", sa.BigInteger(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "language",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("iso639_3", sa.String(length=3), nullable=False),
        sa.Column("name_it", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("short_it", sa.String(length=40), nullable=False),
        sa.Column("autonym", sa.String(length=160), nullable=False),
        sa.Column("script", sa.String(length=4), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("cldr", sa.String(length=16), nullable=False),
        sa.CheckConstraint("direction IN ('ltr', 'rtl')", name=op.f("ck_language_direction_known")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_language")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index("ix_login_attempt_login_at", "login_attempt", ["login", "at"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint("role IN ('lead', 'provider', 'requesting')", name=op.f("ck_organisation_role_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "planning_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("week_start", sa.Date(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("progress", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("trouble", sa.String(length=500), nullable=True),
        sa.CheckConstraint("kind IN ('week', 'repair')", name=op.f("ck_planning_run_kind_known")),
        sa.CheckConstraint(
            "status IN ('asked', 'running', 'draft', 'published', 'set_aside', 'failed')",
            name=op.f("ck_planning_run_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_run")),
    )
    op.create_index(op.f("ix_planning_run_status"), "planning_run", ["status"], unique=False)
    op.create_table(
        "project",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.String(length=16)), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_project_period_forward")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_project")),
    )
    op.create_table(
        "tick",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "run_at", name=op.f("pk_tick")),
    )
    op.create_table(
        "virtual_time",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("now", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_virtual_time_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_virtual_time")),
    )
    op.create_table(
        "budget",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("project_code", sa.String(length=64), nullable=False),
        sa.Column("ambito_code", sa.String(length=16), nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_budget_minutes_not_negative")),
        sa.ForeignKeyConstraint(["ambito_code"], ["ambito.code"], name=op.f("fk_budget_ambito_code_ambito")),
        sa.ForeignKeyConstraint(["project_code"], ["project.code"], name=op.f("fk_budget_project_code_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint(
            "project_code",
            "ambito_code",
            name=op.f("uq_budget_project_code_ambito_code"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "comune",
        sa.Column("istat_code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("ambito_code", sa.String(length=16), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("ambito_confidence", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["ambito_code"], ["ambito.code"], name=op.f("fk_comune_ambito_code_ambito")),
        sa.PrimaryKeyConstraint("istat_code", name=op.f("pk_comune")),
    )
    op.create_index(op.f("ix_comune_ambito_code"), "comune", ["ambito_code"], unique=False)
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("address", sa.String(length=240), nullable=False),
        sa.Column("comune_code", sa.String(length=6), nullable=False),
        sa.Column("ambito_code", sa.String(length=16), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["ambito_code"], ["ambito.code"], name=op.f("fk_place_ambito_code_ambito")),
        sa.ForeignKeyConstraint(["comune_code"], ["comune.istat_code"], name=op.f("fk_place_comune_code_comune")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
    )
    op.create_index(op.f("ix_place_ambito_code"), "place", ["ambito_code"], unique=False)
    op.create_index(op.f("ix_place_comune_code"), "place", ["comune_code"], unique=False)
    op.create_table(
        "desk",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("sector", sa.String(length=16), nullable=False),
        sa.Column("sms_label", sa.String(length=24), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.String(length=160), nullable=False),
        sa.Column("project_code", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "sector IN ('school', 'social', 'health', 'town', 'shelter')", name=op.f("ck_desk_sector_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_desk_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_desk_place_id_place")),
        sa.ForeignKeyConstraint(["project_code"], ["project.code"], name=op.f("fk_desk_project_code_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("code", name=op.f("uq_desk_code")),
    )
    op.create_index(op.f("ix_desk_organisation_id"), "desk", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_desk_place_id"), "desk", ["place_id"], unique=False)
    op.create_table(
        "mediator",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("gender", sa.String(length=1), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("message_language", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("home_id", sa.BigInteger(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("modes", postgresql.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("ambiti", postgresql.ARRAY(sa.String(length=16)), nullable=True),
        sa.Column("travel_means", sa.String(length=16), nullable=False),
        sa.Column("travel_factor", sa.Double(), nullable=False),
        sa.Column("max_travel", sa.BigInteger(), nullable=True),
        sa.Column("max_day", sa.BigInteger(), nullable=True),
        sa.Column("max_week", sa.BigInteger(), nullable=True),
        sa.Column("target_week", sa.BigInteger(), nullable=True),
        sa.Column("hourly_cost", sa.BigInteger(), nullable=False),
        sa.Column("quiet_hours_allowed", sa.Boolean(), nullable=False),
        sa.Column("sms_blocked", sa.String(length=40), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("gender IN ('f', 'm', 'x')", name=op.f("ck_mediator_gender_known")),
        sa.CheckConstraint("phone ~ '^\\+[1-9][0-9]{6,14}$'", name=op.f("ck_mediator_phone_e164")),
        sa.CheckConstraint("hourly_cost >= 0", name=op.f("ck_mediator_hourly_cost_not_negative")),
        sa.CheckConstraint("travel_factor > 0", name=op.f("ck_mediator_travel_factor_positive")),
        sa.ForeignKeyConstraint(["home_id"], ["place.id"], name=op.f("fk_mediator_home_id_place")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_mediator_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mediator")),
        sa.UniqueConstraint("code", name=op.f("uq_mediator_code")),
        sa.UniqueConstraint("phone", name=op.f("uq_mediator_phone")),
    )
    op.create_index(op.f("ix_mediator_organisation_id"), "mediator", ["organisation_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_absence_mediator_id_mediator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_mediator_id"), "absence", ["mediator_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("desk_id", sa.BigInteger(), nullable=True),
        sa.Column("mediator_id", sa.BigInteger(), nullable=True),
        sa.Column("ambiti", postgresql.ARRAY(sa.String(length=16)), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(role = 'desk') = (desk_id IS NOT NULL)", name=op.f("ck_account_desk_role_has_desk")),
        sa.CheckConstraint(
            "(role = 'mediator') = (mediator_id IS NOT NULL)", name=op.f("ck_account_mediator_role_has_mediator")
        ),
        sa.CheckConstraint("role IN ('desk', 'mediator', 'coordinator', 'admin')", name=op.f("ck_account_role_known")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_account_desk_id_desk")),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_account_mediator_id_mediator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_index(op.f("ix_account_desk_id"), "account", ["desk_id"], unique=False)
    op.create_index(op.f("ix_account_mediator_id"), "account", ["mediator_id"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("desk_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_api_key_desk_id_desk")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_api_key")),
    )
    op.create_index(op.f("ix_api_key_desk_id"), "api_key", ["desk_id"], unique=False)
    op.create_table(
        "availability",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("weekday", sa.BigInteger(), nullable=False),
        sa.Column("from_minute", sa.BigInteger(), nullable=False),
        sa.Column("to_minute", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440",
            name=op.f("ck_availability_minutes_forward"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_availability_weekday_known")),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_availability_mediator_id_mediator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
        sa.UniqueConstraint(
            "mediator_id", "weekday", "from_minute", name=op.f("uq_availability_mediator_id_weekday_from_minute")
        ),
    )
    op.create_index(op.f("ix_availability_mediator_id"), "availability", ["mediator_id"], unique=False)
    op.create_table(
        "commitment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_commitment_mediator_id_mediator")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_commitment_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index(op.f("ix_commitment_mediator_id"), "commitment", ["mediator_id"], unique=False)
    op.create_table(
        "inbound",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("from_phone", sa.String(length=32), nullable=False),
        sa.Column("to_phone", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=True),
        sa.Column("reading", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('stored', 'settled', 'answered', 'person', 'unknown_number')",
            name=op.f("ck_inbound_status_known"),
        ),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_inbound_mediator_id_mediator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
    )
    op.create_index("ix_inbound_from_phone_received", "inbound", ["from_phone", "received_at"], unique=False)
    op.create_index(op.f("ix_inbound_mediator_id"), "inbound", ["mediator_id"], unique=False)
    op.create_index(op.f("ix_inbound_status"), "inbound", ["status"], unique=False)
    op.create_index("uq_inbound_provider_sid", "inbound", ["provider", "sid"], unique=True)
    op.create_table(
        "mediator_language",
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("language_code", sa.String(length=16), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_mediator_language_level_known")),
        sa.ForeignKeyConstraint(
            ["language_code"], ["language.code"], name=op.f("fk_mediator_language_language_code_language")
        ),
        sa.ForeignKeyConstraint(
            ["mediator_id"], ["mediator.id"], name=op.f("fk_mediator_language_mediator_id_mediator")
        ),
        sa.PrimaryKeyConstraint("mediator_id", "language_code", name=op.f("pk_mediator_language")),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("desk_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("understood", sa.String(length=2000), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "kind IN ('interpreting', 'mediation', 'territorial', 'team', 'feedback')",
            name=op.f("ck_request_kind_known"),
        ),
        sa.CheckConstraint("priority IN ('routine', 'important', 'urgent')", name=op.f("ck_request_priority_known")),
        sa.CheckConstraint("status IN ('draft', 'open', 'closed', 'cancelled')", name=op.f("ck_request_status_known")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_request_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("code", name=op.f("uq_request_code")),
    )
    op.create_index(op.f("ix_request_desk_id"), "request", ["desk_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("duration", sa.BigInteger(), nullable=False),
        sa.Column("windows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("project_code", sa.String(length=64), nullable=True),
        sa.Column("case_code", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "kind IN ('interpreting', 'mediation', 'territorial', 'team', 'feedback')",
            name=op.f("ck_appointment_kind_known"),
        ),
        sa.CheckConstraint("mode <> 'onsite' OR place_id IS NOT NULL", name=op.f("ck_appointment_onsite_has_place")),
        sa.CheckConstraint("mode IN ('onsite', 'phone', 'video')", name=op.f("ck_appointment_mode_known")),
        sa.CheckConstraint(
            "status IN ('open', 'confirmed', 'held', 'not_held', 'cancelled')", name=op.f("ck_appointment_status_known")
        ),
        sa.CheckConstraint("duration BETWEEN 15 AND 720", name=op.f("ck_appointment_duration_sane")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_appointment_place_id_place")),
        sa.ForeignKeyConstraint(["project_code"], ["project.code"], name=op.f("fk_appointment_project_code_project")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_appointment_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_case_code"), "appointment", ["case_code"], unique=False)
    op.create_index("ix_appointment_first_start", "appointment", ["first_start"], unique=False)
    op.create_index(op.f("ix_appointment_place_id"), "appointment", ["place_id"], unique=False)
    op.create_index(op.f("ix_appointment_project_code"), "appointment", ["project_code"], unique=False)
    op.create_index(op.f("ix_appointment_request_id"), "appointment", ["request_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_table(
        "slot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("appointment_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("needs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("excluded", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("replan_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'offered', 'booked', 'unfilled', 'cancelled')", name=op.f("ck_slot_status_known")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_slot_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_slot_appointment_id_appointment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("appointment_id", "number", name=op.f("uq_slot_appointment_id_number")),
    )
    op.create_index(op.f("ix_slot_appointment_id"), "slot", ["appointment_id"], unique=False)
    op.create_index(
        "ix_slot_replan_due", "slot", ["replan_due"], unique=False, postgresql_where="replan_due IS NOT NULL"
    )
    op.create_index(op.f("ix_slot_status"), "slot", ["status"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(mediator_id, mediator_id, '[]')"), "&&"),
            (sa.literal_column("during"), "&&"),
            where=sa.text("status IN ('published', 'booked')"),
            using="gist",
            name="ex_assignment_no_double_booking",
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'published', 'booked', 'superseded', 'withdrawn', 'done')",
            name=op.f("ck_assignment_status_known"),
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name=op.f("ck_assignment_during_finite"),
        ),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_assignment_mediator_id_mediator")),
        sa.ForeignKeyConstraint(["run_id"], ["planning_run.id"], name=op.f("fk_assignment_run_id_planning_run")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_assignment_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_mediator_id"), "assignment", ["mediator_id"], unique=False)
    op.create_index(
        "ix_assignment_published", "assignment", ["id"], unique=False, postgresql_where=sa.text("status = 'published'")
    )
    op.create_index(op.f("ix_assignment_run_id"), "assignment", ["run_id"], unique=False)
    op.create_index(op.f("ix_assignment_slot_id"), "assignment", ["slot_id"], unique=False)
    op.create_index(
        "uq_assignment_live_slot",
        "assignment",
        ["slot_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('published', 'booked')"),
    )
    op.create_table(
        "candidate",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("loss", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_candidate_mediator_id_mediator")),
        sa.ForeignKeyConstraint(["run_id"], ["planning_run.id"], name=op.f("fk_candidate_run_id_planning_run")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_candidate_slot_id_slot")),
        sa.PrimaryKeyConstraint("run_id", "slot_id", "mediator_id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("run_id", "slot_id", "rank", name=op.f("uq_candidate_run_id_slot_id_rank")),
    )
    op.create_index("ix_candidate_slot_id", "candidate", ["slot_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("desk_id", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("slot_id", sa.BigInteger(), nullable=True),
        sa.Column("inbound_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_notice_desk_id_desk")),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_notice_inbound_id_inbound")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_notice_request_id_request")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_notice_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_desk_created", "notice", ["desk_id", "created_at"], unique=False)
    op.create_index(op.f("ix_notice_request_id"), "notice", ["request_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.String(length=16), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'waiting', 'accepted', 'declined', 'expired', 'withdrawn', 'covered')",
            name=op.f("ck_offer_status_known"),
        ),
        sa.CheckConstraint("code BETWEEN 10 AND 9999", name=op.f("ck_offer_code_short")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_offer_assignment_id_assignment")),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_offer_mediator_id_mediator")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_offer_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_assignment_id"), "offer", ["assignment_id"], unique=False)
    op.create_index(op.f("ix_offer_mediator_id"), "offer", ["mediator_id"], unique=False)
    op.create_index(
        "ix_offer_reply_by_open",
        "offer",
        ["reply_by"],
        unique=False,
        postgresql_where=sa.text("status IN ('queued', 'waiting')"),
    )
    op.create_index(op.f("ix_offer_slot_id"), "offer", ["slot_id"], unique=False)
    op.create_index(
        "uq_offer_open_phone_code",
        "offer",
        ["mediator_id", "code"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'waiting')"),
    )
    op.create_index(
        "uq_offer_open_slot_mediator",
        "offer",
        ["slot_id", "mediator_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'waiting', 'accepted')"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("to_phone", sa.String(length=16), nullable=False),
        sa.Column("mediator_id", sa.BigInteger(), nullable=True),
        sa.Column("offer_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_to_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=True),
        sa.Column("sid", sa.String(length=64), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("useless_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'in_doubt')",
            name=op.f("ck_message_status_known"),
        ),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name=op.f("fk_message_mediator_id_mediator")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_message_offer_id_offer")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["inbound.id"], name=op.f("fk_message_reply_to_id_inbound")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("reference", name=op.f("uq_message_reference")),
    )
    op.create_index(op.f("ix_message_kind"), "message", ["kind"], unique=False)
    op.create_index(op.f("ix_message_mediator_id"), "message", ["mediator_id"], unique=False)
    op.create_index(op.f("ix_message_offer_id"), "message", ["offer_id"], unique=False)
    op.create_index(
        "ix_message_queue",
        "message",
        ["send_after", "priority"],
        unique=False,
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index("ix_message_to_phone_created", "message", ["to_phone", "created_at"], unique=False)
    op.create_index(
        "ix_message_unsettled",
        "message",
        ["sending_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('sending', 'in_doubt')"),
    )
    op.create_index(
        "uq_message_sid", "message", ["provider", "sid"], unique=True, postgresql_where=sa.text("sid IS NOT NULL")
    )
