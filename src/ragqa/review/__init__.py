"""An Answer in, an Article with a review status and a history that cannot be rewritten unseen, out."""

from ragqa.review.differences import Difference, difference
from ragqa.review.editing import Edit, edit, statement_id
from ragqa.review.sources import changes, source_digests
from ragqa.review.steps import allowed, open_to
from ragqa.review.store import ReviewStore

__all__ = ["Difference", "Edit", "ReviewStore", "allowed", "changes", "difference", "edit", "open_to", "source_digests", "statement_id"]
