# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page's form sent, as a route asks for it."""

from typing import Annotated

from fastapi import Depends, Request

from dispatch.errors import NotSignedIn
from dispatch.web.forms import MARK, FormValues
from dispatch.web.i18n import gettext as _

MOST_FIELDS = 400


async def typed_in(request: Request) -> FormValues:
    """What was typed, in the order of the form; files and a flood of fields are cut off by the parser.

    A page that was made for one account is not sent as another, who signed in meanwhile in the same browser: it is kept
    for whom it was made for, as when a session is over.
    """
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    values = FormValues(tuple((name, value) for name, value in form.multi_items() if isinstance(value, str)))
    hers, made_for = getattr(request.state, "csrf", ""), values.get(MARK)
    if hers and made_for and hers != made_for:
        raise NotSignedIn(_("Somebody else signed in here meanwhile. Sign in again to send it."))
    return values


Typed = Annotated[FormValues, Depends(typed_in)]
