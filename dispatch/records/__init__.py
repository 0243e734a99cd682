# SPDX-License-Identifier: AGPL-3.0-or-later
"""All tables, one file per family; importing this package registers every one of them on ``Base.metadata``."""

from dispatch.records.access import Account, ApiKey, AuditEntry, KeptForm, LoginAttempt, Session
from dispatch.records.attendance import Attendance
from dispatch.records.base import Base
from dispatch.records.intake import Appointment, IdempotencyKey, Request, RequestDraft, Slot
from dispatch.records.line import Line
from dispatch.records.offers import Asking, Inbound, Message, Notice, Offer
from dispatch.records.planning import Assignment, Candidate, PlanningRun
from dispatch.records.policy import PolicyChange
from dispatch.records.presences import Presence
from dispatch.records.roster import (
    Absence,
    Availability,
    CalendarFeed,
    Commitment,
    ExtraShift,
    HoursGrant,
    Mediator,
    MediatorLanguage,
)
from dispatch.records.setup import SetUp
from dispatch.records.territory import Ambito, Budget, Comune, Desk, Language, Organisation, Place, Project
from dispatch.records.time import Tick, VirtualTime

__all__ = [
    "Absence",
    "Account",
    "Ambito",
    "ApiKey",
    "Appointment",
    "Asking",
    "Assignment",
    "Attendance",
    "AuditEntry",
    "Availability",
    "Base",
    "Budget",
    "CalendarFeed",
    "Candidate",
    "Commitment",
    "Comune",
    "Desk",
    "ExtraShift",
    "HoursGrant",
    "IdempotencyKey",
    "Inbound",
    "KeptForm",
    "Language",
    "Line",
    "LoginAttempt",
    "Mediator",
    "MediatorLanguage",
    "Message",
    "Notice",
    "Offer",
    "Organisation",
    "Place",
    "PlanningRun",
    "PolicyChange",
    "Presence",
    "Project",
    "Request",
    "RequestDraft",
    "Session",
    "SetUp",
    "Slot",
    "Tick",
    "VirtualTime",
]
