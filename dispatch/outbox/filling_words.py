# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long it usually takes, in words: minutes, hours or working days of waking time, and what that rests on."""

from __future__ import annotations

from dispatch.outbox.filling import Rates
from dispatch.web.i18n import gettext as _
from dispatch.web.i18n import ngettext
from dispatch.web.moments import decimal

HOUR, DAY = 60, 13.5 * 60  # a day has 13 and a half waking hours
FEW_HOURS = 3 * HOUR


def about(minutes: float | None) -> str:
    """ "about 40 minutes", "about 5 hours", "about 3 days"; where so many are not filled at all, that."""
    if minutes is None:
        return _("often not at all")
    if minutes < FEW_HOURS:
        rounded = max(5, round(minutes / 5) * 5)
        return ngettext("about one minute", "about %(num)d minutes", rounded) % {"num": rounded}
    if minutes < DAY:
        hours = round(minutes / HOUR)
        return ngettext("about one hour", "about %(num)d hours", hours) % {"num": hours}
    days = max(1, round(minutes / DAY))
    return ngettext("about one day", "about %(num)d days", days) % {"num": days}


def basis(rates: Rates) -> str:
    """What the expectation rests on, with its figures."""
    figures = _("yes %(yes)s %%, no %(no)s %%, an answer after %(median)s minutes") % {
        "yes": decimal(round(rates.accept * 100)),
        "no": decimal(round(rates.decline * 100)),
        "median": decimal(round(rates.median_minutes)),
    }
    if rates.seen:
        return _("From the last %(count)d answers here: %(figures)s.") % {"count": rates.seen, "figures": figures}
    return _("Fewer than fifty answers so far, so figures of the field: %(figures)s.") % {"figures": figures}
