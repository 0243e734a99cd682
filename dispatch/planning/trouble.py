# SPDX-License-Identifier: AGPL-3.0-or-later
"""A search that did not work, said calmly: what happened, that nothing was changed, and what to do next."""

from __future__ import annotations

from dispatch.web.i18n import _l
from dispatch.web.i18n import gettext as _
from dispatch.web.views.runs import SearchTrouble

# By a word of what the planner, its parent or the checker wrote; the first that is found tells it.
KINDS = (
    (
        ("memory limit", "MemoryError"),
        _l("The planner ran out of memory"),
        _l("Plan fewer weeks at once, or ask who looks after the server to raise PONTE_PLANNER_MEMORY_MB."),
    ),
    (
        ("did not come up", "after the limit"),
        _l("The planner took too long"),
        _l("The server is busy. Try again in a few minutes; if it happens again, ask who looks after the server."),
    ),
    (
        ("worker died",),
        _l("The search was broken off several times"),
        _l("Try again in a few minutes. If it happens again, ask who looks after the server to run “ponte doctor”."),
    ),
    (
        ("plan breaks", "ranked somebody", "cannot be read", "in the planner", "ended by itself"),
        _l("The planner gave no answer that can be trusted"),
        _l("Try again. If it happens again, send the details below to who looks after the server."),
    ),
)
DATA = (
    _l("Something in the registers does not go together"),
    _l("The planner names it below. Mend it in the registers or in the request, then try again."),
)


def trouble_of(said: str) -> SearchTrouble:
    """What to tell of a failed run; what a program wrote is kept as the details."""
    for words, title, remedy in KINDS:
        if any(word in said for word in words):
            return SearchTrouble(_(title), _(remedy), said)
    return SearchTrouble(_(DATA[0]), _(DATA[1]), said)
