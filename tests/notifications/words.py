# SPDX-License-Identifier: AGPL-3.0-or-later
"""The values that messages are written from: the product's own samples, one ordinary case of each kind."""

from __future__ import annotations

from notifications.samples import (
    AGENDA,
    ASK_CODE,
    CONFIRMED,
    END,
    HOW_WAS_IT,
    LINK,
    MOVED,
    NOTED,
    OFFER,
    ORDINARY,
    REMINDER,
    SHIFT,
    START,
    VISIT,
    rome_winter,
)

__all__ = [
    "AGENDA",
    "ASK_CODE",
    "CONFIRMED",
    "END",
    "HOW_WAS_IT",
    "LINK",
    "MOVED",
    "NOTED",
    "OFFER",
    "ORDINARY",
    "REMINDER",
    "SHIFT",
    "START",
    "VISIT",
    "rome_winter",
]
