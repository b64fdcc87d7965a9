"""Hits in, Answer out."""

from ragqa.compose.excerpts import excerpts
from ragqa.compose.extractive import compose, lead
from ragqa.compose.kinds import studied
from ragqa.compose.leads import Lead
from ragqa.compose.roles import headed_as
from ragqa.compose.standalone import fault_of

__all__ = ["Lead", "compose", "excerpts", "fault_of", "headed_as", "lead", "studied"]
