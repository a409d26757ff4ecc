"""A proposal on the desk shows closed cases like it with where they went, and what speaks for the runner-up."""

from shared.events.base import Evidence
from shared.events.routing import SimilarCase
from tests.builders import MONDAY
from tests.services.tracking.desk_cases import judged_as, unsure

GONE = SimilarCase(case="2602270000013", department="housing", category="estates.service", score=0.62, closed_at=MONDAY)


def doubtful():
    proposed = unsure()
    second = Evidence(about="department", value="housing", words="物业", rule="estates.service")
    return proposed.model_copy(update={"similar": (GONE,), "evidence": (*proposed.evidence, second)})


async def test_the_dispatcher_sees_both_reasons_and_a_link_to_the_closed_case(house):
    case = judged_as(proposed=doubtful(), text="停水了，物业不管。")
    await house.keep(case)
    dispatcher = house.browser("dispatcher1")
    for path in ("/desk/dispatch", f"/desk/cases/{case.number}"):
        page = (await dispatcher.get(path)).text
        first, _, second = page.partition("第二选择的依据")
        assert "<q>停水</q>" in first
        assert "<q>物业</q>" not in first
        assert "<q>物业</q>" in second
        assert "相似的已办结工单" in second
        assert 'href="/desk/cases/2602270000013"' in second
        assert "相似 62 %" in second


async def test_a_department_is_led_only_to_its_own_cases(house):
    proposed = doubtful().model_copy(update={"sure": True})
    case = judged_as(proposed=proposed, text="停水了，物业不管。")
    assert case.department == "water"
    await house.keep(case)
    page = (await house.browser("water1").get(f"/desk/cases/{case.number}")).text
    assert "相似的已办结工单" in page
    assert 'href="/desk/cases/2602270000013"' not in page


async def test_without_any_there_is_nothing_to_show(house):
    case = judged_as(proposed=unsure())
    await house.keep(case)
    page = (await house.browser("dispatcher1").get(f"/desk/cases/{case.number}")).text
    assert "相似的已办结工单" not in page
    assert "第二选择的依据" not in page
