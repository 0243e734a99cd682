# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way of a new installation from the first account to the first request, with what is done of it."""

from __future__ import annotations

from dispatch.setup.queries import Counted
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.views.setup import FirstStep

ACCOUNT = "ponte account create marta --name 'Marta R.' --role coordinator"


def first_steps(counted: Counted, territory: str) -> tuple[FirstStep, ...]:
    """In the order in which each needs the one before."""
    sizes = {"ambiti": counted.ambiti, "comuni": counted.comuni, "name": territory}
    return (
        FirstStep(
            _("Territory"),
            _("%(name)s: %(ambiti)d ambiti, %(comuni)d comuni") % sizes if counted.ambiti else _("not loaded yet"),
            counted.ambiti > 0,
            command="ponte migrate",
        ),
        _step(
            _("Organisations"),
            ngettext("one entered", "%(num)d entered", counted.organisations),
            counted.organisations,
            "/organisations/new",
            _("Enter the first organisation"),
        ),
        _step(
            _("Places"),
            ngettext("one entered", "%(num)d entered", counted.places),
            counted.places,
            "/places/new",
            _("Enter the first place"),
        ),
        _step(
            _("Services that ask"),
            ngettext("one entered", "%(num)d entered", counted.desks),
            counted.desks,
            "/desks/new",
            _("Enter the first service"),
        ),
        _step(
            _("Mediators"),
            ngettext("one entered", "%(num)d entered", counted.mediators),
            counted.mediators,
            "/roster/new",
            _("Enter the first mediator"),
        ),
        FirstStep(
            _("Accounts for coordinators and services"),
            _of(counted.people, ngettext("one made", "%(num)d made", counted.people)),
            counted.people > 0,
            command=ACCOUNT,
        ),
        FirstStep(
            _("First request"),
            _("there is one") if counted.requests else _("none yet"),
            counted.requests > 0,
            "/requests/new",
            _("Write the first request"),
        ),
    )


def _step(label: str, told: str, count: int, href: str, action: str) -> FirstStep:
    return FirstStep(label, _of(count, told), count > 0, href, action)


def _of(count: int, told: str) -> str:
    return told % {"num": count} if count else _("none yet")
