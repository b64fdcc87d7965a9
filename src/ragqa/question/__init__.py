"""Text in, Query out."""

from ragqa.question.analyse import MOST_CHARACTERS, analyse, named
from ragqa.question.effects import effect_in
from ragqa.question.everyday import common_words
from ragqa.question.facets import Comparison, comparison_in
from ragqa.question.lexicon import Lexicon
from ragqa.question.names import ConceptKind
from ragqa.question.parts import parts_of, without_part
from ragqa.question.safety import emergency_in, is_readable, mask_identifiers
from ragqa.question.spelling import ByLetter

__all__ = ["MOST_CHARACTERS", "ByLetter", "Comparison", "ConceptKind", "Lexicon", "analyse", "common_words", "comparison_in", "effect_in", "emergency_in", "is_readable", "mask_identifiers", "named", "parts_of", "without_part"]
