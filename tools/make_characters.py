"""Builds the table by which characters are read, from OpenCC and Unicode: `python -m tools.make_characters`."""

import numpy as np

from shared.language.characters import CHANGED, TRADITIONAL
from shared.language.normalise import changed_characters

RANGES = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2FA20))
"""The blocks of Unicode in which Han characters stand."""

VARIANTS = dict(zip("瞭藉祇衹妳牠甦烖汚踪瘉摀揹", "了借只只你它苏灾污踪愈捂背", strict=True))
"""Forms that people write and OpenCC leaves as they are, because alone they may be meant otherwise."""

SOURCE = "OpenCC (Apache-2.0), configuration tw2s, one character at a time, with a few variants of our own"


def collect() -> dict[str, str]:
    """Each character that has another simplified form, and that form."""
    import opencc

    written = [chr(code) for low, high in RANGES for code in range(low, high)]
    simple = opencc.OpenCC("tw2s").convert("\n".join(written)).split("\n")
    found = {old: new for old, new in zip(written, simple, strict=True) if old != new and len(new) == 1} | VARIANTS
    return {old: new for old, new in found.items() if old not in found.values()}  # 么 is simplified already, whatever it once stood for


def main() -> None:
    simplified = collect()
    pairs = "\n".join(f"{old}{new}" for old, new in sorted(simplified.items()))
    TRADITIONAL.write_text(f"# {SOURCE}\n{pairs}\n", "utf-8")
    np.save(CHANGED, changed_characters(simplified))


if __name__ == "__main__":
    main()
