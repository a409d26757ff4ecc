"""Pictures for tests, drawn here."""

import io
from typing import Any

from PIL import Image


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """A small picture with some colour in it, as a file of this kind."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image = image.convert("L").convert(mode) if mode in ("1", "I;16") else image.convert(mode)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
