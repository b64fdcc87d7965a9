"""An index and pairs of questions and passages in; an adapter that finds more of them, put in force where it is better, out."""

from ragqa.tuning.tune import TuneReport, tune

__all__ = ["TuneReport", "tune"]
