# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says what an import found and did, in lines for a screen."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.exchange.report import Finding, Report
from dispatch.kit.saved import Outcome
from dispatch.web.i18n import gettext as _

SHOWN = 60  # of a value: more of it would push the remedy out of sight


def finding_in_words(finding: Finding) -> str:
    """mediatori.csv, line 4, cellulare "035 123": what is wrong, what to do."""
    where = finding.file
    if finding.line:
        where += ", " + _("line %(line)d") % {"line": finding.line}
    if finding.column:
        where += f", {finding.column}"
    if finding.value and finding.value != finding.column:
        where += f" “{finding.value[:SHOWN]}”"
    tone = "" if finding.is_error else _("Note") + ": "
    return f"{tone}{where}: {finding.message} {finding.remedy}".rstrip()


def report_in_words(report: Report) -> Iterator[str]:
    """A line for each sheet, and one for what became of it all."""
    for told in report.sheets:
        yield _("%(register)s: %(created)d new, %(changed)d changed, %(unchanged)d as before, %(refused)d refused") % {
            "register": told.register,
            "created": told.outcomes[Outcome.CREATED],
            "changed": told.outcomes[Outcome.CHANGED],
            "unchanged": told.outcomes[Outcome.UNCHANGED],
            "refused": len(told.refused),
        }
    yield outcome_in_words(report)


def outcome_in_words(report: Report) -> str:
    if report.applied and report.rejected:
        return _("The good rows are imported; the refused ones are not.")
    if report.applied:
        return _("Everything is imported.")
    if report.errors:
        return _("Nothing is imported: mend the rows that are named and try again.")
    return _("Only checked: everything can be imported.")
