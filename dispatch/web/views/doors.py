# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the sign-in page and the error page show."""

from __future__ import annotations

from dataclasses import dataclass, field

from dispatch.web.forms import FormValues
from dispatch.web.i18n import _l
from dispatch.web.views.page import Choice, FieldError


@dataclass(frozen=True)
class LoginPage:
    """``next`` is where to go after; ``demo`` are the logins of a rehearsal (value the login, hint the password)."""

    values: FormValues = field(default_factory=FormValues)
    errors: tuple[FieldError, ...] = ()
    next: str = "/"
    demo: tuple[Choice, ...] = ()

    @property
    def keeps(self) -> bool:
        """Whether a form waits for her: see dispatch.access.keeping."""
        return "kept=" in self.next


@dataclass(frozen=True)
class ErrorPage:
    """An error as a page: ``detail`` and ``fields`` come from the error itself; the rest from its status.

    ``copy`` is where the last copy of the agenda is read while the database is away, for who may.
    """

    status: int
    detail: str = ""
    fields: tuple[FieldError, ...] = ()
    back: str = "/"
    copy: str = ""

    @property
    def title(self) -> str:
        """A msgid."""
        return TITLES.get(self.status, TITLES[500])

    @property
    def comfort(self) -> str:
        """A msgid: what the reader can do now."""
        return COMFORTS.get(self.status, COMFORTS[500])


TITLES = {
    401: _l("Sign in first"),
    403: _l("This page is not open to you"),
    404: _l("There is nothing at this address"),
    405: _l("There is nothing at this address"),
    409: _l("Somebody was quicker"),
    422: _l("Something in the form needs a change"),
    429: _l("Too many tries"),
    500: _l("Something broke on our side"),
    503: _l("Ponte is busy for a moment"),
}
COMFORTS = {
    401: _l("Sign in with your account, then open the page again."),
    403: _l("Your account sees other pages. If you need this one, ask who coordinates the service."),
    404: _l("Perhaps the link is old or incomplete. Start again from the first page."),
    405: _l("Perhaps the link is old or incomplete. Start again from the first page."),
    409: _l("What you wanted to change has changed meanwhile. Open it again to see how it stands now."),
    422: _l("Go back: what you typed is still there."),
    429: _l("Wait a few minutes, then try again."),
    500: _l("Nothing was changed. Try again; if it happens again, tell who looks after Ponte the time it happened."),
    503: _l("Wait a few seconds and try again: nothing you typed was lost on our side."),
}
