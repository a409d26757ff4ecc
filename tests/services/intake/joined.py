"""Public matters, and a world in which people can be told, for the tests of joining and of other apps."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from shared.events.tracking import CaseClosed, CaseDispatched

from .standings import ACCEPTED, DISPATCHED, standing

SMS = """
url = "http://127.0.0.1:9/send"

[body]
mobile = "{local}"
content = "{text}"
"""
CLOSED = CaseClosed(outcome="solved", reason="supervisor", standing=standing("closed", "nobody", department="water"))
SENSITIVE = DISPATCHED.model_copy(update={"sensitivity": "S2"})
LIGHTS = CaseDispatched.model_validate(DISPATCHED.model_dump() | {"category": "roads.light"})


def told(folder: Path) -> dict[str, Any]:
    """Settings under which SMS and mail are set up; nothing is ever sent there."""
    gateway = folder / "sms.toml"
    gateway.write_text(SMS)
    return {"sms_gateway": gateway, "notify_url": SecretStr("smtp://127.0.0.1:9"), "mail_address": "12345@city.example"}


async def public(house, text="柳堤路 12 号院停水一天了，电话 13812345678", *events, **body):
    """The number of a public complaint that its department is at work on."""
    place = {"district": "wanglan", "address": "柳堤路 12 号院 3 栋"}
    receipt = await house.submit(**{"text": text, "place": place, "publish": True, **body})
    await house.tracking_says(receipt["number"], *(events or (DISPATCHED, ACCEPTED)))
    return receipt["number"]
