"""Hits in, Answer out."""

from ragqa.compose.excerpts import excerpts
from ragqa.compose.extractive import compose
from ragqa.compose.kinds import studied
from ragqa.compose.roles import headed_as
from ragqa.compose.standalone import fault_of

__all__ = ["compose", "excerpts", "fault_of", "headed_as", "studied"]
