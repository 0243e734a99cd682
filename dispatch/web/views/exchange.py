# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the import pages show: templates to start from, then what a check found and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.web.views.page import FieldError


@dataclass(frozen=True)
class TemplateLink:
    """A file to start from; ``columns`` are its headers."""

    name: str
    href: str
    columns: str


@dataclass(frozen=True)
class ImportPage:
    templates: tuple[TemplateLink, ...]
    most_mb: int
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class SheetLine:
    """One sheet and what its rows come to."""

    register: str
    file: str
    created: int
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True)
class FindingLine:
    """``line`` 0 is the whole file."""

    file: str
    line: int
    column: str
    value: str
    message: str
    remedy: str
    is_error: bool


@dataclass(frozen=True)
class CheckedPage:
    """``parcel`` carries the checked files to the confirmation; ``more`` findings are not shown."""

    sheets: tuple[SheetLine, ...]
    findings: tuple[FindingLine, ...]
    more: int
    outcome: str
    parcel: str
    digest: str
    applied: bool
    errors_found: int
    good: int
    rejected: int
    may_import: bool
    may_import_good: bool
