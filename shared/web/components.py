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
    columns = ("number", "title", "urgency", "kind", "due_at", "urges", "share")
    rows = (
        ("2603050000123", "小区停水两天，没有人通知", "U2 紧急", "amber", moments["past"], 2, 0.4),
        ("2603050000456", "学府路路灯坏了", "U4 普通", "plain", moments["soon"], 0, 0.92),
        ("2603050012343", "公交 12 路晚高峰经常不进站，希望增加班次", "U4 普通", "plain", moments["later"], 0, 1),
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]
