# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mediator writes of her own time: "OCCUPATO mar 9-13", "LIBERO sab"; read whole, or asked back, never guessed."""

from __future__ import annotations

from notifications.replies.shifts.day import Day
from notifications.replies.shifts.meaning import Span, meaning
from notifications.replies.shifts.reading import PartOfDay, Shift, ShiftSay, read_shift

__all__ = ["Day", "PartOfDay", "Shift", "ShiftSay", "Span", "meaning", "read_shift"]
