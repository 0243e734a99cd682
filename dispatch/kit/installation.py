# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every door and job of one process shares: the settings and the database."""

from __future__ import annotations

from dataclasses import dataclass

from config.settings import Settings
from dispatch.kit.session import Database


@dataclass(frozen=True)
class Installation:
    settings: Settings
    database: Database
