"""The page that shows every part in every state, with made-up content, for those who make pages."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from shared.web.pages import render


def render_components(request: Request) -> HTMLResponse:
    """The page for /desk/components."""
    now: datetime = request.app.state.clock.now()
    moments = {"past": now - timedelta(hours=5), "soon": now + timedelta(hours=3), "later": now + timedelta(days=4)}
    return render(request, "components.html", moments=moments, rows=_rows(moments))


def _rows(moments: dict[str, datetime]) -> list[dict[str, Any]]:
    return [
        {"number": "2603050000123", "title": "小区停水两天，没有人通知", "urgency": "U2 紧急", "kind": "amber", "due_at": moments["past"], "urges": 2, "share": 0.4},
        {"number": "2603050000456", "title": "学府路路灯坏了", "urgency": "U4 普通", "kind": "plain", "due_at": moments["soon"], "urges": 0, "share": 0.92},
        {"number": "2603050012343", "title": "公交 12 路晚高峰经常不进站，希望增加班次", "urgency": "U4 普通", "kind": "plain", "due_at": moments["later"], "urges": 0, "share": 1},
    ]  # fmt: skip
