"""Query in, fused and filtered Hits out."""

from ragqa.retrieve.search import Probe, dense_weight_for, longness, retrieve, weighted_terms

__all__ = ["Probe", "dense_weight_for", "longness", "retrieve", "weighted_terms"]
