"""Every deliberate error of ragqa.

    RagqaError                     anything that ragqa refuses on purpose
    ├── UsageError                 the call itself makes no sense (exit code 2)
    ├── SettingsError              a settings file or variable is wrong
    ├── ReadError                  one file or record cannot become a Document
    │   └── UnsupportedFile        no reader for this kind of file
    ├── EncoderError               a model is missing, foreign or not what the index was built with
    ├── ModelDamaged               a model that ragqa ships is not the file that was published
    ├── IndexMissing               there is no index where one was expected
    ├── IndexDamaged               an index fails its own checks
    ├── IndexMismatch              an index was made by another format, encoder or setting
    ├── IndexBusy                  another process is writing the index
    ├── ClusterError               a server that holds an index cannot be reached, or refuses
    ├── SourceError                a library of records cannot be reached, or says what cannot be read
    ├── CitationError              a quote is not what its source says
    ├── GoldError                  a gold file is refused
    ├── ModelError                 a language model's endpoint, key or name is wrong
    │   └── ReplyError             a language model gave no reply that can be read
    ├── ReviewError                a step of review is not allowed, or what is kept of it is damaged
    │   ├── ArticleMissing         there is no such article
    │   ├── NoteMissing            a rejection does not say why
    │   └── OwnText                who brought a text in would approve it
    ├── AccessError                a key is unknown or revoked, or does not allow what was asked
    ├── StateError                 a file in which keys or reviews are kept cannot be used
    ├── Busy                       too many questions are being answered
    ├── TookTooLong                a question was not answered in the time that it may take
    ├── Unanswered                 the processes that answer have died of a question
    ├── NotKept                    an answer is kept no longer, or never was
    └── MissingExtra               an optional part is not installed

Each carries the cause and the remedy in one line, fit to be shown to a person.
"""

from __future__ import annotations


class RagqaError(Exception):
    """Anything that ragqa refuses on purpose.

    `exit_code` is what a command line returns for it.
    """

    exit_code = 1

    def __init__(self, cause: str, *, remedy: str | None = None) -> None:
        super().__init__(cause if remedy is None else f"{cause}; {remedy}")
        self.cause = cause
        self.remedy = remedy


class UsageError(RagqaError):
    """Refuse a call that makes no sense."""

    exit_code = 2


class SettingsError(RagqaError):
    """Refuse a settings file or environment variable."""


class ReadError(RagqaError):
    """Report that one file or record cannot become a Document."""


class UnsupportedFile(ReadError):
    """Report that no reader takes this kind of file."""


class EncoderError(RagqaError):
    """Report a model that is missing, foreign or not what the index was built with."""


class ModelDamaged(RagqaError):
    """Report a model that ragqa ships and that is not the file that was published."""


class IndexMissing(RagqaError):
    """Report that there is no index where one was expected."""


class IndexDamaged(RagqaError):
    """Report an index that fails its own checks."""


class IndexMismatch(RagqaError):
    """Report an index made by another format, encoder or setting."""


class IndexBusy(RagqaError):
    """Report that another process is writing the index."""


class ClusterError(RagqaError):
    """Report a server that holds an index and cannot be reached, or refuses."""


class SourceError(RagqaError):
    """Report a library of records that cannot be reached, or that says what cannot be read."""


class CitationError(RagqaError):
    """Report a quote that is not what its source says."""


class GoldError(RagqaError):
    """Refuse a gold file."""


class ModelError(RagqaError):
    """Report a language model whose endpoint, key or name is wrong."""


class ReplyError(ModelError):
    """Report that a language model gave no reply that can be read."""


class ReviewError(RagqaError):
    """Refuse a step of review, or report that what is kept of it is damaged."""


class ArticleMissing(ReviewError):
    """Report that there is no article of an id."""


class NoteMissing(ReviewError):
    """Refuse a rejection that does not say why."""


class OwnText(ReviewError):
    """Refuse an approval by who brought the text in."""


class AccessError(RagqaError):
    """Refuse a key that is unknown or revoked, or that does not allow what was asked."""


class StateError(RagqaError):
    """Report that a file in which keys or reviews are kept cannot be read or written; the cause names the file."""


class Busy(RagqaError):
    """Refuse a question because too many are being answered."""


class TookTooLong(RagqaError):
    """Report a question that was not answered in the time that it may take."""


class Unanswered(RagqaError):
    """Report a question of which the processes that answer have died."""


class NotKept(RagqaError):
    """Report an answer that is kept no longer, or never was."""


class MissingExtra(RagqaError):
    """Report an optional part that is not installed."""

    def __init__(self, part: str, extra: str) -> None:
        super().__init__(f"{part} needs an extra that is not installed", remedy=f"run: pip install 'ragqa[{extra}]'")
