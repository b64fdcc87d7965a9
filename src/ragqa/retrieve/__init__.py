"""Query in, fused and filtered Hits out."""

from ragqa.retrieve.search import Probe, retrieve, weighted_terms

__all__ = ["Probe", "retrieve", "weighted_terms"]
