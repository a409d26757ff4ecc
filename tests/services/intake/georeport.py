"""An app of another city that speaks GeoReport v2, for tests: files, asks, and reads JSON and XML alike."""

from xml.etree import ElementTree

from services.intake.actions.apps import register
from shared.events import Actor

V2 = "/open311/v2"
CHIEF = Actor(kind="officer", id="chief")
FULL = {
    "service_code": "waterworks.outage", "lat": "28.2", "long": "112.98", "address_string": "柳堤路 12 号", "description": "停水一天了",
    "email": "wang@example.com", "phone": "13812345678", "first_name": "小明", "last_name": "王", "device_id": "abc",
    "media_url": "https://photos.example/1.jpg",
}  # fmt: skip


async def an_app(house, name="随手拍", hook=""):
    issued = await register(house.door, name.encode().hex()[:16], name, hook, CHIEF)
    return issued.key


async def post(house, key, format="json", headers=None, **fields):
    data = {name: value for name, value in {"api_key": key, **fields}.items() if value is not None}
    return await house.client.post(f"{V2}/requests.{format}", data=data, headers=headers)


async def get(house, path, **query):
    return await house.client.get(f"{V2}/{path}", params=query)


def root_of(answer):
    return ElementTree.fromstring(answer.content)  # noqa: S314 - what we wrote ourselves


def read(answer):
    """What JSON says, and XML as JSON would: elements with equal names are a list."""
    if answer.headers["content-type"] == "application/json":
        return answer.json()
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version=")
    return plain(root_of(answer))


def plain(element):
    if len(element) and element.tag.endswith(("s", "discovery")) and element.tag != "discovery":
        return [plain(child) for child in element]
    return {child.tag: plain(child) for child in element} if len(element) else element.text


def errors(answer):
    found = read(answer)
    assert all(str(error["code"]) == str(answer.status_code) and error["description"] for error in found), found
    return [error["description"] for error in found]
