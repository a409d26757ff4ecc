"""The macros: what each part says, and to whom."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request

from shared.runtime.service import Service
from shared.web.pages import render
from tests.web.sample import START, SetClock, make_app

Draw = Callable[..., str]


@pytest.fixture
def draw(tmp_path: Path, clock: SetClock) -> Draw:
    """Renders a piece of template in Chinese; gives its text with single spaces."""
    app = make_app(clock, services=(Service("part", templates=tmp_path),))
    names = (f"{number}.html" for number in count())

    def draws(source: str, **context: Any) -> str:
        name = next(names)
        (tmp_path / name).write_text(source)
        request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "app": app})
        return re.sub(r"\s+", " ", bytes(render(request, f"part/{name}", **context).body).decode())

    return draws


RATIO = '{% from "macros/figure.html" import ratio %}{{ ratio(part, whole) }}'


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (46, 50, '92 %</span> <span class="of">50 件中的 46 件'),
        (29, 30, "97 %"),
        (11, 12, '11 / 12</span> <span class="of">不足 30 件，不算比例'),
        (0, 0, "还没有"),
        (45.5, 50, "91 %"),
    ],
)
def test_a_share_carries_its_size(draw: Draw, part: float, whole: int, said: str) -> None:
    drawn = draw(RATIO, part=part, whole=whole)
    assert said in drawn
    assert ("%" in drawn) == (whole >= 30)


def test_a_figure_opens_its_list_and_says_yesterdays(draw: Draw) -> None:
    drawn = draw('{% from "macros/figure.html" import figure %}{{ figure("超期", 1284, href="/board?late=1", before=9, trend=[1, 5, 2]) }}')
    assert '<a class="figure plain" href="/board?late=1">' in drawn
    assert "1,284" in drawn
    assert "昨天 9" in drawn
    assert 'points="0.0,18.0 50.0,2.0 100.0,14.0 "' in drawn
    assert 'aria-label="超期：近 3 天走势"' in drawn


@pytest.mark.parametrize("values", [[], [0], [0, 0, 0], [7]])
def test_a_small_line_needs_no_great_numbers(draw: Draw, values: list[int]) -> None:
    source = '{% from "macros/figure.html" import figure %}{{ figure("在办", 0, trend=values) }}'
    assert "在办" in draw(source, values=values)


@pytest.mark.parametrize(
    ("hours", "given", "kind", "said"),
    [
        (8, "", "running", "还有 8 小时"),
        (-5, "", "late", "已超期 5 小时"),
        (8, ', state="soon"', "soon", "还有 8 小时"),
        (-5, ', state="met"', "met", "按时完成"),
        (8, ', state="paused"', "paused", "暂停计时"),
        (80, ', left="还有 2 个工作日"', "running", "还有 2 个工作日"),
    ],
)
def test_a_clock_says_what_when_and_how_far(draw: Draw, hours: int, given: str, kind: str, said: str) -> None:
    source = f'{{% from "macros/due_line.html" import due_line %}}{{{{ due_line("答复", due, now{given}) }}}}'
    drawn = draw(source, due=START + timedelta(hours=hours))
    assert f'class="due {kind}"' in drawn
    assert "答复" in drawn
    assert said in drawn
    assert re.search(r'<time datetime="2026-03-\d\dT[\d:]+\+00:00">3月\d日（周.）\d\d:\d\d</time>', drawn)


FIELDS = """{% from "macros/field.html" import checkbox, files, input, radios, select, textarea %}
{{ textarea("text", "事情", hint="怎么了", error="请填写", value=typed) }}
{{ input("phone", "电话", value=typed, type="tel", optional=true, hint="手机", code=true) }}
{{ select("kind", "类型", [("a", "甲"), ("b", "乙")], value="b", empty="请选择") }}
{{ radios("solved", "解决了吗", [("yes", "是"), ("no", "否")], value="no", error="请选择") }}
{{ checkbox("publish", "公开", checked=true, hint="去掉个人信息") }}
{{ files("photos", "照片", error="太大") }}"""


def test_each_field_has_a_name_that_leads_to_it_and_says_its_fault(draw: Draw) -> None:
    drawn = draw(FIELDS, typed='</textarea>"><script>')
    assert "<script>" not in drawn
    for name in ("text", "phone", "kind", "solved", "publish", "photos"):
        assert drawn.count(f'id="{name}"') == 1
    for name in ("text", "phone", "kind", "photos"):
        assert f'<label for="{name}">' in drawn
    assert 'id="text" name="text" rows="6" aria-describedby="text-hint text-error" aria-invalid="true"' in drawn
    assert re.search(r'<label for="phone">电话 <span class="optional">（选填）</span>', drawn)
    assert '<option value="b" selected>' in drawn
    assert re.search(r'value="no" checked', drawn)
    assert re.search(r'name="publish" value="yes" checked', drawn)
    assert drawn.count("aria-invalid") == 3
    for described in re.findall(r'aria-describedby="([^"]+)"', drawn):
        for name in described.split():
            assert f'id="{name}"' in drawn


def test_a_text_comes_back_as_it_was_typed(draw: Draw) -> None:
    drawn = draw('{% from "macros/field.html" import textarea %}<{{ textarea("text", "事情", value=typed) }}>', typed="\n\n第一行 & <b>")
    assert "&amp; &lt;b&gt;</textarea>" in drawn


def test_the_summary_leads_to_each_field_and_stays_away_without_faults(draw: Draw) -> None:
    source = '{% from "macros/error_summary.html" import error_summary %}{{ error_summary(errors) }}'
    drawn = draw(source, errors={"text": "请填写", "": "请重新上传照片"})
    assert "有 2 处需要修改" in drawn
    assert '<a href="#text">请填写</a>' in drawn
    assert "<li>请重新上传照片</li>" in drawn
    assert draw(source, errors={}).strip() == ""


def test_a_judgement_shows_its_words_and_the_way_to_overrule_it(draw: Draw) -> None:
    reasons = [{"words": "停水", "effect": "for", "rule": "water"}, {"words": "没有漏电", "effect": "set_aside", "why": "否定"}]
    imported = '{% from "macros/judgement.html" import judgement %}'
    called = '{% call judgement("紧急", "U2", reasons, confidence=0.874, runner_up="U3") %}改判{% endcall %}'
    drawn = draw(imported + called, reasons=reasons)
    assert "<q>停水</q> 支持这一判断" in drawn
    assert "规则 water" in drawn
    assert '<li class="set_aside"><q>没有漏电</q> 看到了，没有采用 · 否定' in drawn
    assert "87 %" in drawn
    assert "改判" in drawn
    bare = draw(imported + '{{ judgement("情绪", "平静", []) }}')
    assert "没有找到依据的词句" in bare


def test_stations_mark_the_present_one_in_words_too(draw: Draw) -> None:
    steps = [{"title": "收到", "state": "done", "at": START}, {"title": "办理", "state": "now"}, {"title": "答复", "state": "next"}]
    drawn = draw('{% from "macros/stations.html" import stations %}{{ stations(steps) }}', steps=steps)
    assert '<li class="now" aria-current="step">' in drawn
    assert drawn.count("aria-current") == 1
    assert "已完成" in drawn
    assert "还没到" in drawn


def test_pages_of_a_list_are_the_first_and_the_next(draw: Draw) -> None:
    source = '{% from "macros/table.html" import pager %}{{ pager(first, next) }}'
    assert draw(source, first=None, next=None).strip() == ""
    drawn = draw(source, first="/desk", next="/desk?after=x&tab=1")
    assert 'href="/desk?after=x&amp;tab=1" rel="next"' in drawn
    assert "第一页" in drawn


def test_a_form_that_is_a_button_carries_its_proof(draw: Draw) -> None:
    source = '{% from "macros/button.html" import post_button %}{{ post_button("/x", "催办", csrf, fields={"number": "1"}) }}'
    drawn = draw(source)
    assert re.search(r'<input type="hidden" name="csrf" value="[0-9a-f]{64}">', drawn)
    assert '<input type="hidden" name="number" value="1">' in drawn


def test_an_unknown_name_in_a_template_is_an_error(draw: Draw) -> None:
    with pytest.raises(LookupError):
        draw('{{ t("nothing.like_this") }}')
    with pytest.raises(Exception, match="misspelt"):
        draw("{{ misspelt }}")
