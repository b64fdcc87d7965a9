"""An index that a Qdrant server or cluster holds: entries in, ranked passages out, with the scores of a local index."""

from ragqa.cluster.collections import Collections
from ragqa.cluster.place import Place, place_of
from ragqa.cluster.reader import ClusterIndex
from ragqa.cluster.statistics import Statistics, count
from ragqa.cluster.tables import Header
from ragqa.cluster.writer import ClusterGeneration

__all__ = [
    "ClusterGeneration",
    "ClusterIndex",
    "Collections",
    "Header",
    "Place",
    "Statistics",
    "count",
    "place_of",
]
