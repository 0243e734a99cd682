# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one table of who may open which route; a route that is not in it answers 403 and fails the guard test.

``scope`` says how far a visitor sees behind the door: ``own`` is the desk's, the mediator's or the coordinator's
ambiti's rows (anything else is 404, so its existence is not told), ``any`` is everything, ``whole`` is everything for
who coordinates every ambito and 403 for who coordinates some, ``public`` asks for nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dispatch.access.links import Purpose
from dispatch.access.visitor import Credential
from dispatch.records.statuses import Role

Scope = Literal["own", "any", "whole", "public"]
DESKS = frozenset({Role.DESK})
STAFF = frozenset({Role.COORDINATOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
ALL = frozenset(Role)


@dataclass(frozen=True)
class Policy:
    """``roles`` empty means nobody in particular; ``purpose`` names the kind of signed link in ``{token}``."""

    roles: frozenset[Role]
    scope: Scope
    credentials: frozenset[Credential]
    purpose: Purpose | None = None


def page(roles: Iterable[Role], scope: Scope = "own") -> Policy:
    """A page for people who signed in."""
    return Policy(frozenset(roles), scope, frozenset({Credential.SESSION}))


def api(roles: Iterable[Role], scope: Scope = "own") -> Policy:
    """A JSON route: a desk's key, or a signed-in browser."""
    return Policy(frozenset(roles), scope, frozenset({Credential.SESSION, Credential.API_KEY}))


def link(purpose: Purpose) -> Policy:
    """A page behind a signed link in an SMS: the token in the address is the credential."""
    return Policy(frozenset({Role.MEDIATOR}), "own", frozenset({Credential.LINK}), purpose)


PUBLIC = Policy(frozenset(), "public", frozenset({Credential.NONE}))
# The webhook verifies the carrier's signature over the raw form before it stores anything.
CARRIER = Policy(frozenset(), "public", frozenset({Credential.CARRIER}))
# The route compares the token, or sees that the visitor sits at the machine itself.
WATCHER = Policy(frozenset(), "public", frozenset({Credential.WATCHER}))
# The route knows whose calendar a secret opens, and that nothing else does.
CALENDAR = Policy(frozenset(), "public", frozenset({Credential.CALENDAR}))
# The route asks for the code that the terminal shows, and is no more once there is an account.
SETUP = Policy(frozenset(), "public", frozenset({Credential.SETUP}))
ASKING = DESKS | STAFF

TABLE: dict[tuple[str, str], Policy] = {
    ("GET", "/"): page(ALL),
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): WATCHER,
    ("GET", "/api/v1/openapi.json"): PUBLIC,
    ("GET", "/api/v1/docs"): PUBLIC,
    ("GET", "/api/v1/curl"): PUBLIC,
    ("GET", "/accessibility"): PUBLIC,
    ("GET", "/login"): PUBLIC,
    ("POST", "/login"): PUBLIC,
    ("POST", "/logout"): page(ALL),
    ("GET", "/setup"): SETUP,
    ("POST", "/setup"): SETUP,
    ("GET", "/installation"): page(ADMINS, "any"),
    ("POST", "/installation"): page(ADMINS, "any"),
    ("GET", "/live"): page(ASKING),
    ("GET", "/live/counts"): page(STAFF),
    # Intake
    ("POST", "/api/v1/requests"): api(ASKING),
    ("GET", "/api/v1/requests"): api(ASKING),
    ("GET", "/api/v1/requests/{code}"): api(ASKING),
    ("PATCH", "/api/v1/requests/{code}"): api(ASKING),
    ("POST", "/api/v1/requests/{code}/cancel"): api(ASKING),
    ("PATCH", "/api/v1/requests/{code}/appointments/{appointment}"): api(ASKING),
    ("POST", "/api/v1/requests/{code}/appointments/{appointment}/cancel"): api(ASKING),
    ("GET", "/requests"): page(ASKING),
    ("GET", "/requests/new"): page(ASKING),
    ("POST", "/requests/new"): page(ASKING),
    ("POST", "/requests/hint"): page(ASKING),
    ("POST", "/requests/dates"): page(ASKING),
    ("GET", "/requests/hint"): page(ASKING),
    ("GET", "/requests/drafts"): page(ASKING),
    ("GET", "/requests/{code}/change"): page(ASKING),
    ("POST", "/requests/drafts"): page(ASKING),
    ("POST", "/requests/drafts/delete"): page(ASKING),
    ("GET", "/requests/{code}/appointments/{appointment}"): page(ASKING),
    ("POST", "/requests/{code}/appointments/{appointment}/change"): page(ASKING),
    ("POST", "/requests/{code}/appointments/{appointment}/cancel"): page(ASKING),
    ("GET", "/requests/{code}"): page(ASKING),
    ("GET", "/requests/{code}/again"): page(ASKING),
    ("GET", "/requests/{code}/calendar.ics"): page(ASKING),
    ("GET", "/requests/calendar"): page(DESKS),
    ("POST", "/requests/calendar"): page(DESKS),
    ("GET", "/requests/calendar/{calendar_secret}.ics"): CALENDAR,
    ("POST", "/requests/{code}/change"): page(ASKING),
    ("POST", "/requests/{code}/cancel"): page(ASKING),
    # Presences
    ("POST", "/api/v1/presences"): api(STAFF),
    ("GET", "/api/v1/presences"): api(STAFF),
    ("GET", "/api/v1/presences/{presence}"): api(STAFF),
    ("PATCH", "/api/v1/presences/{presence}"): api(STAFF),
    ("POST", "/api/v1/presences/{presence}/end"): api(STAFF),
    ("GET", "/presences"): page(STAFF),
    ("GET", "/presences/new"): page(STAFF),
    ("POST", "/presences/new"): page(STAFF),
    ("GET", "/presences/{presence}"): page(STAFF),
    ("GET", "/presences/{presence}/change"): page(STAFF),
    ("POST", "/presences/{presence}/change"): page(STAFF),
    ("POST", "/presences/{presence}/end"): page(STAFF),
    # Registers
    ("GET", "/roster"): page(STAFF),
    ("GET", "/roster/new"): page(STAFF),
    ("POST", "/roster/new"): page(STAFF),
    ("GET", "/roster/{mediator_code}"): page(STAFF),
    ("POST", "/roster/{mediator_code}"): page(STAFF),
    ("POST", "/roster/{mediator_code}/retire"): page(STAFF),
    ("POST", "/roster/{mediator_code}/test-number"): page(STAFF),
    ("POST", "/roster/test-numbers"): page(STAFF),
    ("POST", "/roster/{mediator_code}/return"): page(STAFF),
    ("GET", "/roster/{mediator_code}/availability"): page(STAFF),
    ("POST", "/roster/{mediator_code}/availability"): page(STAFF),
    ("POST", "/roster/{mediator_code}/absences"): page(STAFF),
    ("POST", "/roster/{mediator_code}/extra-shifts"): page(STAFF),
    ("POST", "/roster/{mediator_code}/courses"): page(STAFF),
    ("POST", "/roster/{mediator_code}/departures/remove"): page(STAFF),
    ("GET", "/my/availability"): page({Role.MEDIATOR}),
    ("POST", "/my/availability"): page({Role.MEDIATOR}),
    ("GET", "/m/{token}/availability"): link(Purpose.AGENDA),
    ("POST", "/m/{token}/availability"): link(Purpose.AGENDA),
    ("POST", "/my/availability/tap"): page({Role.MEDIATOR}),
    ("POST", "/m/{token}/availability/tap"): link(Purpose.AGENDA),
    ("GET", "/my/week"): page({Role.MEDIATOR}),
    ("POST", "/my/week"): page({Role.MEDIATOR}),
    ("GET", "/m/{token}/week"): link(Purpose.AGENDA),
    ("POST", "/m/{token}/week"): link(Purpose.AGENDA),
    ("GET", "/my/choices"): page({Role.MEDIATOR}),
    ("POST", "/my/choices"): page({Role.MEDIATOR}),
    ("GET", "/m/{token}/choices"): link(Purpose.AGENDA),
    ("POST", "/m/{token}/choices"): link(Purpose.AGENDA),
    ("GET", "/my/calendar"): page({Role.MEDIATOR}),
    ("POST", "/my/calendar"): page({Role.MEDIATOR}),
    ("GET", "/m/{token}/calendar"): link(Purpose.AGENDA),
    ("POST", "/m/{token}/calendar"): link(Purpose.AGENDA),
    ("GET", "/feeds/{calendar_secret}.ics"): CALENDAR,
    ("POST", "/my/give-up"): page({Role.MEDIATOR}),
    ("POST", "/m/{token}/give-up"): link(Purpose.AGENDA),
    ("GET", "/desks"): page(STAFF),
    ("GET", "/desks/new"): page(STAFF),
    ("POST", "/desks/new"): page(STAFF),
    ("GET", "/desks/{desk_code}"): page(STAFF),
    ("POST", "/desks/{desk_code}"): page(STAFF),
    ("GET", "/places"): page(STAFF),
    ("GET", "/places/new"): page(STAFF),
    ("POST", "/places/new"): page(STAFF),
    ("GET", "/places/{place_code}"): page(STAFF),
    ("POST", "/places/{place_code}"): page(STAFF),
    ("GET", "/organisations"): page(STAFF, "any"),
    ("GET", "/organisations/new"): page(STAFF, "any"),
    ("POST", "/organisations/new"): page(STAFF, "any"),
    ("GET", "/organisations/{organisation_code}"): page(STAFF, "any"),
    ("POST", "/organisations/{organisation_code}"): page(STAFF, "any"),
    ("GET", "/projects"): page(STAFF, "any"),
    ("GET", "/projects/new"): page(STAFF, "whole"),
    ("POST", "/projects/new"): page(STAFF, "whole"),
    ("GET", "/projects/{project_code}"): page(STAFF, "any"),
    ("POST", "/projects/{project_code}"): page(STAFF, "whole"),
    # Offers: the mediator's phone page, the built-in handsets, the carrier
    ("GET", "/m/{token}"): link(Purpose.OFFER),
    ("POST", "/m/{token}/answer"): link(Purpose.OFFER),
    ("POST", "/m/{token}/withdraw"): link(Purpose.OFFER),
    ("GET", "/m/{token}/agenda"): link(Purpose.AGENDA),
    ("GET", "/my/agenda"): page({Role.MEDIATOR}),
    ("GET", "/handsets"): page(STAFF, "any"),
    ("GET", "/handsets/{number}"): page(STAFF, "any"),
    ("POST", "/handsets/{number}/answer"): page(STAFF, "any"),
    ("POST", "/handsets/messages/{reference}/receipt"): page(STAFF, "any"),
    ("GET", "/line"): page(STAFF, "any"),
    ("POST", "/line/use"): page(ADMINS, "any"),
    ("POST", "/line/hold"): page(ADMINS, "any"),
    ("POST", "/line/start"): page(ADMINS, "any"),
    ("GET", "/inbox"): page(STAFF),
    ("POST", "/inbox/{inbound_id}/outcome"): page(STAFF),
    ("GET", "/notices"): page(STAFF),
    ("POST", "/notices/seen"): page(STAFF),
    ("POST", "/notices/{notice_id}/seen"): page(STAFF),
    ("GET", "/deliveries"): page(STAFF),
    ("GET", "/asking"): page(STAFF, "any"),
    ("POST", "/deliveries/{mediator_code}/lift"): page(STAFF),
    ("POST", "/webhooks/twilio/inbound"): CARRIER,
    ("POST", "/webhooks/twilio/status/{reference}"): CARRIER,
    # The policy: what a coordinator may tune
    ("GET", "/policy"): page(STAFF, "any"),
    ("GET", "/policy/messages"): page(STAFF, "any"),
    ("GET", "/policy/{policy_key}"): page(STAFF, "any"),
    ("POST", "/policy/{policy_key}"): page(STAFF, "any"),
    # Attendance: the desk's and the coordinator's pages, her phone page, the API
    ("GET", "/attendance"): page(STAFF),
    ("GET", "/attendance/{attendance_id}"): page(ASKING),
    ("POST", "/attendance/{attendance_id}"): page(ASKING),
    ("GET", "/m/{token}/visit"): link(Purpose.VISIT),
    ("POST", "/m/{token}/visit"): link(Purpose.VISIT),
    ("GET", "/api/v1/attendance"): api(ASKING),
    ("POST", "/api/v1/attendance/{attendance_id}"): api(ASKING),
    # Planning
    ("POST", "/api/v1/planning-runs"): api(STAFF, "any"),
    ("GET", "/api/v1/planning-runs/{run_id}"): api(STAFF, "any"),
    ("POST", "/api/v1/planning-runs/{run_id}/stop"): api(STAFF, "any"),
    ("POST", "/api/v1/planning-runs/{run_id}/publish"): api(STAFF, "any"),
    ("POST", "/api/v1/planning-runs/{run_id}/set-aside"): api(STAFF, "any"),
    ("GET", "/api/v1/requests/{code}/appointments/{appointment}/mediators"): api(STAFF),
    ("POST", "/api/v1/requests/{code}/appointments/{appointment}/mediators"): api(STAFF),
    ("GET", "/requests/{code}/appointments/{appointment}/mediators"): page(STAFF),
    ("POST", "/requests/{code}/appointments/{appointment}/mediators"): page(STAFF),
    ("POST", "/requests/{code}/appointments/{appointment}/mediators/change"): page(STAFF),
    ("GET", "/offers"): page(STAFF),
    ("POST", "/offers/{code}/{appointment}/{slot}/next"): page(STAFF),
    ("POST", "/offers/{code}/{appointment}/{slot}/stop"): page(STAFF),
    ("GET", "/agenda"): page(STAFF),
    ("GET", "/agenda/sheet"): page(STAFF),
    ("GET", "/agenda/copy"): PUBLIC,  # asks the copy itself who may read it, since the database is away
    ("POST", "/planning/runs"): page(STAFF, "any"),
    ("GET", "/planning/runs/{run_id}"): page(STAFF, "any"),
    ("POST", "/planning/runs/{run_id}/stop"): page(STAFF, "any"),
    ("POST", "/planning/runs/{run_id}/publish"): page(STAFF, "any"),
    ("GET", "/planning/runs"): page(STAFF, "any"),
    ("POST", "/planning/runs/{run_id}/choice"): page(STAFF, "any"),
    ("POST", "/planning/runs/{run_id}/set-aside"): page(STAFF, "any"),
    # Registers in and out as files: they hold every ambito at once
    ("GET", "/import"): page(STAFF, "whole"),
    ("POST", "/import"): page(STAFF, "whole"),
    ("POST", "/import/apply"): page(STAFF, "whole"),
    ("POST", "/import/rejects"): page(STAFF, "whole"),
    ("GET", "/import/templates/{file}"): page(STAFF, "any"),
    ("GET", "/import/registers.xlsx"): page(STAFF, "whole"),
    # Reporting
    ("GET", "/workload"): page(STAFF),
    ("GET", "/workload/budgets"): page(STAFF),
    ("GET", "/workload/equity"): page(STAFF),
    ("GET", "/workload/map"): page(STAFF),
    ("GET", "/board"): page(STAFF, "whole"),
    ("GET", "/workload/{plural}/{key}"): page(STAFF),
    ("GET", "/api/v1/workload"): api(STAFF),
}


def policy_for(method: str, path: str) -> Policy | None:
    """The policy of a route by its template, or None: then it stays shut. HEAD is GET without a body."""
    return TABLE.get(("GET" if method == "HEAD" else method, path))
