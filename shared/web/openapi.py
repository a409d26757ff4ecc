"""The description of the API: the routes that programs use, and the one shape that faults have."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.routing import BaseRoute

from shared.web.paths import PROGRAMS

OPERATION = frozenset({"/livez", "/readyz", "/metrics"})
FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
"""The framework's shape of a bad request, which is not ours."""


class ProblemBody(BaseModel):
    """A fault (RFC 9457), served as application/problem+json. `code` is for programs, `title` and `detail` are in the reader's language."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is nothing at this address."])
    code: str = Field(examples=["not_found"])
    trace: str = Field(examples=["4bf92f3577b34da6a3ce929d0e0e4736"])


_PROBLEM = {
    "description": "A fault",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class App(FastAPI):
    """FastAPI, with the description of what programs may call and no pages in it."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            self.openapi_schema = describe(self.title, self.version, self.routes)
        return self.openapi_schema


def describe(title: str, version: str, routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI document."""
    described = [route for route in routes if isinstance(route, APIRoute) and (route.path.startswith(PROGRAMS) or route.path in OPERATION)]
    document = get_openapi(title=title, version=version, routes=described)
    for route in described:
        for method in route.methods or ():
            _describe(document["paths"][route.path_format][method.lower()], guarded=is_guarded(route.dependant))
    components: dict[str, Any] = document.setdefault("components", {})
    schemas = {name: schema for name, schema in components.get("schemas", {}).items() if name not in FRAMEWORKS_OWN}
    components["schemas"] = {**schemas, "Problem": ProblemBody.model_json_schema()}
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return document


def is_guarded(dependant: Dependant) -> bool:
    """Whether a guard (`require(...)`) stands anywhere before the route."""
    return any(getattr(needed.call, "guards", False) or is_guarded(needed) for needed in dependant.dependencies)


def _describe(operation: dict[str, Any], *, guarded: bool) -> None:
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    responses.setdefault("default", _PROBLEM)
    if guarded:
        operation["security"] = [{"token": []}]
