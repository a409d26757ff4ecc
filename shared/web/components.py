"""The page that shows every part in every state, for those who make pages."""

from datetime import timedelta

from fastapi import Request
from fastapi.responses import HTMLResponse

from shared.web.pages import render


def render_components(request: Request) -> HTMLResponse:
    """The page for /desk/components."""
    now = request.app.state.clock.now()
    moments = {"past": now - timedelta(hours=5), "soon": now + timedelta(hours=3), "later": now + timedelta(days=4)}
    return render(request, "components.html", moments=moments)
