# SPDX-License-Identifier: AGPL-3.0-or-later
"""The territory's pages in one router: services, places, organisations, projects."""

from fastapi import APIRouter

from dispatch.territory import pages_desks, pages_organisations, pages_places, pages_projects

router = APIRouter()
for part in (pages_desks, pages_places, pages_organisations, pages_projects):
    router.include_router(part.router)
