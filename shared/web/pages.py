"""Pages: templates of all services rendered in the reader's language, with what each of them may use."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from shared.places import Places
from shared.ports import Clock
from shared.runtime.settings import Settings
from shared.web import forms
from shared.web.filters import Filters
from shared.web.language import language_of
from shared.web.paths import SAFE_METHODS, path_of
from shared.web.problems import WAIT
from shared.web.sessions import officer_of
from shared.web.words import COLUMNS, Words

R = TypeVar("R", bound=Response)

HERE = Path(__file__).parent
STATIC = HERE / "static"
HTMX = "vendor/htmx.min.js"
"""Put there at set-up; without it the pages work as forms do."""


class Pages:
    """One template environment for each language: what the templates use is bound to it once, in macros as well."""

    def __init__(self, settings: Settings, places: Places, clock: Clock, words: Words, folders: Mapping[str, Path]) -> None:
        self.words, self._clock = words, clock
        loader = ChoiceLoader(
            [FileSystemLoader(HERE / "templates"), PrefixLoader({name: FileSystemLoader(path) for name, path in folders.items()})]
        )
        versions = _versions()
        self._environments = {language: self._environment(language, loader, settings, places, versions) for language in COLUMNS}

    def _environment(
        self, language: str, loader: ChoiceLoader, settings: Settings, places: Places, versions: Mapping[str, str]
    ) -> Environment:
        environment = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        environment.filters.update(Filters(language, self.words, places, ZoneInfo(settings.timezone), self._clock.now).all())
        environment.globals.update(
            t=lambda key, /, **facts: self.words.say(key, language, **facts),
            lang=language,
            settings=settings,
            places=places,
            city=settings.city_en if language == "en" else settings.city_zh,
            htmx=HTMX in versions,
            static_url=lambda name: f"/static/{name}?v={versions[name]}",
        )
        return environment

    def write(self, language: str, filter_name: str, value: object) -> str:
        return str(self._environments[language].filters[filter_name](value))

    def render(self, request: Request, template: str, status: int, context: Mapping[str, Any]) -> HTMLResponse:
        mark, new = forms.browser_mark(request)
        text = (
            self._environments[language_of(request)]
            .get_template(template)
            .render(
                officer=officer_of(request),
                csrf=Markup('<input type="hidden" name="csrf" value="{}">').format(forms.proof(request, mark)),
                now=self._clock.now(),
                path=path_of(request),
                here=_way_back(request),
                **context,
            )
        )
        answer = HTMLResponse(text, status, {"Retry-After": str(WAIT)} if status == 503 else None)
        if new:
            answer.set_cookie(forms.COOKIE, mark, httponly=True, samesite="lax", secure=request.app.state.secure)
        return answer


def render(request: Request, template: str, /, status: int = 200, **context: Any) -> HTMLResponse:
    """A page from a template such as 'intake/home.html'. With status 503 it says when to try again."""
    pages: Pages = request.app.state.pages
    return pages.render(request, template, status, context)


def say(request: Request, key: str, /, **facts: Any) -> str:
    """Words in the reader's language, for what is not written in a template."""
    pages: Pages = request.app.state.pages
    return pages.words.say(key, language_of(request), **facts)


def write(request: Request, filter_name: str, value: object) -> str:
    """What a filter of the templates makes of a value in the reader's language, for what is not written in a template."""
    pages: Pages = request.app.state.pages
    return pages.write(language_of(request), filter_name, value)


def redirect(path: str) -> RedirectResponse:
    """To another page of ours after a form was taken in: the browser asks for it with GET, and a reload sends nothing twice."""
    return RedirectResponse(path, status_code=303)


def revisitable(answer: R) -> R:
    """Lets the browser keep a page that shows nothing personal, so that going back finds what was typed."""
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _way_back(request: Request) -> str:
    """Where the reader lands after choosing another language: this page, unless it is the answer to a form."""
    if request.method in SAFE_METHODS:
        return path_of(request)
    return "/desk" if officer_of(request) else "/"


def _versions() -> dict[str, str]:
    """The hash of each static file's content, by its name: what changes it gets a new address."""
    files = (path for path in STATIC.rglob("*") if path.is_file())
    return {path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}
