"""The busiest route's short way in: one JSON body, read and checked in one step, with nothing else of the framework in between."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError


class QuickRoute(APIRoute):
    """A route whose endpoint takes the request and one body and gives a Response. It is described as any other; what it leaves out
    (dependencies, parameters, a response model) costs more than the rest of a submission together.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint: Callable[[Request, Any], Awaitable[Response]] = self.endpoint
        model = self.body_field.field_info.annotation if self.body_field else None
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            raise TypeError(f"{self.path}: a quick route takes one body that is a model")

        async def handle(request: Request) -> Response:
            return await endpoint(request, _read(model, request.headers.get("content-type", ""), await request.body()))

        return handle


def _read(model: type[BaseModel], kind: str, raw: bytes) -> BaseModel:
    """The body. Raises RequestValidationError as the framework does, for a body that is not declared as JSON too: a form of another
    site can send anything but that.
    """
    if not kind.startswith("application/json"):
        raise RequestValidationError([{"type": "json_expected", "loc": ("body",), "msg": "the body must be application/json"}])
    try:
        return model.model_validate_json(raw)
    except ValidationError as fault:
        errors = fault.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**error, "loc": ("body", *error["loc"])} for error in errors]) from fault
