"""What the API takes and gives, with examples: the public contract."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.intake.model.submission import Given, Rating, Supplement, Uploads, Urge, Withdrawal
from services.intake.pages.telling import Matter, ToldLine
from shared.events import DeadlineClock
from shared.events.tracking import CitizenStep, State, Turn

NUMBER, CODE = "2611220001237", "7KQ4M2XB"

SUBMISSIONS: dict[str, Any] = {
    "shortest": {"summary": "Only what is needed", "value": {"text": "望澜区柳堤路 12 号院昨天晚上开始停水，到现在没有来水。"}},
    "full": {
        "summary": "Everything that may be said",
        "value": {
            "text": "柳堤路 12 号院昨天晚上八点开始停水，老人在家没法做饭。希望今天能恢复供水，并告诉我们什么时候修好。",
            "title": "小区停水一天了",
            "place": {"district": "wanglan", "address": "柳堤路 12 号院 3 栋", "lon": 112.98, "lat": 28.2},
            "type": "complaint",
            "contact": {"name": "王某", "phone": "13800138000", "email": "wang@example.com"},
            "publish": True,
        },
    },
}


class ReceiptBody(BaseModel):
    """Keep number and query code: together they open the progress. The code is never said again by anybody."""

    model_config = ConfigDict(title="Receipt")

    number: str = Field(description="13 digits or more, the last one a check digit", examples=[NUMBER])
    query_code: str = Field(examples=[CODE])
    received_at: datetime
    progress_url: str = Field(description="the page where people type number and code", examples=["http://127.0.0.1:8012/progress"])


class UploadBody(BaseModel):
    """`id` goes into the `photos` of a complaint or a supplement before `expires_at`, whatever kind of file it is."""

    model_config = ConfigDict(title="Upload")

    id: str = Field(examples=["0f3c5d7e9a1b2c4d6e8f0a1b2c3d4e5f"])
    expires_at: datetime


def _example(**facts: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [{"number": NUMBER, "query_code": CODE, **facts}]})


class WithCode(Given):
    """Number and query code, as the receipt has them; spaces, hyphens and small letters do no harm."""

    model_config = _example()

    number: Annotated[str, Field(max_length=100)]
    query_code: Annotated[str, Field(max_length=100)]


class Asked(Given):
    """Number and query code; or, from a telephone's keys, the number and the code with each letter as the digit of its key (ABC 2, DEF 3,
    GHI 4, JKL 5, MNO 6, PQRS 7, TUV 8, WXYZ 9). The digits are tried a few times a day at most and open only what may be read aloud.
    """

    model_config = _example()

    number: Annotated[str, Field(max_length=100)]
    query_code: Annotated[str, Field(max_length=100)] | None = None
    keypad_code: Annotated[str, Field(max_length=100, examples=["75746292"])] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.query_code is None) == (self.keypad_code is None):
            raise PydanticCustomError("fault.one_code", "either query_code or keypad_code")
        return self


class RateBody(WithCode, Rating):
    model_config = _example(solved="partly", satisfied=3, process=4, words="水来了，但压力还小。")


class UrgeBody(WithCode, Urge):
    model_config = _example(words="已经第三天了。")


class WithdrawBody(WithCode, Withdrawal):
    model_config = _example(reason="已经解决了。")


class SupplementBody(WithCode, Supplement):
    model_config = _example(text="今天早上又停了一次。")

    photos: Uploads = Field((), description="ids of uploads: pictures and other files")


class HistoryItem(BaseModel):
    """`event` is a code, `text` the same in the reader's language, `words` what a person wrote."""

    at: datetime
    event: str = Field(examples=["dispatched"])
    text: str = Field(examples=["已交给市水务局处理"])
    words: str = ""

    @classmethod
    def of(cls, line: ToldLine) -> "HistoryItem":
        return cls(at=line.at, event=line.key, text=line.text, words=line.words)


class ProgressBody(BaseModel):
    """Where the matter is. `promised_at` never changes; `due_at` and `clock` are what is due next, by whom `whose_turn` says."""

    model_config = ConfigDict(title="Progress")

    number: str = Field(examples=[NUMBER])
    state: State
    title: str
    whose_turn: Turn
    who: str = Field(description="whose turn it is, in the reader's language", examples=["市水务局"])
    clock: DeadlineClock | None
    promised_at: datetime | None
    due_at: datetime | None
    provisional: bool = Field(description="the calendar of a year in question is not official yet")
    history: list[HistoryItem] = Field(description="oldest first")
    reply: str | None = Field(description="the answer, once it is given")
    may: list[CitizenStep] = Field(description="what the complainant may do now")
    spoken: str = Field(
        description="where it stands, whose turn it is and by when, to be read aloud in the reader's language",
        examples=["承办单位正在办理。市水务局须在 3月5日17点30分 前答复。"],
    )

    @classmethod
    def of(cls, matter: Matter, spoken: str) -> "ProgressBody":
        progress = matter.complaint.progress
        return cls(
            number=matter.complaint.number, state=progress.state, title=matter.title, whose_turn=progress.turn, who=matter.who,
            clock=progress.clock, promised_at=progress.promised_at, due_at=progress.due_at, provisional=progress.provisional,
            history=[HistoryItem.of(line) for line in matter.history], reply=progress.reply or None, may=list(matter.may),
            spoken=spoken,
        )  # fmt: skip
