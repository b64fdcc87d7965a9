"""A sentence and a quote in; whether the sentence is surer than the quote, out."""

from __future__ import annotations

import re

from ragqa.protocols import Finding
from ragqa.text import fold
from ragqa.vocabulary import Fault

_SURE = re.compile(
    r"\b(?:prov(?:es?|ed|en)|definite(?:ly)?|certain(?:ly)?|always|never|must|guarantee\w*|undoubtedly|conclusive(?:ly)?|established|clearly|strong(?:ly)?|invariably|essential"
    r"|dramatic(?:ally)?|high[- ]certainty|high[- ]quality|mandatory|all patients|cures?|eliminat\w*|markedly|substantial(?:ly)?|major|highly)\b"
)
_HEDGED = re.compile(
    r"\b(?:may|might|could|possibl[ey]|perhaps|appear(?:s|ed)?|seem(?:s|ed)?|suggest(?:s|ed|ing)?|likely|probabl[ey]|potential(?:ly)?|conditional(?:ly)?|weak(?:ly)?|can be considered|consider(?:s|ed|ing)?"
    r"|low[- ]certainty|low[- ]quality|very low|limited|preliminary|tentative(?:ly)?|modest(?:ly)?|small|slight(?:ly)?|some|uncertain|unclear|insufficient|in some|little)\b"
)
_UNCERTAIN = re.compile(r"\b(?:un|not )certain(?:ty)?\b")


def check_strength(sentence: str, quote: str) -> list[Finding]:
    """Return where a sentence uses a sure word that its quote does not, or leaves out all that makes the quote cautious."""
    said, source = _UNCERTAIN.sub("unclear", fold(sentence)), _UNCERTAIN.sub("unclear", fold(quote))
    held = {_root(m.group()) for m in _SURE.finditer(source)}
    for match in _SURE.finditer(said):
        if _root(match.group()) not in held:
            return [Finding(Fault.STRENGTH, f"the quote does not say {match.group()}")]
    if (caution := _HEDGED.search(source)) and not _HEDGED.search(said):
        return [Finding(Fault.STRENGTH, f"the quote is cautious ({caution.group()})")]
    return []


def _root(word: str) -> str:
    return word[:5]
