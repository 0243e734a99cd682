# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the work happens and who pays: ambiti, comuni, languages, places, organisations, desks, projects, budgets."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.records.base import Base, Code, Key, Name, one_of
from dispatch.records.statuses import OrganisationRole, Sector


class Ambito(Base):
    """A social-service district; how sure its list of comuni is stands beside it."""

    __tablename__ = "ambito"
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[Name]
    national_code: Mapped[str | None] = mapped_column(String(32))
    distretto: Mapped[str] = mapped_column(String(160), default="")
    lead_entity: Mapped[str] = mapped_column(String(200), default="")
    lead_status: Mapped[str] = mapped_column(String(40), default="")
    lead_source: Mapped[str] = mapped_column(String(400), default="")
    list_confidence: Mapped[str] = mapped_column(String(40), default="")
    list_source: Mapped[str] = mapped_column(String(400), default="")
    population: Mapped[int]
    extra_eu_incidence_pct: Mapped[float | None]


class Comune(Base):
    __tablename__ = "comune"
    istat_code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[Name]
    short_name: Mapped[str] = mapped_column(String(40))
    ambito_code: Mapped[str] = mapped_column(ForeignKey("ambito.code"), index=True)
    lat: Mapped[float]
    lon: Mapped[float]
    population: Mapped[int]
    ambito_confidence: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(400))


class Language(Base):
    """A language of the field; ``cldr`` is the locale whose dates and plurals serve when CLDR lacks the language."""

    __tablename__ = "language"
    __table_args__ = (CheckConstraint("direction IN ('ltr', 'rtl')", name="direction_known"),)
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    iso639_3: Mapped[str] = mapped_column(String(3))
    name_it: Mapped[Name]
    name_en: Mapped[Name]
    short_it: Mapped[str] = mapped_column(String(40))
    autonym: Mapped[Name]
    script: Mapped[str] = mapped_column(String(4))
    direction: Mapped[str] = mapped_column(String(3))
    cldr: Mapped[str] = mapped_column(String(16))


class Place(Base):
    """A point on the map: a desk's building or a mediator's home area (a comune, never a street)."""

    __tablename__ = "place"
    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    address: Mapped[str] = mapped_column(String(240), default="")
    comune_code: Mapped[str] = mapped_column(ForeignKey("comune.istat_code"), index=True)
    ambito_code: Mapped[str] = mapped_column(ForeignKey("ambito.code"), index=True)
    lat: Mapped[float]
    lon: Mapped[float]
    comune: Mapped[Comune] = relationship()


class Organisation(Base):
    __tablename__ = "organisation"
    __table_args__ = (one_of("role", OrganisationRole),)
    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    role: Mapped[str] = mapped_column(String(16))


class Desk(Base):
    """The unit that asks. ``sms_label`` is neutral on purpose: no ward names leave by SMS.

    ``ambito_code`` is set for an ambito's own office (*ufficio di piano*), which asks for its territorial presences.
    """

    __tablename__ = "desk"
    __table_args__ = (one_of("sector", Sector),)
    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    sector: Mapped[str] = mapped_column(String(16))
    sms_label: Mapped[str] = mapped_column(String(24))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    contact: Mapped[str] = mapped_column(String(160), default="")
    project_code: Mapped[str | None] = mapped_column(ForeignKey("project.code"))
    ambito_code: Mapped[str | None] = mapped_column(ForeignKey("ambito.code"), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    organisation: Mapped[Organisation] = relationship()
    place: Mapped[Place] = relationship()


class Project(Base):
    """A funding line: code, period, and budgets per ambito."""

    __tablename__ = "project"
    __table_args__ = (CheckConstraint("ends >= starts", name="period_forward"),)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[Name]
    starts: Mapped[dt.date]
    ends: Mapped[dt.date]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list)


class Budget(Base):
    """Minutes a project may spend in an ambito over its whole period; ambito null is the whole project."""

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("project_code", "ambito_code", postgresql_nulls_not_distinct=True),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
    )
    id: Mapped[Key]
    project_code: Mapped[str] = mapped_column(ForeignKey("project.code"))
    ambito_code: Mapped[str | None] = mapped_column(ForeignKey("ambito.code"))
    minutes: Mapped[int]
