"""What the HTTP API takes and gives, with the examples that its description shows."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ragqa.review import Difference, Edit
from ragqa.server.desk import Asked
from ragqa.types import Answer, Article, Filters, HistoryEntry
from ragqa.vocabulary import Audience, ReviewAction, ReviewStatus, SourceKind

MOST_QUESTION, MOST_HISTORY, MOST_NOTE, MOST_DEPTH = 1000, 20, 2000, 100
MOST_DESIGNS, MOST_DOCUMENTS = 20, 100
EXAMPLE = "Does acupuncture help chronic low back pain?"
QuestionText = Annotated[str, Field(min_length=1, max_length=MOST_QUESTION, pattern=r"[A-Za-z0-9]", examples=[EXAMPLE])]
Year = Annotated[int, Field(ge=1500, le=2200)]
DesignName = Annotated[str, Field(min_length=1, max_length=100, examples=["randomised controlled trial"])]
DocumentId = Annotated[str, Field(min_length=1, max_length=300, examples=["acp-2017-low-back-pain"])]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35, examples=["en"])]


class Body(BaseModel):
    """What a client sends; fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid")


class Filtered(Body):
    """A question, and what a source must be to be searched."""

    question: QuestionText
    kinds: list[SourceKind] = Field(default=[], max_length=len(SourceKind), description="Only sources of these kinds.")
    since: Year | None = Field(default=None, description="Only sources of this year or later.")
    until: Year | None = Field(default=None, description="Only sources of this year or earlier; not before `since`.")
    designs: list[DesignName] = Field(default=[], max_length=MOST_DESIGNS, description="Only studies of these designs, as their sources state them.")
    written_for: list[Audience] = Field(default=[], max_length=len(Audience), description="Only sources that are written for these readers.")
    language: Language | None = Field(default=None, description='Only sources in this language: "en" lets "en-GB" pass.')
    documents: list[DocumentId] = Field(default=[], max_length=MOST_DOCUMENTS, description="Only these documents, by id.")

    def filters(self) -> Filters:
        """Return what the sources must be. Raises UsageError where no year can pass."""
        return Filters.of(
            self.kinds, self.since, self.until, designs=self.designs, audiences=self.written_for, language=self.language, documents=self.documents
        )


class Question(Filtered):
    """A question to be answered, in the light of those before it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": EXAMPLE, "audience": "clinician", "kinds": ["guideline"], "since": 2015}]},
    )
    audience: Audience = Audience.CLINICIAN
    history: list[QuestionText] = Field(default=[], max_length=MOST_HISTORY, description="The questions before this one, oldest first.")

    def asked(self) -> Asked:
        """Return the question as it is put to an engine."""
        return Asked(self.question, self.audience, self.filters(), tuple(self.history))


class Search(Filtered):
    """A question whose passages are looked for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"question": EXAMPLE, "depth": 5}, {"question": EXAMPLE, "designs": ["randomised controlled trial"], "language": "en", "since": 2010}]})
    depth: int = Field(default=10, ge=1, le=MOST_DEPTH)


Identifiers = Annotated[list[str], Field(description="What the question seems to hold that identifies a patient; leave it out.", examples=[["date of birth"]])]


class KeptAnswer(BaseModel):
    """An answer, and the id under which it is kept in memory for a while."""

    id: str = Field(examples=["0f3c9e1b2a4d5c6e7f809112"])
    identifiers: Identifiers = []
    answer: Answer


class FoundPassage(BaseModel):
    """A passage that was found, best first; `dense` and `lexical` are the scores of the two arms."""

    id: str = Field(examples=["acp-2017-low-back-pain:0-412"])
    document_id: str
    title: str
    heading_path: tuple[str, ...]
    text: str
    rank: int
    score: float
    dense: float | None
    lexical: float | None


class Found(BaseModel):
    """What a search found."""

    identifiers: Identifiers = []
    passages: list[FoundPassage]


class Submission(Body):
    """An answer to be kept as an article."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"answer_id": "0f3c9e1b2a4d5c6e7f809112", "note": "for the ward"}]})
    answer_id: str = Field(pattern=r"^[0-9a-f]{24}$")
    note: str = Field(default="", max_length=MOST_NOTE)


class Note(Body):
    """A step of review with a note; `answer` is the SHA-256 of the answer that was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "checked against the sources"}]})
    note: str = Field(default="", max_length=MOST_NOTE)
    answer: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class EditNote(Note):
    """An edit with a note; `answer` is the SHA-256 of the answer that was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"edit": {"leave_out": ["1a2b3c4d5e6f"]}, "note": "beside the point"}]})
    edit: Edit


class ArticleCard(BaseModel):
    """An article in a list."""

    id: str
    title: str
    question: str
    status: ReviewStatus
    time: str = Field(description="Of the newest step, UTC.")


class ArticleView(BaseModel):
    """An article with its history; `digest` is the SHA-256 of the answer that a reviewer reads."""

    id: str
    status: ReviewStatus
    digest: str
    may: list[ReviewAction] = Field(description="The steps that a reviewer of this name may take now.")
    answer: Answer
    history: list[HistoryEntry]
    changes: dict[int, Difference] = Field(description="What each edit and each asking again has changed, by the number of its entry.")


class Verification(BaseModel):
    """What is wrong with the review history; empty where it is whole."""

    problems: list[str]


class Health(BaseModel):
    """How the service is."""

    status: str = Field(examples=["ok"])
    index: str | None = Field(default=None, description="The fingerprint of the index in force.")
    passages: int | None = None


def card_of(article: Article) -> ArticleCard:
    """Return an article as it stands in a list."""
    answer = article.answer
    return ArticleCard(id=article.id, title=answer.title, question=answer.question, status=article.status, time=article.last.time)


def view_of(article: Article, may: list[ReviewAction], changes: dict[int, Difference]) -> ArticleView:
    """Return an article whole."""
    return ArticleView(
        id=article.id, status=article.status, digest=article.last.answer, may=may, answer=article.shown(), history=list(article.history), changes=changes
    )
