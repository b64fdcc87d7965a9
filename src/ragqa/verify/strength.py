"""A sentence and a quote in; whether the sentence is surer, wider or more of an order than the quote, out."""

from __future__ import annotations

from ragqa.patterns import lazy_pattern
from ragqa.protocols import Finding
from ragqa.text import STOPWORDS, fold, stem, words
from ragqa.vocabulary import Fault

_SURE = lazy_pattern(
    r"\b(?:prov(?:es?|ed|en)|definite(?:ly)?|certain(?:ly)?|always|never|must|guarantee\w*|undoubtedly|conclusive(?:ly)?|established|clearly|strong(?:ly)?|invariably|essential"
    r"|dramatic(?:ally)?|high[- ]certainty|high[- ]quality|mandatory|all patients|cures?|eliminat\w*|markedly|substantial(?:ly)?|major|highly|significant(?:ly)?)\b"
)
_CAUSES = lazy_pattern(r"\b(?:caus\w+|leads? to|led to|leading to|results? in|resulted in|due to|owing to|because of|induc\w+|trigger\w*|produc(?:es?|ed)|responsible for|attributable to|prevent\w*|protect\w*)\b")
_TOGETHER = lazy_pattern(r"\b(?:associat\w+|link(?:s|ed)?|correlat\w+|risk factors?|predict\w*|related to)\b")
_POSSIBLE = lazy_pattern(
    r"\b(?:may|might|could|would|possibl[ey]|perhaps|appear(?:s|ed)?|seem(?:s|ed)?|suggest(?:s|ed|ing)?|likely|probabl[ey]|potential(?:ly)?|conditional(?:ly)?|weak(?:ly)?|can be considered|consider(?:s|ed|ing)?"
    r"|low[- ]certainty|low[- ]quality|very low|limited|preliminary|tentative(?:ly)?|uncertain|unclear|insufficient)\b"
)
_SMALL = lazy_pattern(r"\b(?:modest(?:ly)?|small|slight(?:ly)?|little)\b")
_LIKELY = lazy_pattern(r"\b(?:likely|probabl[ey])\b")
_UNCERTAIN = lazy_pattern(r"\b(?:un|not )certain(?:ty)?\b")
_COUNTED = (("most", r"(?<!\bat )most|majority"), ("some", r"some"), ("few", r"(?:a )?few"), ("all", r"all|every|each"), ("only", r"only|solely|just"))
_QUANTIFIERS = tuple((name, lazy_pattern(rf"\b(?:{pattern})\b(?!\W+\d)")) for name, pattern in _COUNTED)
_SUPERLATIVE = lazy_pattern(r"\b(?:best|worst|(?:safe|great|high|low|large|small|strong|weak|cheap|quick|fast|simpl|few|long|short)e?st)\b")
_ABSENT = lazy_pattern(r"\b(?:no|not enough|insufficient|little|lack of|absence of)\b(?:\W+\w+){0,3}?\W+(?:evidence|trials?|studies|data|reviews?|research)\b|\bnot (?:been )?(?:well |adequately )?(?:studied|assessed|tested|investigated|established|known)\b")
_OF_EVIDENCE = lazy_pattern(r"\b(?:evidence|trials?|stud(?:y|ies|ied)|data|reviews?|research|shown|assessed|tested|investigated|established|known|unknown|unclear|uncertain)\b")
_ORDERS = (
    (3, r"must|mandatory|essential|imperative|obligatory|required?|requires"),
    (2, r"should|shall|(?:is|are|be) to be|needs?|needed|has to|have to|necessary|recommend\w*|advis(?:e|es|ed|able)|indicated|preferred|standard|endorse\w*|contraindicat\w*"),
    (1, r"suggest\w*|consider\w*|can|may|could|might|options?|reasonable|optional|propos\w*"),
)
_LEVELS = tuple((level, lazy_pattern(rf"\b(?:{pattern})\b")) for level, pattern in _ORDERS)
_IMPERATIVE = lazy_pattern(
    r"(?:^|[:;,.] |\bthen |\band |\bor )(?:do not |don't |always )?(?:give|use|offer|start|stop|avoid|take|refer|treat|monitor|check|repeat|measure|prescribe|add|administer|continue|reduce|increase|switch|keep"
    r"|perform|assess|obtain|test|screen|begin|discontinue|withhold|restrict|replace|titrate|aim|target|ensure|provide|choose|limit|correct|infuse|inject|discuss|advise|encourage|review|apply|maintain|initiate)\b"
)


def check_strength(sentence: str, quote: str) -> list[Finding]:
    """Return where a sentence uses a sure word that its quote does not, or leaves out what makes the quote cautious."""
    said, source = _UNCERTAIN.sub("unclear", fold(sentence)), _UNCERTAIN.sub("unclear", fold(quote))
    return _surer(said, source) or _cautious(said, source) or _causal(said, source) or _counted(said, source) or _ordered(said, source)


def _surer(said: str, source: str) -> list[Finding]:
    for pattern in (_SURE, _LIKELY, _SUPERLATIVE):
        held = {_root(m.group()) for m in pattern.finditer(source)}
        if new := [m.group() for m in pattern.finditer(said) if _root(m.group()) not in held]:
            return [Finding(Fault.STRENGTH, f"the quote does not say {new[0]}")]
    return []


def _cautious(said: str, source: str) -> list[Finding]:
    for pattern in (_POSSIBLE, _SMALL):
        if (caution := pattern.search(source)) and not pattern.search(said):
            return [Finding(Fault.STRENGTH, f"the quote is cautious ({caution.group()})")]
    if (absent := _ABSENT.search(source)) and not _OF_EVIDENCE.search(said):
        return [Finding(Fault.STRENGTH, f"the quote speaks of what is not known ({absent.group()})")]
    return []


def _causal(said: str, source: str) -> list[Finding]:
    """Find a cause where the quote speaks of none, or of an association only."""
    if (cause := _CAUSES.search(said)) and not _CAUSES.search(source):
        return [Finding(Fault.STRENGTH, f"the quote does not say {cause.group()}")]
    for match in _TOGETHER.finditer(source):
        after = [stem(w) for w in words(source[match.end() :]) if w not in STOPWORDS][:2]
        if not _TOGETHER.search(said) and set(after) & {stem(w) for w in words(said)}:
            return [Finding(Fault.STRENGTH, f"the quote speaks of an association ({match.group()})")]
    return []


def _counted(said: str, source: str) -> list[Finding]:
    """Find "most" or "only" that the quote does not hold, and "some" of the quote that is left out of what is said."""
    here = {stem(w) for w in words(said)}
    for name, pattern in _QUANTIFIERS:
        if pattern.search(said):
            if not pattern.search(source):
                return [Finding(Fault.STRENGTH, f"the quote does not say {name}")]
            continue
        for match in pattern.finditer(source):
            after = [stem(w) for w in words(source[match.end() :]) if w not in STOPWORDS][:1]
            if name != "all" and set(after) & here:
                return [Finding(Fault.STRENGTH, f"the quote says {match.group()}")]
    return []


def _ordered(said: str, source: str) -> list[Finding]:
    """Find an order, or advice, where the quote only describes or allows."""
    mine, theirs = _level(said), max(_level(source), 2 * bool(_IMPERATIVE.search(source)))
    if mine > max(theirs, 1):
        return [Finding(Fault.STRENGTH, "the quote does not ask for it so firmly")]
    return []


def _level(text: str) -> int:
    return next((level for level, pattern in _LEVELS if pattern.search(text)), 0)


def _root(word: str) -> str:
    return word[:5]
