"""A sentence and a quote in; whether one denies what the other says, or points the other way, out."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern
from ragqa.protocols import Finding
from ragqa.text import STOPWORDS, fold, stem
from ragqa.vocabulary import Fault

_NEGATIVE = lazy_pattern(
    r"\b(?:no|not|never|neither|nor|none|cannot|without|n't|absence|absent|lacks?|lacked|lacking|against|contraindicat\w*|avoid\w*|fail(?:s|ed)?|unlikely|unchanged|unaffected"
    r"|ineffective|similar|comparable|noninferior|non-inferior|nonsignificant|non-significant|insufficient|unclear|unknown|uncertain|too few|little or no|refrain\w*|prohibit\w*|unsafe|stop(?:s|ped)?|withh[eo]ld\w*|inconclusive)\b|n't\b"
)
_EMPTY = lazy_pattern(r"\b(?:whether or not|not only(?=.*\bbut\b)|(?:no|not) (?:less|more|fewer|later|longer|greater) than(?=\W+(?:about )?\d)|if not|nonsteroidal|non-steroidal)\b")

_GOOD = r"(?:effective|safe|good|well|common|likely|efficacious|useful|potent|costly|tolerated)"
# Words that pull the other way; a sentence may not use one side where its quote holds only the other.
_AXES: tuple[tuple[str, str, str], ...] = (
    ("more", r"increas\w*|rais(?:e|es|ed|ing)|rise|rises|rose|higher|greater|more|gain\w*|elevat\w*|doubl\w*|exceed\w*|excess|upward", r"decreas\w*|reduc\w*|lower(?:s|ed|ing)?|fewer|less|fall|falls|fell|declin\w*|drop(?:s|ped)?|halv\w*|cuts?|smaller|diminish\w*|shorten\w*"),
    ("better", r"improv\w*|better|superior|benefi\w*|effective|reliev\w*|protect\w*|safe", r"worse\w*|inferior|harm\w*|ineffective|aggravat\w*|deteriorat\w*|unsafe|impair\w*"),
    ("before", r"before|prior to|preceding", r"after|following"),
    ("early", r"early|earlier|immediate(?:ly)?|prompt(?:ly)?|rapid(?:ly)?", r"late|later|delay(?:ed|s)?|slow(?:ly)?"),
    ("start", r"start(?:s|ed|ing)?|begin\w*|initiat\w*|continu\w*", r"stop(?:s|ped|ping)?|discontinu\w*|withdraw\w*|cease\w*"),
    ("acute", r"acute", r"chronic"),
    ("mild", r"mild", r"severe"),
    ("first", r"first-line|first line", r"second-line|second line"),
    ("systolic", r"systolic", r"diastolic"),
    ("oral", r"oral(?:ly)?", r"intravenous(?:ly)?|intramuscular(?:ly)?|subcutaneous(?:ly)?"),
    ("high", r"high", r"low"),
    ("common", r"common(?:ly)?|frequent(?:ly)?|often", r"rare(?:ly)?|uncommon(?:ly)?|infrequent(?:ly)?|seldom"),
    ("favour", r"recommends?(?! against| not)|recommended|suggests?(?! against| not)|advises?(?! against| not)", r"(?:recommend\w*|suggest\w*|advis\w*) (?:against|not)|contraindicat\w*|should not|must not|avoid\w*"),
    ("same", rf"differ\w*|superior|outperform\w*|(?<!no )(?<!not )(?:more|less) {_GOOD}|(?:better|worse) than", rf"similar\w*|comparable|noninferior\w*|non-inferior\w*|equal\w*|equivalent|alike|as {_GOOD} as|(?:no|not) (?:more|less) {_GOOD}"),
)  # fmt: skip
_SIDES = tuple((name, lazy_pattern(rf"\b(?:{one})\b"), lazy_pattern(rf"\b(?:{other})\b")) for name, one, other in _AXES)
_BOUND = lazy_pattern(r"\b(?:at least|at most|(?:no |not )?(?:more|less|fewer|greater|higher|lower) than|or (?:more|less|higher|lower|greater|older|younger)|within|up to)(?=\W+(?:about )?\d)|(?<=\d )(?<![a-z]\d )(?<![a-z]\d\d )(?:\w+ )?or (?:more|less|higher|lower|greater)\b")
_COMPARED = lazy_pattern(r"\b(?:than|versus|vs|compared (?:with|to)|over)\b")
_WITH, _WITHOUT = (lazy_pattern(rf"\b{word} (?:an? |the |any )?([a-z-]{{3,}})") for word in ("with", "without"))
_JOINT = lazy_pattern(r"\b([a-z-]{3,}) (and|or) (?=([a-z-]{3,})\b)")
SCOPE = 3  # content words that a negation denies
NEAR = 5  # words within which a direction belongs to what it is said of


def check_polarity(sentence: str, quote: str) -> list[Finding]:
    """Return where a sentence denies, affirms or turns round what its quote says."""
    said, source = _BOUND.sub(" ", fold(sentence)), _BOUND.sub(" ", fold(quote))  # bounds of numbers are not directions
    return [*_negation(said, source), *_having(said, source), *_directions(said, source), *_arms(said, source), *_joined(said, source)]


def _negation(said: str, source: str) -> list[Finding]:
    """Pair the negations of both texts by what they deny; one without its partner is a fault."""
    mine, theirs = _denials(said), _denials(source)
    pairs = sorted(((len(a & b), i, j) for i, a in enumerate(mine) for j, b in enumerate(theirs) if a & b), key=lambda p: (-p[0], p[1], p[2]))
    here, there = set(range(len(mine))), set(range(len(theirs)))
    for _, i, j in pairs:
        if i in here and j in there:
            here.remove(i)
            there.remove(j)
    if here:
        return [Finding(Fault.NEGATION, "the sentence denies what the quote affirms")]
    content = _stems(said.split())
    if any(len(theirs[j] & content) * 2 > len(theirs[j]) for j in there):
        return [Finding(Fault.NEGATION, "the sentence affirms what the quote denies")]
    return []


def _having(said: str, source: str) -> list[Finding]:
    """Find "with X" where the quote says only "without X", and the other way round."""
    here, there = ({"with": set(_WITH.findall(text)), "without": set(_WITHOUT.findall(text))} for text in (said, source))
    for one, other in (("with", "without"), ("without", "with")):
        turned = (here[one] & there[other]) - there[one]
        if turned:
            return [Finding(Fault.NEGATION, f"the quote says {other} {min(turned)}")]
    return []


def _denials(text: str) -> list[frozenset[str]]:
    """Return what each negation of a text denies: itself where it is a content word, and the words around it in its clause."""
    text = _EMPTY.sub(" ", text)
    found = []
    for match in _NEGATIVE.finditer(text):
        after = [w for w in re.split(r"[;:(]", text[match.end() :])[0].split() if _stems([w])][:SCOPE]
        before = [w for w in re.split(r"[;:]", text[: match.start()])[-1].split() if _stems([w])][-1:]
        found.append(_stems([*before, *after]))
    return found


def _directions(said: str, source: str) -> list[Finding]:
    for name, one, other in _SIDES:
        here = (bool(one.search(said)), bool(other.search(said)))
        there = (bool(one.search(source)), bool(other.search(source)))
        if (here[0] and not there[0] and there[1]) or (here[1] and not there[1] and there[0]):
            return [Finding(Fault.DIRECTION, f"the quote says the opposite ({name})")]
        fewer, more = (len(p.findall(said)) - len(p.findall(source)) for p in (one, other))
        if fewer * more < 0:
            return [Finding(Fault.DIRECTION, f"the sentence turns the quote round ({name})")]
        if there == (True, True) and any(here) and _turned(said, source, one, other):
            return [Finding(Fault.DIRECTION, f"the quote says the opposite of it ({name})")]
    return []


def _turned(said: str, source: str, one: re.Pattern[str], other: re.Pattern[str]) -> bool:
    """Tell whether most of what stands near one side in the sentence stands nearer to the other side in the quote."""
    votes = 0
    for here, there in ((one, other), (other, one)):
        for near in _near(said, here):
            straight, crossed = any(near & n for n in _near(source, here)), any(near & n for n in _near(source, there))
            best = max((len(near & n) for n in _near(source, here)), default=0)
            worst = max((len(near & n) for n in _near(source, there)), default=0)
            votes += (crossed and worst > best) - (straight and best >= worst)
    return votes > 0


def _near(text: str, pattern: re.Pattern[str]) -> list[frozenset[str]]:
    found = []
    for match in pattern.finditer(text):
        after = re.split(r"[;:,]", text[match.end() :])[0].split()[:NEAR]
        before = re.split(r"[;:,]", text[: match.start()])[-1].split()[-NEAR:]
        found.append(_stems([*before, *after]))
    return found


def _arms(said: str, source: str) -> list[Finding]:
    """Find the two sides of a comparison in each other's place: "A than B" for "B than A"."""
    here, there = _sides(said), _sides(source)
    if here is None or there is None:
        return []
    crossed = here[1] & there[0] and there[1] & here[0] and not here[1] & there[1]
    return [Finding(Fault.EXCHANGED, "the things compared have changed places")] if crossed else []


