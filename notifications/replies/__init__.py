# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what a mediator writes back: never guess, and whatever has more meaning goes to a person."""

from __future__ import annotations

from notifications.replies.match import AskBack, Matched, NoneOpen, ToPerson, which_offer
from notifications.replies.read import Answer, Answers, Command, CommandName, OptOut, Reading, Say, Unclear, read
from notifications.replies.shifts import Shift

__all__ = [
    "Answer",
    "Answers",
    "AskBack",
    "Command",
    "CommandName",
    "Matched",
    "NoneOpen",
    "OptOut",
    "Reading",
    "Say",
    "Shift",
    "ToPerson",
    "Unclear",
    "read",
    "which_offer",
]
