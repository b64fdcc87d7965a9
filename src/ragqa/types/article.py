"""What is reviewed: an Answer that was kept, with its status and the history that led there."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from ragqa.types.answer import Answer
from ragqa.types.records import Record
from ragqa.vocabulary import ReviewAction, ReviewStatus

_BRINGING = frozenset({ReviewAction.SUBMIT, ReviewAction.EDIT, ReviewAction.ASK_AGAIN})


def _is_same_person(one: str, other: str) -> bool:
    """Tell whether two names are the same but for case and blanks."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


class HistoryEntry(Record):
    """One step of review; `digest` is over all else that stands here, `previous` is the digest of the entry before."""

    number: int = Field(ge=1)  # counted over all articles
    article_id: str
    action: ReviewAction
    status: ReviewStatus  # after the step
    actor: str
    note: str = ""
    time: str  # UTC, ISO 8601
    answer: str  # SHA-256 of the bytes of the answer that the step was about
    sources: str  # SHA-256 of the digests of its sources
    previous: str
    digest: str


class Article(Record):
    """An answer in review: as it stands now, and every step that led there, oldest first."""

    id: str
    answer: Answer
    history: tuple[HistoryEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _history_is_of_this_article(self) -> Self:
        if any(entry.article_id != self.id for entry in self.history):
            raise ValueError(f"the history of another article under {self.id}")
        return self

    @property
    def last(self) -> HistoryEntry:
        """Return the step that led to the present status."""
        return self.history[-1]

    @property
    def status(self) -> ReviewStatus:
        """Return where the article stands."""
        return self.last.status

    @property
    def brought_in(self) -> HistoryEntry:
        """Return the step that brought in the text as it stands: its submission, or the newest edit or asking again."""
        return next(entry for entry in reversed(self.history) if entry.action in _BRINGING)

    def is_by(self, name: str) -> bool:
        """Tell whether a person of this name brought in the text as it stands."""
        return _is_same_person(name, self.brought_in.actor)

    @property
    def approved_alone(self) -> bool:
        """Tell whether who approved the text had brought it in, so that no second person has answered for it."""
        return self.status is ReviewStatus.APPROVED and self.is_by(self.last.actor)

    @property
    def standing(self) -> str:
        """Return how the article stands, for whoever reads it apart from its history: the status, and who approved it when."""
        if self.status is not ReviewStatus.APPROVED:
            return self.status.value
        alone = ", who had also brought the text in" if self.approved_alone else ""
        return f"Approved by {self.last.actor} on {self.last.time[:10]}{alone}"

    def shown(self) -> Answer:
        """Return the answer as it is shown: with the status that review has given it."""
        return self.answer.model_copy(update={"review_status": self.status})
