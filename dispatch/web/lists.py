# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the lists of the registers share: filters from an address, where a value that is no choice filters nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Choice, Filter, Filters, Pager

PER_PAGE = 25
Text = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]  # PostgreSQL holds no NUL
Number = Annotated[int, Query(ge=1, le=100_000)]


def search(label: str, text: str) -> Filter:
    return Filter("q", label, text.strip())


def one_of(name: str, label: str, offered: tuple[Choice, ...], value: str) -> Filter:
    """A select; where its first choice says what an empty value means, else "all" comes first."""
    choices = offered if offered and not offered[0].value else (Choice("", _("all")), *offered)
    known = {choice.value for choice in choices}
    return Filter(name, label, value if value in known else "", choices)


def chosen(filters: Filters) -> dict[str, str]:
    return {item.name: item.value for item in filters.items}


def pager(filters: Filters, number: int, found: int) -> Pager:
    return Pager(filters.action, number, max(1, -(-found // PER_PAGE)), found, filters.query)
