# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page's form sent, as a route asks for it."""

from typing import Annotated

from fastapi import Depends, Request

from dispatch.web.forms import FormValues

MOST_FIELDS = 400


async def typed_in(request: Request) -> FormValues:
    """What was typed, in the order of the form; files and a flood of fields are cut off by the parser."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return FormValues(tuple((name, value) for name, value in form.multi_items() if isinstance(value, str)))


Typed = Annotated[FormValues, Depends(typed_in)]
