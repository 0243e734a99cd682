# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a writer is: values in, a msgid of the catalog with its values out, shorter by each named step taken."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from notifications.catalog import Catalog


class Step(StrEnum):
    """What is given up to fit, in the order each kind allows."""

    LINK_LABEL = "link_label"
    LINK = "link"
    COMUNE = "comune"
    LANGUAGE = "language"
    SERVICE = "service"
    TIMES = "times"
    LATER_ONES = "later_ones"
    DESK_DETAILS = "desk_details"


Taken = Set[Step]


@dataclass(frozen=True, slots=True)
class Written:
    """A text of the catalog and the values it takes."""

    msgid: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writer:
    """How one kind is written, and the steps by which it may be shortened. A writer never measures, never cuts.

    The words are Any here because each kind has its own type; Draft has checked it before a writer sees them.
    """

    write: Callable[[Catalog, Any, Taken], Written]
    steps: tuple[Step, ...] = ()


def shorter(name: str | None, short: str | None, step: Step, taken: Taken) -> str | None:
    """The name, or its short form once the step is taken and where there is one."""
    return short if short and step in taken else name
