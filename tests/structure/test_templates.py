"""Templates: nothing inline, nothing from elsewhere, every form proven, every part named where it is."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateSyntaxError

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "shared/web/static"
TEMPLATES = sorted([*ROOT.glob("shared/web/templates/**/*.html"), *ROOT.glob("services/*/templates/**/*.html")])
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
POST = re.compile(r"<form\b[^>]*\bmethod=[\"']?post", re.IGNORECASE)
PROOF = re.compile(r"\{\{\s*csrf\s*\}\}")
MACRO = re.compile(r"\{%-?\s*macro (\w+)\(.*?%\}(.*?)\{%-?\s*endmacro", re.DOTALL)
HANDLER = re.compile(r"^on[a-z]+$|^hx-on")

parametrize = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))


class Attributes(HTMLParser):
    """Every tag with its attributes, as they are written in the template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def plain(text: str) -> str:
    """The template without Jinja's own marks, which are no HTML."""
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", text, flags=re.DOTALL)


def test_there_are_templates():
    assert len(TEMPLATES) > 15


@parametrize
def test_it_parses(path):
    try:
        Environment(autoescape=True).parse(path.read_text())
    except TemplateSyntaxError as fault:
        pytest.fail(f"{path.name}:{fault.lineno}: {fault.message}")


@parametrize
def test_nothing_is_inline(path):
    for tag, attributes in Attributes(plain(path.read_text())).tags:
        assert tag != "style", f"{path.name}: a style element"
        assert "style" not in attributes, f"{path.name}: style on <{tag}>"
        assert not [name for name in attributes if HANDLER.match(name)], f"{path.name}: a handler on <{tag}>"
        assert not attributes.get("href", "").startswith("javascript:"), path.name
    for script in re.findall(r"<script\b[^>]*>(.*?)</script>", path.read_text(), re.DOTALL):
        assert not script.strip(), f"{path.name}: an inline script"


@parametrize
def test_nothing_comes_from_elsewhere(path):
    assert not re.search(r"(?:src|href|action|hx-get|hx-post)=[\"']?(?:https?:)?//", path.read_text()), path.name


@parametrize
def test_each_form_that_posts_carries_its_proof(path):
    text = path.read_text()
    carriers = [name for name, body in MACRO.findall(text) if PROOF.search(body)]
    for form in FORM.findall(text):
        if POST.match(form):
            assert PROOF.search(form) or any(f"{{{{ {name}(" in form for name in carriers), f"{path.name}: {form[:80]}"


@parametrize
def test_nothing_escapes_escaping(path):
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup", path.read_text()), path.name


@parametrize
def test_each_static_file_is_there(path):
    for name in re.findall(r"static_url\(\s*[\"']([^\"']+)[\"']", path.read_text()):
        assert name.startswith("vendor/") or (STATIC / name).is_file(), f"{path.name}: {name}"


@parametrize
def test_each_page_that_is_whole_has_a_title(path):
    text = path.read_text()
    if re.search(r"\{%\s*extends", text):
        assert re.search(r"\{%\s*block title", text), f"{path.name} needs a title of its own"


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.*")), ids=lambda path: path.name)
def test_sheets_and_scripts_reach_for_nothing(path):
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|@import|url\(|\beval\(|new Function|innerHTML|document\.write", text)
