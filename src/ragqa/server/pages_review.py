"""The pages of review: the list, an article with its history, the steps that it takes, and its editing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from ragqa.errors import ArticleMissing, NoteMissing, ReviewError, UsageError
from ragqa.review import Edit, allowed, open_to, statement_id
from ragqa.server.access import LOCAL, Visitor, needs
from ragqa.server.api import Serving
from ragqa.server.api_articles import MEDIA, article_as
from ragqa.server.pages import SUFFIXES, attachment, steps_of
from ragqa.server.problems import status_of
from ragqa.server.reviewing import approve as approve_article
from ragqa.server.reviewing import ask_again, edit_article, submit
from ragqa.server.schemas import MOST_NOTE, MOST_QUESTION
from ragqa.server.service import Service
from ragqa.server.setting import set_article
from ragqa.server.views import page
from ragqa.types import Answer, Article, Statement, sections_of
from ragqa.vocabulary import Audience, ReviewAction, ReviewStatus, Role

Reader = Annotated[Visitor, Depends(needs(Role.READER))]
Reviewer = Annotated[Visitor, Depends(needs(Role.REVIEWER))]
NoteField = Annotated[str, Form(max_length=MOST_NOTE)]
router = APIRouter(prefix="/articles", include_in_schema=False)
_DONE = {
    ReviewAction.SUBMIT: "submitted", ReviewAction.START: "taken up", ReviewAction.APPROVE: "approved", ReviewAction.REJECT: "rejected",
    ReviewAction.EDIT: "edited", ReviewAction.ASK_AGAIN: "asked again", ReviewAction.FALL_BACK: "approval taken back",
}  # fmt: skip
_SAID = {
    ReviewAction.SUBMIT: "Sent to review. This page is its article: keep the address to follow it.", ReviewAction.START: "The review has begun.",
    ReviewAction.REJECT: "Rejected.", ReviewAction.EDIT: "Saved as a new revision.", ReviewAction.ASK_AGAIN: "Asked again: below stands what is answered now.",
}  # fmt: skip
_SENT_BEFORE = "This answer was sent to review before. This is its article."
ON_A_SHEET = 50  # articles of the list
_STEPS = {"start": ReviewAction.START, "reject": ReviewAction.REJECT}


@router.get("")
async def articles(
    request: Request,
    service: Serving,
    _: Reader,
    status: Annotated[ReviewStatus | None, Query()] = None,
    sheet: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> Response:
    """List the articles, so many on a sheet."""
    return await run_in_threadpool(_articles_page, request, service, status, sheet)


def _articles_page(request: Request, service: Service, status: ReviewStatus | None, sheet: int) -> Response:
    reviews = service.checked_reviews()
    counts = Counter(reviews.statuses().values())
    many = counts[status] if status else counts.total()
    shown = reviews.articles(status, offset=(sheet - 1) * ON_A_SHEET, limit=ON_A_SHEET)
    known = {one: counts[one] for one in ReviewStatus}
    return page(
        request.scope, "articles.html", articles=shown, counts=known, chosen=status, total=counts.total(), done=_DONE, sheet=sheet, more=sheet * ON_A_SHEET < many,
    )  # fmt: skip


@router.post("")
async def submit_answer(request: Request, service: Serving, visitor: Reader, answer_id: Annotated[str, Form(max_length=24)]) -> Response:
    """Keep an answer as an article."""
    article = await run_in_threadpool(submit, service, answer_id, visitor.name, "")
    return _to(request, article.id, ReviewAction.SUBMIT)


@router.get("/{article_id}")
async def article_page(request: Request, article_id: str, service: Serving, visitor: Reader, done: str = "") -> Response:
    """Show an article with its history; `done` is the step that has led here."""
    return await run_in_threadpool(_article_page, request, article_id, service, visitor, done=done)


class Refused(NamedTuple):
    """A step that was not taken, and the note that was typed for it."""

    error: ReviewError
    note: str

    @property
    def of_note(self) -> bool:
        """Tell whether the note is at fault."""
        return isinstance(self.error, NoteMissing)


def _article_page(request: Request, article_id: str, service: Service, visitor: Visitor, *, done: str = "", refused: Refused | None = None) -> Response:
    review = service.checked_reviews().article(article_id)
    answer = review.shown()
    article = set_article(answer, root=request.scope.get("root_path", ""), back=f"/articles/{article_id}")
    may = open_to(review, visitor.name, approve_own=service.reviews.approve_own)
    own = ReviewAction.APPROVE in allowed(review.status) and ReviewAction.APPROVE not in may
    return page(
        request.scope, "article.html", code=status_of(refused.error) if refused else 200, article=article, answer=answer, answer_id="", review=review, may=may, status=review.status,
        statuses=steps_of(review.status), thread=[(question, None) for question in answer.history], audiences=list(Audience), most=MOST_QUESTION, address=f"/articles/{article_id}",
        identifiers=(), done=_DONE, own=own, alone=visitor is LOCAL, said=_said(done, review), refused=refused, changes=service.reviews.differences(review),
    )  # fmt: skip


def _said(done: str, review: Article) -> str:
    """Return what to say after a step; nothing where another one has been taken since."""
    if done == ReviewAction.SUBMIT and len(review.history) > 1:
        return _SENT_BEFORE
    return _SAID.get(review.last.action, "") if done == review.last.action else ""


@router.get("/{article_id}/download.{suffix}")
async def download(article_id: str, suffix: str, service: Serving, _: Reader) -> Response:
    """Return an article as a file."""
    form = SUFFIXES.get(suffix)
    if form is None:
        raise UsageError("there is no such form", remedy=f"choose one of {', '.join(SUFFIXES)}")
    found = await run_in_threadpool(lambda: service.checked_reviews().article(article_id))
    return Response(article_as(found, form), media_type=MEDIA[form], headers=attachment(f"ragqa-{article_id}.{suffix}"))


@router.get("/{article_id}/edit")
async def edit_page(request: Request, article_id: str, service: Serving, _: Reviewer) -> Response:
    """Show what may be left out and put in another order."""
    return await run_in_threadpool(_edit_page, request, article_id, service)


def _edit_page(request: Request, article_id: str, service: Service, *, refused: Refused | None = None) -> Response:
    review = service.reviews.article(article_id)
    code = status_of(refused.error) if refused else 200
    return page(
        request.scope, "edit.html", code=code, review=review, parts=_parts(review.answer), sections=review.answer.sections, refused=refused,
        approve_own=service.reviews.approve_own,
    )  # fmt: skip


@router.post("/{article_id}/edit")
async def edit(
    request: Request,
    article_id: str,
    service: Serving,
    visitor: Reviewer,
    seen: Annotated[str, Form()],
    leave_out: Annotated[list[str], Form()] = [],  # noqa: B006 never changed
    place: Annotated[list[int], Form()] = [],  # noqa: B006 never changed
    note: NoteField = "",
) -> Response:
    """Leave out statements, and put sections in the order of the numbers given to them."""
    order = sorted(range(len(place)), key=lambda at: (place[at], at))
    change = Edit(leave_out=tuple(leave_out), sections=tuple(order) if order != list(range(len(place))) else ())
    try:
        await run_in_threadpool(edit_article, service, article_id, change, visitor.name, note, seen)
    except ArticleMissing:
        raise
    except ReviewError as error:
        return await run_in_threadpool(_edit_page, request, article_id, service, refused=Refused(error, note))
    return _to(request, article_id, ReviewAction.EDIT)


@router.post("/{article_id}/approve")
async def approve(
    request: Request, article_id: str, service: Serving, visitor: Reviewer, seen: Annotated[str, Form()], note: NoteField = ""
) -> Response:
    """Approve the bytes that were read."""
    return await _taken(request, article_id, service, visitor, ReviewAction.APPROVE, note, lambda: approve_article(service, article_id, visitor.name, note, seen))


@router.post("/{article_id}/ask-again")
async def again(
    request: Request, article_id: str, service: Serving, visitor: Reviewer, seen: Annotated[str, Form()], note: NoteField = ""
) -> Response:
    """Ask the question again, of the index as it is now."""
    try:
        await ask_again(service, article_id, visitor.name, note, seen)
    except ArticleMissing:
        raise
    except ReviewError as error:
        return await run_in_threadpool(_article_page, request, article_id, service, visitor, refused=Refused(error, note))
    return _to(request, article_id, ReviewAction.ASK_AGAIN)


@router.post("/{article_id}/{step}")
async def take(
    request: Request, article_id: str, step: str, service: Serving, visitor: Reviewer, seen: Annotated[str, Form()], note: NoteField = ""
) -> Response:
    """Start a review, or reject."""
    if step not in _STEPS:
        raise UsageError("there is no such step")
    action = _STEPS[step]
    return await _taken(request, article_id, service, visitor, action, note, lambda: service.reviews.step(article_id, action, by=visitor.name, note=note, seen=seen))


async def _taken(
    request: Request, article_id: str, service: Service, visitor: Visitor, action: ReviewAction, note: str, take_step: Callable[[], Article]
) -> Response:
    """Take a step and lead to the article; where it is refused, show the article and its form again, with the reason."""
    try:
        await run_in_threadpool(take_step)
    except ArticleMissing:
        raise
    except ReviewError as error:
        return await run_in_threadpool(_article_page, request, article_id, service, visitor, refused=Refused(error, note))
    return _to(request, article_id, action)


def _to(request: Request, article_id: str, done: ReviewAction) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/articles/{article_id}?{urlencode({'done': done.value})}", 303)


def _parts(answer: Answer) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return each part of an answer with its statements: id, text and source; each statement once."""
    titles = {reference.document_id: reference.source.title for reference in answer.references}
    seen: set[str] = set()
    parts: list[tuple[str, list[tuple[str, str, str]]]] = []

    def add(heading: str, statements: list[Statement]) -> None:
        rows = []
        for statement in statements:
            name = statement_id(statement)
            if name not in seen:
                seen.add(name)
                rows.append((name, statement.text, titles[statement.citations[0].document_id]))
        if rows:
            parts.append((heading, rows))

    add("Direct answer", list(answer.direct))
    for section in sections_of(answer.sections):
        add(section.heading, [statement for group in section.groups for statement in group.statements])
    cells = [cell for row in answer.comparison for cell in (row.benefit, row.harm, row.monitoring) if cell is not None]
    add("Comparison", cells)
    add("Conflicting evidence", [side.statement for conflict in answer.conflicts for side in conflict.sides])
    add("Critical pitfalls", list(answer.pitfalls))
    add("Recommendation algorithm", [step.statement for step in answer.algorithm])
    add("Bottom line", [answer.bottom_line] if answer.bottom_line else [])
    return parts
