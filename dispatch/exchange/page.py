# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills the import pages: the templates to start from, and a report with the files it is about."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.errors import FieldProblem
from dispatch.exchange.importing import Upload
from dispatch.exchange.parcels import LARGEST, digest, pack
from dispatch.exchange.registers import REGISTERS
from dispatch.exchange.report import Report
from dispatch.exchange.words import SHOWN, outcome_in_words
from dispatch.kit.saved import Outcome
from dispatch.web.views.exchange import CheckedPage, FindingLine, ImportPage, SheetLine, TemplateLink
from dispatch.web.views.page import FieldError

MOST_FINDINGS = 200


def import_page(problems: Sequence[FieldProblem] = ()) -> ImportPage:
    links = tuple(
        TemplateLink(one.name, f"/import/templates/{one.name}.csv", ", ".join(column.header for column in one.columns))
        for one in REGISTERS
    )
    errors = tuple(FieldError("files", f"{one.message} {one.remedy}") for one in problems)
    return ImportPage(links, LARGEST // 1024**2, errors)


def checked_page(report: Report, uploads: Sequence[Upload]) -> CheckedPage:
    """What was found, with errors before what is only worth saying."""
    findings = [*report.errors, *report.warnings]
    good = report.count(Outcome.CREATED) + report.count(Outcome.CHANGED)
    return CheckedPage(
        sheets=tuple(
            SheetLine(
                told.register,
                told.sheet.file,
                told.outcomes[Outcome.CREATED],
                told.outcomes[Outcome.CHANGED],
                told.outcomes[Outcome.UNCHANGED],
                len(told.refused),
            )
            for told in report.sheets
        ),
        findings=tuple(
            FindingLine(one.file, one.line, one.column, one.value[:SHOWN], one.message, one.remedy, one.is_error)
            for one in findings[:MOST_FINDINGS]
        ),
        more=max(0, len(findings) - MOST_FINDINGS),
        outcome=outcome_in_words(report),
        parcel=pack(uploads),
        digest=digest(uploads),
        applied=report.applied,
        errors_found=len(report.errors),
        good=good,
        rejected=report.rejected,
        may_import=not report.applied and not report.errors and good > 0,
        may_import_good=not report.applied and report.rejected > 0 and good > 0 and not report.is_hopeless,
    )
