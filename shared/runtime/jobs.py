"""Jobs: what runs on time. One that fails is logged, counted and tried again at its next time."""

import asyncio

from shared import telemetry
from shared.ports import Unavailable
from shared.runtime.service import Job

log = telemetry.logger(__name__)


async def run_job(service: str, job: Job) -> None:
    """Runs one job until cancelled."""
    while True:
        done = await _run_once(service, job)
        if not done:
            await asyncio.sleep(job.every)


async def _run_once(service: str, job: Job) -> int:
    try:
        return await job.run()
    except Unavailable as outage:
        telemetry.JOB_FAILURES.labels(service, job.name).inc()
        log.warning("job waits", service=service, job=job.name, reason=str(outage))
    except Exception:
        telemetry.JOB_FAILURES.labels(service, job.name).inc()
        log.exception("job failed", service=service, job=job.name)
    return 0