def _joined(said: str, source: str) -> list[Finding]:
    """Find "A or B" where the quote says "A and B", and the other way round."""
    here, there = _pairs(said), _pairs(source)
    for pair, joint in here.items():
        if there.get(pair, joint) != joint:
            return [Finding(Fault.EXCHANGED, f"the quote says {' '.join(sorted(there[pair]))} of {' and '.join(sorted(pair))}")]
    return []


def _pairs(text: str) -> dict[frozenset[str], frozenset[str]]:
    """Return which words of a text are joined by what: by "and", "or", or both in different places."""
    found: dict[frozenset[str], frozenset[str]] = {}
    for match in _JOINT.finditer(text):
        pair = frozenset((stem(match[1]), stem(match[3])))
        found[pair] = found.get(pair, frozenset()) | {match[2]}
    return found


def _sides(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    match = _COMPARED.search(text)
    if match is None:
        return None
    before = _stems(text[: match.start()].split())
    after = _stems(re.split(r"[;:,.]\s|\b(?:in|among|for|at|after|over|during)\b", text[match.end() :])[0].split()[:NEAR])
    return before - after, after - before


def _stems(words: list[str]) -> frozenset[str]:
    kept = (word.strip(".,()[]\"'") for word in words)
    return frozenset(stem(word) for word in kept if word and word not in STOPWORDS and any(c.isalnum() for c in word))

