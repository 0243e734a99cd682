# SPDX-License-Identifier: AGPL-3.0-or-later
"""One log line a job: which task, how it ended, how long it took; its arguments stay in the queue."""

from __future__ import annotations

import time
from typing import Any

import structlog
from procrastinate import JobContext
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

log = structlog.get_logger(__name__)


async def tell_job(call_next: AsyncCallNext, context: JobContext, _worker: Worker) -> Any:
    """Around every job of a worker; whatever the job raises goes on to the carrier, which knows when to retry."""
    began, ended = time.perf_counter(), "failed"
    try:
        result = await call_next()
        ended = "done"
        return result
    finally:
        job = context.job
        ms = round((time.perf_counter() - began) * 1000, 1)
        log.info("job", task=job.task_name, job=job.id, attempt=job.attempts, ended=ended, ms=ms)
