# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gives the jobs of a killed worker back to the queue: Procrastinate never does so by itself.

A worker asks for it as soon as it comes up, since it often takes the place of a dead one; else a tick does.
"""

from __future__ import annotations

import structlog
from procrastinate import JobContext
from procrastinate.jobs import Job, Status

from dispatch.kit.queue import carrier
from dispatch.kit.roll_call import jobs_of_the_gone

log = structlog.get_logger(__name__)

RESCUE = "kit.rescue"
FIRST = 100  # its priority: nothing may be more urgent than what a dead worker had in hand
SILENT_SECONDS = 30  # a worker that hangs on its connection without a word for so long is taken for dead
MOST_ATTEMPTS = 5  # a job that killed so many workers is set aside, for a person to read in the log


@carrier.task(name=RESCUE, pass_context=True)
async def rescue(context: JobContext) -> None:
    """Put each stalled job back, one by one, so that one that cannot be does not keep the others waiting."""
    jobs = context.app.job_manager
    for job in await stalled_jobs(context):
        if job.id is None:
            continue
        try:
            if job.attempts >= MOST_ATTEMPTS:
                await jobs.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=False)
                log.error("job set aside", job=job.id, task=job.task_name, attempts=job.attempts)
            else:
                await jobs.retry_job(job)
                log.warning("job rescued", job=job.id, task=job.task_name, attempts=job.attempts)
        except Exception as trouble:  # noqa: BLE001 - one bad row must not stop the rescue of the others
            log.error("job not rescued", job=job.id, task=job.task_name, trouble=type(trouble).__name__)


async def stalled_jobs(context: JobContext) -> list[Job]:
    """Jobs in hand of workers that are gone, or silent for too long; each once."""
    gone = await jobs_of_the_gone(context.app, asking=context.job.worker_id or 0)
    silent = await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS)
    return list({job.id: job for job in (*gone, *silent)}.values())
