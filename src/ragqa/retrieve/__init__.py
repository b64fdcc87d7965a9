"""Query in, fused and filtered Hits out."""

from ragqa.retrieve.names import names_instead
from ragqa.retrieve.nearness import Synonyms
from ragqa.retrieve.search import Judge, Probe, dense_weight_for, longness, probe_of, retrieve, weighted_terms

__all__ = ["Judge", "Probe", "Synonyms", "dense_weight_for", "longness", "names_instead", "probe_of", "retrieve", "weighted_terms"]
