"""What every keeper of attachments must do. An adapter's test class inherits AttachmentsContract and says how one is opened."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shared.ports import Attachments

OpenAttachments = Callable[[], Awaitable[Attachments]]


class AttachmentsContract:
    @pytest.fixture
    def open_attachments(self) -> OpenAttachments:
        """Opens the attachments of this test: none the first time, a further instance on the same ones after."""
        raise NotImplementedError

    @pytest.fixture
    async def attachments(self, open_attachments: OpenAttachments) -> Attachments:
        return await open_attachments()

    @pytest.mark.parametrize("content", [b"", b"\x00\xff\r\n" * 3, bytes(range(256)) * 20_000], ids=["empty", "small", "5 MB"])
    async def test_content_comes_back(self, attachments: Attachments, open_attachments: OpenAttachments, content: bytes) -> None:
        await attachments.put("photo-1.jpg", content)
        assert await attachments.get("photo-1.jpg") == content
        assert await (await open_attachments()).get("photo-1.jpg") == content

    async def test_the_same_name_again_replaces(self, attachments: Attachments) -> None:
        await attachments.put("a", b"first and longer")
        await attachments.put("a", b"second")
        assert await attachments.get("a") == b"second"

    async def test_names_are_kept_apart(self, attachments: Attachments) -> None:
        names = ["a", "a.jpg", "a-1", "b", "0190a1b2-7c3d-7e4f-8a5b-123456789abc.webp"]
        await asyncio.gather(*(attachments.put(name, name.encode()) for name in names))
        assert [await attachments.get(name) for name in names] == [name.encode() for name in names]

    async def test_concurrent_puts_leave_one_whole_content(self, attachments: Attachments) -> None:
        contents = [bytes([n]) * 100_000 for n in range(8)]
        await asyncio.gather(*(attachments.put("a", content) for content in contents))
        assert await attachments.get("a") in contents

    async def test_what_is_not_there(self, attachments: Attachments) -> None:
        assert await attachments.get("nothing") is None
        await attachments.remove("nothing")

    async def test_what_was_removed_is_gone(self, attachments: Attachments, open_attachments: OpenAttachments) -> None:
        await attachments.put("a", b"a")
        await attachments.put("b", b"b")
        await attachments.remove("a")
        again = await open_attachments()
        assert (await again.get("a"), await again.get("b")) == (None, b"b")

    @pytest.mark.parametrize("name", ["", "..", "../a", "a/b", "A", "a b", "a.b.c", ".a", "照片", "a\x00", "a\n", "x" * 300])
    async def test_names_that_are_no_plain_ones_are_bugs(self, attachments: Attachments, name: str) -> None:
        with pytest.raises(ValueError, match="name"):
            await attachments.put(name, b"")
        with pytest.raises(ValueError, match="name"):
            await attachments.get(name)
        with pytest.raises(ValueError, match="name"):
            await attachments.remove(name)

    async def test_ping(self, attachments: Attachments) -> None:
        await attachments.ping()
        assert await attachments.get("a") is None
