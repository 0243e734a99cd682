# SPDX-License-Identifier: AGPL-3.0-or-later
"""The coordinator's pages of a plan: the agenda, and planning runs."""

from fastapi import APIRouter

from dispatch.planning import agenda_pages, run_pages

router = APIRouter(include_in_schema=False)
router.include_router(agenda_pages.router)
router.include_router(run_pages.router)
