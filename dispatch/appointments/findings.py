# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with what a desk or a coordinator asks for, all of it at once."""

from __future__ import annotations

from dispatch.kit import findings
from dispatch.kit.findings import Refused
from dispatch.web.i18n import gettext as _

__all__ = ["Findings", "Refused"]


class Findings(findings.Findings):
    """The problems of one request or presence."""

    def __init__(self) -> None:
        super().__init__(_("The request cannot be accepted as it is."))
