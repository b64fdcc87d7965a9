"""The HTTP API of review: articles and the steps that they take."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.concurrency import run_in_threadpool

from ragqa.errors import UsageError
from ragqa.rendering import render
from ragqa.rendering.citations import to_bibtex, to_ris
from ragqa.review import open_to
from ragqa.server.access import Visitor, needs
from ragqa.server.api import Serving
from ragqa.server.problems import responses
from ragqa.server.reviewing import approve as approve_article
from ragqa.server.reviewing import ask_again, edit_article, submit
from ragqa.server.schemas import ArticleCard, ArticleView, EditNote, Note, Submission, Verification, card_of, view_of
from ragqa.types import Article
from ragqa.vocabulary import ReviewAction, ReviewStatus, Role

Reader = Annotated[Visitor, Depends(needs(Role.READER))]
Reviewer = Annotated[Visitor, Depends(needs(Role.REVIEWER))]
Admin = Annotated[Visitor, Depends(needs(Role.ADMIN))]
ArticleId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["5d41402abc4b2a76"])]
Form = Literal["markdown", "html", "json", "ris", "bibtex"]
MEDIA = {
    "markdown": "text/markdown; charset=utf-8", "html": "text/html; charset=utf-8", "json": "application/json",
    "ris": "application/x-research-info-systems; charset=utf-8", "bibtex": "application/x-bibtex; charset=utf-8",
}  # fmt: skip
_FORMS: dict[int | str, dict[str, Any]] = {200: {"description": "The article", "content": {kind.split(";")[0]: {} for kind in MEDIA.values()}}}
router = APIRouter(prefix="/v1/articles", tags=["review"])


@router.get("", responses=responses())
async def articles(
    service: Serving,
    _: Reader,
    status: Annotated[ReviewStatus | None, Query()] = None,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    limit: Annotated[int | None, Query(ge=1, le=1000)] = None,
) -> list[ArticleCard]:
    """List the articles, those with the newest step first: all, or `limit` of them after the first `offset`."""
    found = await run_in_threadpool(lambda: service.checked_reviews().articles(status, offset=offset, limit=limit))
    return [card_of(article) for article in found]


@router.post("", status_code=201, responses=responses(404, 409))
async def submit_answer(submission: Submission, service: Serving, visitor: Reader) -> ArticleView:
    """Keep an answer that was given as an article; the same answer again is the same article."""
    return _view(await run_in_threadpool(submit, service, submission.answer_id, visitor.name, submission.note), service, visitor)


@router.get("/verification", responses=responses())
async def verification(service: Serving, _: Admin) -> Verification:
    """Check the chain of the history, and that each entry binds the answer that is kept."""
    return Verification(problems=await run_in_threadpool(service.reviews.verify))


@router.get("/{article_id}", responses=responses(404))
async def article(article_id: ArticleId, service: Serving, visitor: Reader) -> ArticleView:
    """Return an article with its history."""
    return _view(await run_in_threadpool(lambda: service.checked_reviews().article(article_id)), service, visitor)


@router.get("/{article_id}/export", response_class=Response, responses={**_FORMS, **responses(404)})
async def export(article_id: ArticleId, service: Serving, _: Reader, form: Annotated[Form, Query(alias="format")] = "markdown") -> Response:
    """Return an article with the status that review has given it, in one of five forms; json holds the history too."""
    found = await run_in_threadpool(lambda: service.checked_reviews().article(article_id))
    return Response(article_as(found, form), media_type=MEDIA[form])


@router.post("/{article_id}/start", responses=responses(404, 409))
async def start(article_id: ArticleId, note: Note, service: Serving, visitor: Reviewer) -> ArticleView:
    """Take an article under review."""
    return await _step(service, article_id, ReviewAction.START, note, visitor)


@router.post("/{article_id}/approve", responses=responses(404, 409))
async def approve(article_id: ArticleId, note: Note, service: Serving, visitor: Reviewer) -> ArticleView:
    """Approve exactly the bytes of an article's answer, as long as its sources stay as they are.

    Who brought the text in, by submitting, editing or asking again, does not approve it (403).
    """
    return _view(await run_in_threadpool(approve_article, service, article_id, visitor.name, note.note, note.answer), service, visitor)


@router.post("/{article_id}/reject", responses=responses(404, 409))
async def reject(article_id: ArticleId, note: Note, service: Serving, visitor: Reviewer) -> ArticleView:
    """Reject an article; the note says why, and without one it is refused (422)."""
    return await _step(service, article_id, ReviewAction.REJECT, note, visitor)


@router.post("/{article_id}/edit", responses=responses(404, 409))
async def edit(article_id: ArticleId, change: EditNote, service: Serving, visitor: Reviewer) -> ArticleView:
    """Leave out statements, or put statements and sections in another order, as long as `answer` is what stands. Nothing can be written."""
    return _view(await run_in_threadpool(edit_article, service, article_id, change.edit, visitor.name, change.note, change.answer), service, visitor)


@router.post("/{article_id}/ask-again", responses=responses(404, 409, 503, 504))
async def again(article_id: ArticleId, note: Note, service: Serving, visitor: Reviewer) -> ArticleView:
    """Ask the article's question of the index as it is now, and review what is answered."""
    return _view(await ask_again(service, article_id, visitor.name, note.note, note.answer), service, visitor)


def article_as(article: Article, form: str) -> str:
    """Return an article in a form; raise UsageError for another."""
    if form == "json":
        return article.model_dump_json(indent=2)
    if form in {"ris", "bibtex"}:
        return (to_ris if form == "ris" else to_bibtex)(article.answer)
    if form not in MEDIA:
        raise UsageError(f"unknown form {form!r}", remedy=f"choose one of {', '.join(MEDIA)}")
    return render(article.shown(), form, standing=article.standing)


async def _step(service: Serving, article_id: str, action: ReviewAction, note: Note, visitor: Visitor) -> ArticleView:
    found = await run_in_threadpool(lambda: service.reviews.step(article_id, action, by=visitor.name, note=note.note, seen=note.answer))
    return _view(found, service, visitor)


def _view(found: Article, service: Serving, visitor: Visitor) -> ArticleView:
    return view_of(found, list(open_to(found, visitor.name, approve_own=service.reviews.approve_own)), service.reviews.differences(found))
