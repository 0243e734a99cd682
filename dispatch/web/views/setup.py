# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the set-up page and the page of the installation show."""

from __future__ import annotations

from dataclasses import dataclass, field

from dispatch.web.forms import FormValues
from dispatch.web.views.page import FieldError


@dataclass(frozen=True)
class TerritoryTold:
    """The territory that the settings name; ``trouble`` says why it cannot be loaded."""

    name: str
    label: str = ""
    ambiti: int = 0
    comuni: int = 0
    trouble: str = ""


@dataclass(frozen=True)
class SetupPage:
    """``provider`` is the line that SMS will leave by."""

    territory: TerritoryTold
    provider: str
    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class FirstStep:
    """One thing an installation needs before the first request; ``command`` is for the terminal where no page does it."""

    label: str
    told: str
    done: bool
    href: str = ""
    action: str = ""
    command: str = ""


@dataclass(frozen=True)
class Check:
    """What the doctor says about one thing; ``level`` is fine, care or wrong. ``says`` and ``remedy`` are English, as in the terminal."""

    about: str
    level: str
    says: str
    remedy: str = ""


@dataclass(frozen=True)
class InstallationPage:
    steps: tuple[FirstStep, ...]
    checks: tuple[Check, ...]
    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()

    @property
    def left(self) -> int:
        """How many steps are still to do."""
        return sum(not step.done for step in self.steps)

    @property
    def ailing(self) -> int:
        return sum(check.level != "fine" for check in self.checks)
