"""What the page of one case shows: gathered from the case, put in words, nothing decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from services.tracking.actions.lists import NEWEST, Queue, queues_of
from services.tracking.model.answering import stopped_by_gate
from services.tracking.model.case import Case
from services.tracking.model.decisions import offered
from services.tracking.model.life import Step, Who
from services.tracking.model.visibility import seen_timeline
from services.tracking.pages import clocks, history, judging, reply_gate, step_form
from services.tracking.pages.asking import desk_of
from services.tracking.pages.errands import callbacks_of, extension
from services.tracking.pages.queues import done, path_of
from services.tracking.pages.related import related_of
from shared.ports import Equal
from shared.web.pages import render
from shared.web.speaking import Speaker

SAME_PERSON_ROWS = 6


@dataclass(frozen=True)
class Attempt:
    """A step that was not taken: what was typed, why not, and how much of the timeline the page it came from had shown."""

    step: Step
    values: Mapping[str, str]
    seen: int
    status: int = 200
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    stale: bool = False

    def failed(self, status: int, *, errors: Mapping[str, str] | None = None, refusal: str = "", stale: bool = False) -> "Attempt":
        return replace(self, status=status, errors=errors or {}, refusal=refusal, stale=stale)


async def show(
    request: Request, who: Who, case: Case, version: int, *, queue: str | None, asked: str | None = None, attempt: Attempt | None = None
) -> Response:
    """The page: as asked for, or with an attempt that failed."""
    desk, speaker = desk_of(request), Speaker(request)
    now, calendar = desk.cases.clock.now(), desk.cases.rules.calendar
    steps = offered(case, who)
    chosen = step_form.choose(case, steps, attempt.step if attempt else asked, desk.cases.rules.policy)
    entries = seen_timeline(case, who)
    accounts = await history.officers(desk.accounts, [entry.by for entry in entries])
    here = _queue(queue, case, who)
    return render(
        request,
        "tracking/case.html",
        attempt.status if attempt else 200,
        case=case,
        seen=len(entries),
        version=version,
        pieces=judging.pieces(case),
        running=clocks.running_lines(speaker, case, calendar, now),
        ended=clocks.ended_lines(speaker, case.deadlines),
        judgements=judging.judgements(speaker, case),
        history=history.tell(speaker, entries, accounts),
        news=history.tell(speaker, entries[attempt.seen :], accounts) if attempt else [],
        **await _others(request, speaker, who, case),
        steps=steps,
        form=_form(request, speaker, case, chosen, attempt) if chosen else None,
        sent_gate=reply_gate.of_sent(speaker, case),
        extension=extension(request, case),
        callback=(await callbacks_of(request, [case]))[case.number] if "rate" in steps else None,
        attempt=attempt,
        summary=_summary(speaker, attempt) if attempt else {},
        gone=_gone(request, speaker, attempt) if attempt and attempt.step != chosen else None,
        keys=step_form.KEYS,
        queue=here.name if here else "",
        back=path_of(here) if here else "/desk",
        after=await desk.lists.next_in(here, who, case) if here else None,
        done=done(request),
    )


def _form(request: Request, speaker: Speaker, case: Case, step: Step, attempt: Attempt | None) -> step_form.StepForm:
    places = request.app.state.places
    needed = frozenset({"words"}) if step == "pass_review" and stopped_by_gate(case) else frozenset[str]()
    if attempt is None or attempt.step != step:
        return step_form.form_of(speaker, step, places, step_form.proposed_values(case, step, _now(request)), {}, needed=needed)
    gate = reply_gate.of_typed(speaker, case, step, attempt.values, desk_of(request).cases.rules)
    return step_form.form_of(speaker, step, places, attempt.values, attempt.errors, gate, needed)


def _now(request: Request) -> datetime:
    """The moment by the city's clocks."""
    cases = desk_of(request).cases
    return cases.clock.now().astimezone(cases.rules.calendar.zone)


def _summary(speaker: Speaker, attempt: Attempt) -> dict[str, str]:
    """The faults as they stand on top of the page, where the field has to be named."""
    return {
        name: speaker.say("desk.refused.field", label=step_form.label_of(speaker, attempt.step, name), fault=fault)
        for name, fault in attempt.errors.items()
    }  # fmt: skip


def _gone(request: Request, speaker: Speaker, attempt: Attempt) -> step_form.StepForm:
    """The form of a step that can no longer be taken, for what was typed into it."""
    return step_form.form_of(speaker, attempt.step, request.app.state.places, attempt.values, {})


def _queue(name: str | None, case: Case, who: Who) -> Queue | None:
    """The queue that the officer came from, else the one the case lies in."""
    mine = queues_of(who)
    asked = next((queue for queue in mine if queue.name == name), None)
    return asked or next((queue for queue in mine if queue.has(case)), None)


async def _others(request: Request, speaker: Speaker, who: Who, case: Case) -> dict[str, Any]:
    """The cases beside this one: those of its complainant, those that may be the same matter."""
    return {"same_person": await _same_person(request, who, case), "related": await related_of(request, speaker, who, case)}


async def _same_person(request: Request, who: Who, case: Case) -> list[Case]:
    """The newest other cases of the same person, as far as this officer may see them."""
    if case.person is None:
        return []
    page = await desk_of(request).lists.page({"person": Equal(case.person)}, who, order=NEWEST, limit=SAME_PERSON_ROWS)
    return [row.case for row in page.rows if row.case.number != case.number][: SAME_PERSON_ROWS - 1]
