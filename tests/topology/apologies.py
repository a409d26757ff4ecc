"""What the gateway itself says, in both languages, where no service can: a page for people, problem+json for programs."""

import base64
import hashlib

from starlette.responses import HTMLResponse, JSONResponse, Response

from shared.web.paths import PROGRAMS
from shared.web.problems import WAIT

SAID = {
    404: (
        "这里没有这个页面", "请核对网址。",
        "There is no such page here", "Please check the address.",
    ),
    502: (
        "系统没有答复", "请稍后再试。刚才提交的内容可能已经收到，也可能没有；返回上一页再提交一次，同一份诉求不会重复登记。",
        "The system did not answer",
        "Please try again in a moment. What you sent may or may not have arrived; go back and send it again, a complaint is taken once.",
    ),
    503: (
        "系统暂时打不开", "请稍后再试。刚才提交的内容没有收到；返回上一页，稍后再提交一次。",
        "The system cannot be reached now", "Please try again in a moment. What you sent has not arrived; go back and send it again later.",
    ),
}  # fmt: skip
CODES = {404: "not_found", 502: "unanswered", 503: "unavailable"}
STYLE = (
    ":root{color-scheme:light dark}body{max-width:38em;margin:15vh auto 0;padding:0 1rem;line-height:1.6;"
    'font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}h1{font-size:1.5rem;line-height:1.3}'
    "[lang=en]{margin-top:3rem}"
)
POLICY = f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}</title><style>{style}</style>
</head>
<body><main><h1>{0}</h1><p>{1}</p><div lang="en"><h2>{2}</h2><p>{3}</p></div></main></body>
</html>
"""


def apologize(path: str, status: int) -> Response:
    """The answer of this status: 404 for what is not served, 503 where nothing was sent on, 502 where no answer came back."""
    headers = {"Retry-After": str(WAIT)} if status >= 500 else {}
    title, detail, *_ = SAID[status]
    if path.startswith(PROGRAMS):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": CODES[status]}
        return JSONResponse(body, status, headers | {"Cache-Control": "no-store"}, media_type="application/problem+json")
    page = PAGE.format(*SAID[status], style=STYLE)
    return HTMLResponse(page, status, headers | {"Cache-Control": "no-store", "Content-Security-Policy": POLICY})
