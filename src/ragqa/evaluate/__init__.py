"""An engine and gold data in, measures and a report out."""

from ragqa.evaluate.answers import AnswersRun, evaluate_answers
from ragqa.evaluate.comparing import Comparison, compare_runs
from ragqa.evaluate.retrieval import RetrievalRun, evaluate_retrieval

__all__ = ["AnswersRun", "Comparison", "RetrievalRun", "compare_runs", "evaluate_answers", "evaluate_retrieval"]
