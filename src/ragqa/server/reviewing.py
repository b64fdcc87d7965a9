"""Steps of review that need an index: submitting, editing, asking again."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool

from ragqa.errors import CitationError, ReviewError
from ragqa.review import Edit, edit
from ragqa.server.service import Service, asked_of
from ragqa.types import Answer, Article
from ragqa.vocabulary import ReviewAction

_REMEDY = "ask again and review what is answered now"


def submit(service: Service, answer_id: str, by: str, note: str) -> Article:
    """Keep an answer that this service gave as an article."""
    answer = service.kept(answer_id).answer
    try:
        return service.reviews.submit(answer, service.engine.index, by=by, note=note)
    except CitationError as error:
        raise ReviewError(error.cause, remedy=_REMEDY) from error


def approve(service: Service, article_id: str, by: str, note: str, seen: str | None) -> Article:
    """Approve the bytes of an answer, and hold the approval against the index in force once it is given.

    An index that comes into force in between has held only the approvals before this one against itself.
    """
    service.reviews.approve(article_id, service.engine.index, by=by, note=note, seen=seen)
    return service.reviews.recheck_one(article_id, service.engine.index)


def edit_article(service: Service, article_id: str, change: Edit, by: str, note: str, seen: str | None) -> Article:
    """Leave out statements of an article, or put them in another order; `seen` is the digest of the answer that the editor read."""
    article = service.reviews.article(article_id, seen=seen)
    said = [f"{len(change.leave_out)} left out"] if change.leave_out else []
    said += ["put in another order"] if change.statements or change.sections else []
    return _revise(service, article, ReviewAction.EDIT, edit(article.answer, change), by, ". ".join(filter(None, (note, "; ".join(said)))))


async def ask_again(service: Service, article_id: str, by: str, note: str, seen: str | None) -> Article:
    """Ask the question of an article again, of the index as it is now; `seen` is the digest of the answer that was read."""
    article = await run_in_threadpool(service.reviews.article, article_id, seen=seen)
    kept = await service.ask(asked_of(article.answer))
    return await run_in_threadpool(_revise, service, article, ReviewAction.ASK_AGAIN, kept.answer, by, note)


def _revise(service: Service, article: Article, action: ReviewAction, answer: Answer, by: str, note: str) -> Article:
    try:
        return service.reviews.revise(article.id, action, answer, service.engine.index, by=by, note=note, seen=article.last.answer)
    except CitationError as error:
        raise ReviewError(error.cause, remedy=_REMEDY) from error
