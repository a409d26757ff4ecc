"""The preview of notices: what would be sent, for those who answer for the words."""

import re

from services.intake.model.codes import query_code
from services.intake.model.noticing import ALONE, WHYS
from services.intake.notice_templates import HERE
from services.intake.pages.preview import SAMPLE

PATH = "/notices/preview"


async def test_who_may_look(intake):
    for role, status in (("administrator", 200), ("supervisor", 200), ("clerk", 200), ("handler", 403), ("agent", 403)):
        intake.sign_in(role)
        assert (await intake.client.get(PATH)).status_code == status, role


async def test_citizens_do_not(intake):
    assert (await intake.client.get(PATH)).status_code == 303


async def test_each_kind_in_both_languages_and_all_channels_with_its_length(intake):
    intake.sign_in("clerk")
    for kind, whys in WHYS.items():
        for why in whys:
            page = await intake.client.get(PATH, params={"kind": kind, "why": why, "guarded": "yes" if why else ""})
            assert page.status_code == 200, page.text
            assert page.text.count("000103-000123-0") >= 6, (kind, why)
            assert len(re.findall(r"(\d+) 个字符，最多 (?:70|134)，分 [12] 条", page.text)) == 2
            assert "&#34;number&#34;: &#34;0001030001230&#34;" in page.text
            assert ("发给加入的人" in page.text) == (kind not in ALONE)


async def test_the_code_shown_is_nobody_s(intake):
    intake.sign_in("clerk")
    page = (await intake.client.get(PATH)).text
    code = query_code(intake.door.code_key, SAMPLE)
    assert f"{code[:4]}-{code[4:]}" in page
    assert SAMPLE.startswith("000103")


async def test_variants_can_be_chosen(intake):
    intake.sign_in("clerk")
    plain = (await intake.client.get(PATH, params={"kind": "answered"})).text
    joined = (await intake.client.get(PATH, params={"kind": "answered", "follower": "yes"})).text
    guarded = (await intake.client.get(PATH, params={"kind": "answered", "guarded": "yes"})).text
    assert "水管已经修好" in plain
    assert "您加入的事" in joined
    assert "/rate/" not in joined
    assert "水管已经修好" not in guarded


async def test_what_there_is_not_is_passed_over_or_refused(intake):
    intake.sign_in("clerk")
    assert (await intake.client.get(PATH, params={"kind": "receipt", "why": "weather", "follower": "yes"})).status_code == 200
    for query in ({"kind": "poem"}, {"guarded": "perhaps"}):
        assert (await intake.client.get(PATH, params=query)).status_code == 422


async def test_it_says_whose_templates_they_are(open_intake, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "redo.toml").write_text((HERE / "redo.toml").read_text().replace("没有解决，", "没办好，"))
    house = await open_intake({"notices": own})
    house.sign_in("clerk")
    page = (await house.client.get(PATH, params={"kind": "redo"})).text
    assert "用了本市自己的模板" in page
    assert "没办好，" in page
