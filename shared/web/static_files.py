"""Style sheets and scripts: kept for a year under the address that carries the hash of their content."""

import os

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from shared.web.pages import STATIC

PATH = "/static"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class VersionedFiles(StaticFiles):
    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = FOR_EVER if scope["query_string"].startswith(b"v=") else ASK_AGAIN
        return response


def static_files() -> ASGIApp:
    """The app to mount under PATH. Compressed on the way: nothing in these files is secret."""
    return GZipMiddleware(VersionedFiles(directory=STATIC), minimum_size=1000)
