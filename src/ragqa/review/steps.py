"""A status and an action in; the status that follows, or a refusal, out. Entries in; steps that none may take, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ragqa.errors import ReviewError
from ragqa.types import Article, HistoryEntry
from ragqa.vocabulary import ReviewAction, ReviewStatus

_NEXT: dict[tuple[ReviewStatus, ReviewAction], ReviewStatus] = {
    (ReviewStatus.SUBMITTED, ReviewAction.START): ReviewStatus.UNDER_REVIEW,
    (ReviewStatus.UNDER_REVIEW, ReviewAction.EDIT): ReviewStatus.UNDER_REVIEW,
    (ReviewStatus.UNDER_REVIEW, ReviewAction.ASK_AGAIN): ReviewStatus.UNDER_REVIEW,
    (ReviewStatus.UNDER_REVIEW, ReviewAction.APPROVE): ReviewStatus.APPROVED,
    (ReviewStatus.UNDER_REVIEW, ReviewAction.REJECT): ReviewStatus.REJECTED,
    (ReviewStatus.APPROVED, ReviewAction.FALL_BACK): ReviewStatus.UNDER_REVIEW,
    (ReviewStatus.APPROVED, ReviewAction.START): ReviewStatus.UNDER_REVIEW,  # a reviewer takes it up again
    (ReviewStatus.REJECTED, ReviewAction.START): ReviewStatus.UNDER_REVIEW,
}
REVISING = frozenset({ReviewAction.EDIT, ReviewAction.ASK_AGAIN})
"""The steps that alone may bind another answer."""


def allowed(status: ReviewStatus) -> tuple[ReviewAction, ...]:
    """Return what may be done to an article of this status."""
    return tuple(action for known, action in _NEXT if known is status)


def open_to(article: Article, by: str, *, approve_own: bool) -> tuple[ReviewAction, ...]:
    """Return the steps that a person may take with an article now; nobody approves what they brought in, unless `approve_own` allows it."""
    own = not approve_own and article.is_by(by)
    closed = {ReviewAction.FALL_BACK} | ({ReviewAction.APPROVE} if own else set())
    return tuple(action for action in allowed(article.status) if action not in closed)


def status_after(status: ReviewStatus, action: ReviewAction) -> ReviewStatus:
    """Return the status that follows; raise ReviewError for a step that the status does not allow."""
    following = _NEXT.get((status, action))
    if following is None:
        may = ", ".join(step for step in allowed(status) if step is not ReviewAction.FALL_BACK)  # which nobody takes
        raise ReviewError(f"an article that is {status.value} takes no step {action.value!r}", remedy=f"it takes: {may}")
    return following


def missteps(entries: Iterable[HistoryEntry]) -> Iterator[str]:
    """Yield each entry that does not follow from the one before it of the same article, as a sentence."""
    latest: dict[str, HistoryEntry] = {}
    for entry in entries:
        if not _follows(entry, latest.get(entry.article_id)):
            yield f"entry {entry.number} is no step that its article could take."
        latest[entry.article_id] = entry


def _follows(entry: HistoryEntry, before: HistoryEntry | None) -> bool:
    if before is None:
        return entry.action is ReviewAction.SUBMIT and entry.status is ReviewStatus.SUBMITTED
    kept = (entry.answer, entry.sources) == (before.answer, before.sources)
    return _NEXT.get((before.status, entry.action)) is entry.status and (kept or entry.action in REVISING)
