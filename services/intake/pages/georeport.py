"""How GeoReport answers: the same facts as JSON or as XML, faults as the specification's list of code and description.

XML is only written here, never read.
"""

import json
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from fastapi import Request, Response
from fastapi.routing import APIRoute

from shared.telemetry import logger
from shared.web.answers import FAULTS
from shared.web.pages import say
from shared.web.problems import NotFound, Problem, answer_for

log = logger(__name__)

KINDS = {"json": "application/json", "xml": "text/xml; charset=utf-8"}
ITEMS = {
    "services": "service", "service_requests": "request", "attributes": "attribute", "errors": "error", "endpoints": "endpoint",
    "formats": "format",
}  # fmt: skip
"""The element of each thing in a list."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Fact = str | int | float | bool | None | Sequence[Any] | Mapping[str, Any]


class GeoReportRoute(APIRoute):
    """A route whose faults are told in the format that was asked for."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                if request.path_params["format"] not in KINDS:
                    raise NotFound
                return await handle(request)
            except FAULTS as fault:
                return _fault(request, fault)

        return answered


class Faults(Problem):
    """Several things that are wrong with one request, each in the reader's words."""

    def __init__(self, status: int, descriptions: Sequence[str]) -> None:
        super().__init__(status, "bad_request")
        self.descriptions = descriptions


def answer(request: Request, root: str, facts: Fact, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The facts under their root. Public data may be read by scripts of any site: no cookie is looked at, none is needed."""
    format = format_of(request)
    body = _json(facts) if format == "json" else _xml(root, facts)
    open_to_all = {"Access-Control-Allow-Origin": "*"} if request.method == "GET" else {}
    return Response(body, status, {**open_to_all, **(headers or {})}, KINDS[format])


def format_of(request: Request) -> str:
    """json or xml, as the path ends; what ends otherwise is told so in XML, which every client of the specification reads."""
    ending = request.path_params.get("format", "")
    return ending if ending in KINDS else "xml"


def _fault(request: Request, fault: Exception) -> Response:
    found = answer_for(fault)
    if found.status >= 500:
        log.error("open311 request failed", code=found.code, reason=str(fault))
    described = fault.descriptions if isinstance(fault, Faults) else [say(request, found.detail, **found.facts)]
    errors = [{"code": found.status, "description": text} for text in described]
    return answer(request, "errors", errors, found.status, found.headers)


def _json(facts: Fact) -> bytes:
    return json.dumps(facts, ensure_ascii=False).encode()


def _xml(root: str, facts: Fact) -> bytes:
    element = ElementTree.Element(root)
    _fill(element, facts)
    written: bytes = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: ElementTree.Element, fact: Fact) -> None:
    match fact:
        case None:
            return
        case bool():
            element.text = "true" if fact else "false"
        case str():
            element.text = _NOT_IN_XML.sub("", fact)
        case int() | float():
            element.text = str(fact)
        case Mapping():
            for name, inner in fact.items():
                _fill(ElementTree.SubElement(element, name), inner)
        case _:
            for inner in fact:
                _fill(ElementTree.SubElement(element, ITEMS[element.tag]), inner)
