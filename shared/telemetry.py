"""What operators see: JSON logs with case and trace, Prometheus metrics whose names end in units."""

import logging
import sys
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

HANDLED = Counter("huiying_events_handled_total", "Records taken in by a service.", ["service"])
SKIPPED = Counter("huiying_events_skipped_total", "Records of an event type that this version does not know.", ["service"])
PARKED = Counter("huiying_events_parked_total", "Records put aside for a person.", ["service"])
CONFLICTS = Counter("huiying_conflicts_retried_total", "Records handled again because somebody else changed the document.", ["service"])
RELAYED = Counter("huiying_events_relayed_total", "Events carried from documents to the log.", ["service"])
OUTAGES = Counter("huiying_outages_total", "Times a part had to wait for its store or log.", ["service", "part"])
JOB_FAILURES = Counter("huiying_job_failures_total", "Runs of a job that failed.", ["service", "job"])
BATCH_SECONDS = Histogram("huiying_batch_seconds", "Time to handle and commit one batch of records.", ["service"])
REQUEST_SECONDS = Histogram("huiying_request_seconds", "Time to answer a request, by route and status.", ["method", "route", "status"])
LAG = Gauge("huiying_lag_records", "Records on the log that a service has not acknowledged.", ["service"])
SUBMITTED = Counter("huiying_complaints_submitted_total", "Complaints whose receipt was given.", ["channel"])
MAILS = Counter("huiying_mails_total", "Mails by what became of them; kept, when they come in.", ["state"])
NOTICES = Counter("huiying_notices_total", "Notices by what came of each try, and of them in the end.", ["channel", "kind", "result"])
NOTICES_WAITING = Gauge("huiying_notices_waiting_notices", "Notices that are queued or on their way.", ["channel"])
NOTICES_LATE = Gauge("huiying_notices_late_seconds", "How long the notice that has been due longest has been due.", ["channel"])
GATEWAY_OUTAGES = Counter("huiying_gateway_outages_total", "Times the way out of a channel could not be used.", ["channel"])
SWEPT = Counter("huiying_deadline_marks_total", "Reminders and overdue marks given by the sweep.", ["clock", "share"])
ALARMS = Counter("huiying_alarms_total", "Times the duty desk was told of a critical case that nobody had taken, by step.", ["step"])


def logger(name: str) -> Any:
    """A logger whose messages are constant and whose facts are named fields."""
    return structlog.get_logger(name)


def configure(level: str) -> None:
    """JSON lines on standard error, for our own and for libraries' messages."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,  # a logger that was used before must follow a later configuration too
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what it meets comes back in our words; its own are many, each second
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes whole addresses, and a gateway's may hold the number it sends to
