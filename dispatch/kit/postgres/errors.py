# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the embedded server says when it cannot serve: what happened, with the values, then what to do."""

from __future__ import annotations

from dispatch.errors import Unavailable


class EmbeddedServerError(Unavailable):
    """The embedded PostgreSQL cannot start; the message names the values met and the remedy."""

    kind = "embedded-server"
    title = "The embedded database cannot start"
