"""HTML mail as lines of text: what is seen of it, quotes marked with ">" as in plain mail."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

LONGEST_MARKUP = 1_000_000
"""Characters, without pictures written into it."""
MOST_TAGS = 25_000
LONGEST_TAG = 8_000
LONGEST_LINK = 500
DEEPEST_QUOTE = 10

_NEVER_SEEN = {"script", "style", "title", "template", "object", "svg", "math", "select", "textarea", "audio", "video", "iframe"}
_BLOCKS = {"address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2"}
_BLOCKS |= {"h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"}
_QUOTES = {"gmail_quote", "yahoo_quoted", "protonmail_quote", "isReplyContent", "mail-editor-reference-message-container"}
"""Classes and ids by which web mail marks what is quoted."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:\.0+)?(?![\d.])", re.IGNORECASE)
_INDENTING = re.compile(r"(?!.*border-left)(?:.*;)?\s*border\s*:\s*(?:none|0)", re.IGNORECASE | re.DOTALL)

_WRITTEN_IN = re.compile(rb"data:[^\"'\s>)]{200,}", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_NO_TAG = re.compile(rf"<(?!/?[A-Za-z][^<>]{{0,{LONGEST_TAG}}}>)")
_NO_REFERENCE = re.compile(r"&#(?=[xX]?[0-9a-fA-F]{8})")
_SPACE = re.compile(r"[\s\xa0]+")
_AMPERSAND = "\x01"
"""Stands for & while markup is parsed: references are read with the text around them, not one by one."""


@dataclass
class _Page:
    """The lines written so far; `depth` is how many quotes the present one stands in."""

    lines: list[str] = field(default_factory=list)
    line: str = ""
    depth: int = 0

    def write(self, text: str) -> None:
        self.line += text if self.line and not self.line.endswith(" ") else text.lstrip(" ")

    def end_line(self, *, even_empty: bool = False) -> None:
        if self.line.strip() or even_empty:
            self.lines.append(">" * min(self.depth, DEEPEST_QUOTE) + " " * bool(self.depth) + self.line.strip())
        self.line = ""


def read_html(markup: str) -> str:
    """What a reader sees of the markup, in lines. The markup has no control characters."""
    whole = f"<div>{_tamed(markup)}</div>"  # text without a tag would be taken for a file name or an address, with a warning
    return "\n".join(_read_page(BeautifulSoup(whole, "html.parser")).lines)


def too_long(markup: str) -> bool:
    """Whether read_html leaves the end away."""
    return len(markup) > LONGEST_MARKUP or markup.count("<") > MOST_TAGS


def without_pictures(markup: bytes) -> bytes:
    """The markup without what is written into it as data: URLs."""
    return _WRITTEN_IN.sub(b"", markup)


def _tamed(markup: str) -> str:
    """Markup that html.parser reads in a time that grows with its length: only whole tags of a sane length and number are left, since
    Python's parser takes quadratic time over those that do not end, and no reference to a character that cannot be.
    """
    plain = _DECLARATION.sub("", "".join(_without_comments(markup[:LONGEST_MARKUP])))
    if plain.count("<") > MOST_TAGS:
        plain = "<".join(plain.split("<", MOST_TAGS)[:MOST_TAGS])
    return _NO_TAG.sub("&lt;", _NO_REFERENCE.sub("&amp;#", plain)).replace("&", _AMPERSAND)


def _text(parsed: str) -> str:
    return unescape(parsed.replace(_AMPERSAND, "&"))


def _attribute(tag: Tag, name: str) -> str:
    return _text(str(tag.get(name, "")))


def _without_comments(markup: str) -> Iterator[str]:
    position = 0
    while (start := markup.find("<!--", position)) >= 0 and (end := markup.find("-->", start + 4)) >= 0:
        yield markup[position:start]
        position = end + 3
    yield markup[position:]


def _read_page(root: Tag) -> _Page:
    """Walks the tree without recursion: however deep the tags are nested."""
    page, open_tags = _Page(), [(root, iter(root.contents), 0)]
    while open_tags:
        tag, rest, depth = open_tags[-1]
        child = next(rest, None)
        if child is None:
            open_tags.pop()
            _leave(page, tag)
            page.depth -= depth
        elif isinstance(child, Tag):
            if not _hidden(child):
                quoting = int(_quotes(child))
                _enter(page, child)
                page.depth += quoting
                open_tags.append((child, iter(child.contents), quoting))
        else:
            _write(page, tag, child)
    page.end_line()
    return page


def _write(page: _Page, tag: Tag, element: PageElement) -> None:
    if isinstance(element, PreformattedString) or not isinstance(element, NavigableString):
        return
    if tag.name == "pre":
        first, *others = _text(element).split("\n")
        page.write(first)
        for line in others:
            page.end_line(even_empty=True)
            page.line = line
    else:
        page.write(_SPACE.sub(" ", _text(element)))


def _enter(page: _Page, tag: Tag) -> None:
    if tag.name == "br":
        page.end_line(even_empty=True)
    elif tag.name in {"td", "th"}:
        page.write(" ")
    elif tag.name in _BLOCKS:
        page.end_line()
    if tag.name == "li":
        page.write("- ")


def _leave(page: _Page, tag: Tag) -> None:
    target = _attribute(tag, "href").strip() if tag.name == "a" else ""
    if target.startswith(("http://", "https://")) and target.rstrip("/") not in page.line:
        page.write(f" ({target[:LONGEST_LINK]})")
    if tag.name in _BLOCKS:
        page.end_line(even_empty=tag.name == "p")


def _hidden(tag: Tag) -> bool:
    return tag.name in _NEVER_SEEN or tag.has_attr("hidden") or bool(_HIDING.search(_attribute(tag, "style")))


def _quotes(tag: Tag) -> bool:
    """Whether the tag quotes another mail; a blockquote without a border is how editors indent."""
    marks = {_attribute(tag, "id"), *tag.get_attribute_list("class")}
    return bool(marks & _QUOTES) or (tag.name == "blockquote" and not _INDENTING.match(_attribute(tag, "style")))
