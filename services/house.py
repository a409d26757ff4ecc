"""The four services as plans, and how a process of them is started. The only place that knows every service."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import uvicorn
import uvloop

from services.intake import documents as intake_documents
from services.intake import service as intake
from services.intake.settings import IntakeSettings
from services.routing import documents as routing_documents
from services.routing import service as routing
from services.routing.loading import choose_heads
from services.routing.settings import RoutingSettings
from services.sentiment import service as sentiment
from services.sentiment.settings import SentimentSettings
from services.tracking import documents as tracking_documents
from services.tracking import service as tracking
from services.tracking.actions.accounts import ensure_administrator
from services.tracking.settings import TrackingSettings
from shared import telemetry
from shared.ports import Unavailable, Unusable
from shared.runtime.host import House, Plan, open_house, web
from shared.runtime.settings import OwnSettings, Settings, SettingsError, read_settings
from shared.toml_file import FileFault

PLANS: tuple[Plan, ...] = (
    Plan("intake", intake_documents.KINDS, IntakeSettings, intake.build),
    Plan("sentiment", (), SentimentSettings, sentiment.build),
    Plan("routing", routing_documents.KINDS, RoutingSettings, routing.build),
    Plan("tracking", tracking_documents.KINDS, TrackingSettings, tracking.build),
)
FAULTS = (SettingsError, Unusable, Unavailable, FileFault)
"""What can be wrong at start and is for the operator to put right: said in a sentence, without a traceback."""
KEEP_ALIVE_SECONDS = 15
SHUTDOWN_SECONDS = 10
START_SECONDS = 5
"""How long a start looks at what it works on before it serves all the same."""
LOOK_AGAIN = 1.0

log = telemetry.logger(__name__)


class Server(uvicorn.Server):
    """Ends in order with exit code 0 when it is asked to; uvicorn's own would let the signal kill the process afterwards."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Asked once: answers what was begun, then ends. Asked twice: ends at once."""
        self.force_exit, self.should_exit = self.should_exit, True


def settings_of(environment: Mapping[str, str]) -> tuple[Settings, dict[str, OwnSettings]]:
    """The settings of every service; all of them are checked, whichever services a process runs."""
    return read_settings(environment, {plan.name: plan.own for plan in PLANS})


def choose(names: Sequence[str]) -> tuple[Plan, ...]:
    """The plans of these services, all of them when none is named. Raises SettingsError for an unknown one."""
    unknown = set(names) - {plan.name for plan in PLANS}
    if unknown:
        raise SettingsError(f"there is no service '{min(unknown)}'; there are {', '.join(plan.name for plan in PLANS)}")
    return tuple(plan for plan in PLANS if not names or plan.name in names)


def run(names: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Runs services until stopped; 0 when stopped in order, 2 with a sentence when they cannot start."""
    try:
        settings, own = settings_of(environment)
        telemetry.configure(settings.log_level)
        listener = _listen(settings)
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        house = open_house(settings, own, choose(names))
        _tell_refused(house)
    except FAULTS as fault:
        print(f"huiying cannot start: {fault}", file=sys.stderr)
        return 2
    spare_the_collector()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(_serve(house, listener))
        except Unusable as fault:
            print(f"huiying cannot start: {fault}", file=sys.stderr)
            return 2
    return 0


def spare_the_collector() -> None:
    """What was loaded at start stays for good: it is not searched for garbage again with every few hundred new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _serve(house: House, listener: socket.socket) -> None:
    """Serves until stopped. What cannot be reached yet is waited for in service, so that pages and /readyz say so. Raises Unusable."""
    _greet(house.settings.address)
    first = asyncio.create_task(_begin(house))
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(first), START_SECONDS)
    config = uvicorn.Config(
        web(house), log_config=None, access_log=False, server_header=False, date_header=False, proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )  # fmt: skip
    server = Server(config)
    for wish in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wish, server.stop)
    first.add_done_callback(lambda _: server.stop() if not first.cancelled() and first.exception() else None)
    await server.serve(sockets=[listener])
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first


async def _begin(house: House) -> None:
    """Looks at log and stores, and on an empty directory prints the administrator's password, once. Waits for what is away."""
    while True:
        try:
            await house.check()
            if "tracking" in house.worlds and (password := await ensure_administrator(house.worlds["tracking"])) is not None:
                print(f"\n  An administrator was made. Sign in as  admin  with  {password}\n  This password is shown once.\n", flush=True)
            return
        except Unavailable as outage:
            log.warning("start waits", reason=str(outage))
            await asyncio.sleep(LOOK_AGAIN)


def _tell_refused(house: House) -> None:
    """Says which learned models are not used, in the log, on the terminal, at /readyz and on the desk: what ships stands in for them.

    Raises ModelFault.
    """
    refused = choose_heads(house.places, house.settings.models)[1]
    if refused:
        house.remarks["models"] = [str(fault) for fault in refused]
    for fault in refused:
        log.error("learned model refused, the one that ships is used", fault=str(fault))
        print(f"  learned model refused, the one that ships is used in its place: {fault}", flush=True)


def _greet(address: str) -> None:
    """Prints where everything is."""
    for name, path in (
        ("citizens 市民", "/"),
        ("desk 工作台", "/desk"),
        ("board 看板", "/board"),
        ("API", "/openapi.json"),
        ("metrics", "/metrics"),
    ):
        print(f"  {name:<14} {address}{path}", flush=True)


def _listen(settings: Settings) -> socket.socket:
    """The socket, bound before anything is opened, so that a taken port is said at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as fault:
        listener.close()
        raise SettingsError(
            f"{settings.host}:{settings.port} cannot be listened on ({fault.strerror}); choose another with HUIYING_PORT"
        ) from fault
    return listener
