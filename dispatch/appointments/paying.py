# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which project pays: the one given, else the desk's own where it covers the dates and the kind of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dispatch.appointments.findings import Findings
from dispatch.records.territory import Project
from dispatch.territory.naming import did_you_mean
from dispatch.web.i18n import gettext as _


def project_that_pays(
    given: str | None,
    own: str | None,
    projects: Iterable[Project],
    days: Iterable[dt.date],
    kind: str,
    findings: Findings,
) -> Project | None:
    """``given`` is refused where it may not pay; the desk's ``own`` is then left out, since nobody asked for it."""
    known = {project.code: project for project in projects}
    project = known.get(given or own or "")
    if project is None:
        if given:
            findings.add("project", given, _("No project has this code."), did_you_mean(given, list(known)))
        return None
    if all(project.starts <= day <= project.ends for day in days) and (not project.kinds or kind in project.kinds):
        return project
    if given:
        findings.add(
            "project",
            given,
            _("This project does not pay for these dates or this kind."),
            _("It runs from %(start)s to %(end)s. Choose another, or leave the field out.")
            % {"start": project.starts.isoformat(), "end": project.ends.isoformat()},
        )
    return None
