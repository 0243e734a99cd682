# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's pages: the form, my requests, their calendar, one request and its way; all of them work without JavaScript."""

from fastapi import APIRouter

from dispatch.intake import calendar_pages, following_pages, form_pages, list_pages

router = APIRouter(include_in_schema=False)
# Those that follow a code come last, so that no other name is read as one.
for part in (form_pages, list_pages, calendar_pages, following_pages):
    router.include_router(part.router, prefix="/requests")
