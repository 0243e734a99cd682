# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every state of every row, declared once; docs/the-way.md draws how one leads to the next."""

from __future__ import annotations

from enum import StrEnum


class RequestStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AppointmentStatus(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    HELD = "held"
    NOT_HELD = "not_held"
    CANCELLED = "cancelled"


class SlotStatus(StrEnum):
    OPEN = "open"
    OFFERED = "offered"
    BOOKED = "booked"
    UNFILLED = "unfilled"
    CANCELLED = "cancelled"


class AssignmentStatus(StrEnum):
    PROPOSED = "proposed"
    PUBLISHED = "published"
    BOOKED = "booked"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DONE = "done"


LIVE_ASSIGNMENT = (AssignmentStatus.PUBLISHED, AssignmentStatus.BOOKED)
# What her hours, her road of a day and a budget are made of: a visit that is over still took its time.
COUNTED_ASSIGNMENT = (*LIVE_ASSIGNMENT, AssignmentStatus.DONE)


class OfferStatus(StrEnum):
    QUEUED = "queued"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    COVERED = "covered"


OPEN_OFFER = (OfferStatus.QUEUED, OfferStatus.WAITING)


class AskingWay(StrEnum):
    """How the people a coordinator chose are asked: one after the other, or together, where the first yes wins."""

    IN_ORDER = "in_order"
    TOGETHER = "together"


class AskingEnd(StrEnum):
    """How such an asking ended: ``nobody`` of them would come, the visit was ``assigned`` to somebody, or it ``changed``."""

    BOOKED = "booked"
    NOBODY = "nobody"
    STOPPED = "stopped"
    REPLACED = "replaced"
    ASSIGNED = "assigned"
    CHANGED = "changed"


class MessageStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


class LineState(StrEnum):
    """A provider's line: ``failing`` and ``stopped`` (by an alarm) are probed now and then, ``held`` by the operator is not."""

    RUNNING = "running"
    FAILING = "failing"
    STOPPED = "stopped"
    HELD = "held"


class PlanningRunStatus(StrEnum):
    ASKED = "asked"
    RUNNING = "running"
    DRAFT = "draft"
    PUBLISHED = "published"
    SET_ASIDE = "set_aside"
    FAILED = "failed"


class RunKind(StrEnum):
    WEEK = "week"
    REPAIR = "repair"


class InboundStatus(StrEnum):
    """What became of a reply: stored raw first, then read; ``handed_over`` waits for the stage that it speaks to,
    ``person`` for somebody to read it."""

    STORED = "stored"
    HANDED_OVER = "handed_over"
    SETTLED = "settled"
    ANSWERED = "answered"
    PERSON = "person"
    UNKNOWN_NUMBER = "unknown_number"


class InboundOutcome(StrEnum):
    """What a coordinator decided about a reply that she read: it is a yes or a no to one question, she gives a booking
    back, she should call, or there is nothing to do."""

    YES = "yes"
    NO = "no"
    GIVES_BACK = "gives_back"
    CALL = "call"
    NOTHING = "nothing"


class Kind(StrEnum):
    INTERPRETING = "interpreting"
    MEDIATION = "mediation"
    TERRITORIAL = "territorial"
    TEAM = "team"
    FEEDBACK = "feedback"


class Mode(StrEnum):
    ONSITE = "onsite"
    PHONE = "phone"
    VIDEO = "video"


class Gender(StrEnum):
    F = "f"
    M = "m"
    X = "x"


class GrantSpan(StrEnum):
    """Which of a mediator's limits an exception of hours lifts."""

    DAY = "day"
    WEEK = "week"


class Priority(StrEnum):
    ROUTINE = "routine"
    IMPORTANT = "important"
    URGENT = "urgent"


class Tolerance(StrEnum):
    NONE = "none"
    HALF_HOUR = "half_hour"
    SAME_DAY = "same_day"
    SAME_WEEK = "same_week"


class Role(StrEnum):
    DESK = "desk"
    MEDIATOR = "mediator"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


class Sector(StrEnum):
    SCHOOL = "school"
    SOCIAL = "social"
    HEALTH = "health"
    TOWN = "town"
    SHELTER = "shelter"


class OrganisationRole(StrEnum):
    LEAD = "lead"
    PROVIDER = "provider"
    REQUESTING = "requesting"


class Every(StrEnum):
    WEEK = "week"
    TWO_WEEKS = "two_weeks"


class Cover(StrEnum):
    """Whether the mediator of a presence may be called away to an urgent appointment."""

    ALWAYS = "always"
    MAY_LEAVE = "may_leave"


class AttendanceStatus(StrEnum):
    """``told`` by one side, ``agreed`` by both or settled by a coordinator, ``disputed`` when the two differ."""

    AWAITED = "awaited"
    TOLD = "told"
    AGREED = "agreed"
    DISPUTED = "disputed"


class Outcome(StrEnum):
    HELD = "held"
    PERSON_ABSENT = "person_absent"
    MEDIATOR_ABSENT = "mediator_absent"
    CANCELLED_LATE = "cancelled_late"
    INTERRUPTED = "interrupted"


class Reminders(StrEnum):
    """When a mediator wants to be reminded of a visit."""

    NONE = "none"
    EVENING = "evening"
    TWO_HOURS = "two_hours"
    BOTH = "both"
