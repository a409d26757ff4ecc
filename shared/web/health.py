"""Whether the process lives, whether it can serve, and its figures for Prometheus."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

Ready = Callable[[], Awaitable[dict[str, str]]]

PUBLIC = frozenset({("GET", "/livez"), ("GET", "/readyz"), ("GET", "/metrics")})

router = APIRouter(tags=["operation"])


class Readiness(BaseModel):
    """`waiting` names each part that cannot serve yet and what it waits for; `remarks` what is not as it was set and hinders nothing."""

    ready: bool
    waiting: dict[str, str]
    remarks: dict[str, list[str]]


@router.get("/livez", response_class=PlainTextResponse, summary="Whether the process runs")
async def live() -> PlainTextResponse:
    return PlainTextResponse("ok\n")


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}}, summary="Whether all parts can serve")
async def readiness(request: Request) -> JSONResponse:
    ready: Ready = request.app.state.ready
    waiting = await ready()
    answer = Readiness(ready=not waiting, waiting=waiting, remarks=request.app.state.remarks)
    return JSONResponse(answer.model_dump(), status_code=503 if waiting else 200)


@router.get("/metrics", response_class=PlainTextResponse, summary="Figures for Prometheus")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
