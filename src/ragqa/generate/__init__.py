"""An answer made of quotes in; the same answer in a language model's words, each sentence held against its quotes, out."""

from ragqa.generate.article import written
from ragqa.generate.searching import Searches, searches_for

__all__ = ["Searches", "searches_for", "written"]
