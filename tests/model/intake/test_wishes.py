"""What the complainant may do, and what is refused with a reason."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.intake.model.complaint import Complaint, HistoryLine, Progress
from services.intake.model.submission import Rating, Supplement, Urge, Withdrawal
from services.intake.model.wishes import MOST_ATTACHMENTS, MOST_SUPPLEMENTS, attach, may, wish
from shared.events.intake import Attachment, ComplaintSupplemented
from shared.refusals import NotAllowed

CITY = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OPEN = Progress(may=("supplement", "urge", "withdraw"))
ANSWERED = Progress(may=("rate", "supplement"))

EVERY = [
    (ANSWERED, Rating(solved="no", satisfied=2, process=4, words="还在漏"), "complaint.rated", "you_rated"),
    (OPEN, Urge(words="第三天了"), "complaint.urged", "you_urged"),
    (OPEN, Withdrawal(reason="好了"), "complaint.withdrawn", "you_withdrew"),
    (OPEN, Supplement(text="又停了"), "complaint.supplemented", "you_added"),
]


@pytest.mark.parametrize(("progress", "given", "event", "key"), EVERY)
def test_a_step_is_an_event_and_a_line(progress, given, event, key):
    after, said = wish(progress, given, NOW, CITY)
    assert said.type == event
    assert after.history[-1].key == key
    assert after.history[-1].words in ("还在漏", "第三天了", "好了", "又停了")


@pytest.mark.parametrize(("progress", "given", "event", "key"), EVERY)
def test_a_step_that_tracking_does_not_allow_is_refused(progress, given, event, key):
    with pytest.raises(NotAllowed, match="not_now"):
        wish(Progress(may=()), given, NOW, CITY)


def test_rating_and_withdrawing_are_gone_once_done():
    assert "rate" not in wish(ANSWERED, EVERY[0][1], NOW, CITY)[0].may
    assert "withdraw" not in wish(OPEN, Withdrawal(), NOW, CITY)[0].may
    assert "supplement" in wish(OPEN, Supplement(text="又停了"), NOW, CITY)[0].may


@pytest.mark.parametrize(
    ("hours", "again"),
    [(1, False), (14.9, False), (15, True), (24, True)],  # it is 09:00 in the city; its next day begins in 15 hours
)
def test_urging_is_once_a_day_of_the_city(hours, again):
    after, _ = wish(OPEN, Urge(), NOW, CITY)
    later = NOW + timedelta(hours=hours)
    assert ("urge" in may(after, later, CITY)) == again
    if not again:
        with pytest.raises(NotAllowed, match=r"progress\.urge_once_a_day"):
            wish(after, Urge(), later, CITY)


def test_adding_ends_some_day():
    lines = tuple(HistoryLine(at=NOW, key="you_added") for _ in range(MOST_SUPPLEMENTS))
    full = OPEN.model_copy(update={"history": lines})
    assert may(full, NOW, CITY) == ("urge", "withdraw")
    with pytest.raises(NotAllowed, match="supplement_too_many"):
        wish(full, Supplement(text="又停了"), NOW, CITY)


def test_what_comes_along_is_on_the_complaint_and_on_the_event_until_there_are_too_many():
    one = Attachment(id="x", sha256="0", media_type="text/plain", size=1)
    complaint = Complaint(number="1", channel="online", received_at=NOW, text="水", request="", files=(one,) * (MOST_ATTACHMENTS - 1))
    full, event = attach(complaint, ComplaintSupplemented(text="水"), (one,), ())
    assert (full.photos, full.files, event.photos, event.files) == ((one,), complaint.files, (one,), ())
    with pytest.raises(NotAllowed, match="attachments_too_many"):
        attach(full, ComplaintSupplemented(text="水"), (), (one,))
