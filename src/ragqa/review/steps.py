"""A status and an action in; the status that follows, or a refusal, out."""

from __future__ import annotations

from ragqa.errors import ReviewError
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


def allowed(status: ReviewStatus) -> tuple[ReviewAction, ...]:
    """Return what may be done to an article of this status."""
    return tuple(action for known, action in _NEXT if known is status)


def status_after(status: ReviewStatus, action: ReviewAction) -> ReviewStatus:
    """Return the status that follows; raise ReviewError for a step that the status does not allow."""
    following = _NEXT.get((status, action))
    if following is None:
        may = ", ".join(allowed(status))
        raise ReviewError(f"an article that is {status.value} takes no step {action.value!r}", remedy=f"it takes: {may}")
    return following
