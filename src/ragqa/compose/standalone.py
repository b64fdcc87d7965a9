"""A sentence in; why it cannot stand alone out. The composer leaves such a sentence out; `corpus lint` reports it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import islice

from ragqa.compose.cues import Cue
from ragqa.patterns import lazy_pattern
from ragqa.remembering import remembered
from ragqa.text import STOPWORDS, terms, trim_quote, words
from ragqa.vocabulary import BlockKind

LEAST_WORDS = 4
LEAST_CONTENT_WORDS = 2
MOST_WORDS = 75
MOST_OF_A_NAME = 8
MOST_CHARACTERS = 1_500  # 75 words of twenty letters: what is longer is no sentence, however few words are counted in it

_ENDS_WELL = lazy_pattern(r"[.!?][\"'”’)\]]*$")
_ENDS_OPEN = Cue(r"(?::|;|,|\b(?:include|includes|including|are|is|and|or|the|of|with|following|as follows))[.]?$")
_LONGEST_END = 24  # characters, more than any of these ends has
_STARTS_CUT = lazy_pattern(r"^(?:-\s|[a-z](?![A-Z-])|[),;:.\]%=<>+]|and\b|or\b|but\b|which\b|that\b|who\b)")
_SMALL_START = lazy_pattern(r"^(?:p|n|t|r|c|e|m|d|l|i|x|α|β|γ|δ|m?rna|mrna|sirna|cdna|p53|pH|eGFR|iPS|nCoV|hESC)\b|^[a-z]+[A-Z0-9]|^[a-z]-[A-Z]")
_PRONOUN_START = lazy_pattern(
    r"^(?:it|its|they|their|them|he|she|his|her|this|that|such|both|one|ones|each|another|others?|the (?:latter|former|same|above|following|others|second|rest|procedure(?! (?:called|known|of|for|in which|that))|changes(?! (?:in|of|to|that))|test (?:can|may|is|shows?|will)|patient (?:will|must|may) ))\b",
    re.IGNORECASE,
)
_IT_IS = lazy_pattern(r"^it (?:is|was|has been|may be|seems|appears|remains)\s+(?!(?:\w+ly )?(?:similar|related|due|linked|used|given|able|thought|believed|known|found|meant|said|named) to\b)(?:\w+\s+){1,3}(?:that|to|whether|how|why)\b", re.IGNORECASE)
_DEMONSTRATIVE_START = lazy_pattern(r"^(?:these|those|this|that|such(?! as))\b", re.IGNORECASE)
_DETERMINER = lazy_pattern(r"^(?:both|each|one|that|another|such as)\s+\w+", re.IGNORECASE)
_ALONE = lazy_pattern(r"^another (?:types?|kinds?|forms?|ways?|options?|causes?|reasons?|methods?|possibility|common)\b|^(?:both|each|one|another) (?:of (?:these|them|those)|was|were|is|are|had|has|groups?|arms?|studies|trials)\b|^that\b", re.IGNORECASE)
_IMPERSONAL = lazy_pattern(r"it (?:is|was|has been) (?:\w+ ){1,3}(?:that|to|whether)", re.IGNORECASE)
_BACKWARD = Cue(
    r"\b(?:as (?:above|mentioned|described|noted|discussed|shown) (?:above|earlier|before|previously)?|see (?:above|below|table|figure|fig\.|box|section|appendix)"
    r"|(?:the )?(?:latter|former(?! (?:or|smok|drink|user)))\b|above-?mentioned|aforementioned|respectively to the|this (?:study|trial|paper|article|review|report|section|chapter|page|guideline|document|analysis)"
    r"|(?:if|by|from|with|to|of|in|when|on) that (?:surgeon|doctor|physician|specialist|procedure|operation)"
    r"|the above (?:factors|conditions|symptoms|signs|causes|treatments|steps|tests|reasons|list|drugs|medicines)|(?:with|of|in) this form\b(?! of)|the authors (?:conclu|found|report|suggest|note|descri|believe|propose)\w*|\(item [a-z]\)"
    r"|examples of such|any one of (?:them|these)|these (?:results|findings|data|studies|trials|observations|patients|conditions|factors|drugs|symptoms|steps|methods|questions)"
    r"|our (?:study|results|findings|data|analysis|review|patients|trial|model|work|hypothesis)"
    r"|(?:in|of) the present (?:study|trial|work)|the present study|(?:supplementary|additional) (?:table|file|figure|data)|(?:table|figure|fig\.?|box|appendix) [S\d])",
)
_THEN = lazy_pattern(r"^[^,;]*\b(?:can|may|will|is|are) then (?:be )?\w+", re.IGNORECASE)  # after a step that is not shown
# The second half of a pair, or of a talk with the reader: "In other cases, ...", "Or you could be told ...".
_SECOND = lazy_pattern(r"^(?:in (?:other|these|those|such) cases\b|less commonly,|or you\b|you (?:can|may|might|could) still\b|learn more\b|see an? video\b)", re.IGNORECASE)
_OF_THE_OTHERS = Cue(r"\b(?:the other (?:genes?|(?:two |three |four )?(?:types?|forms?|kinds?|groups?)|two|three)|in these cases|mutations in other genes)\b(?! of\b)", needs=("the other ", "in these cases", "in other genes"))
_CLAUSE = lazy_pattern(r"^(?:where|whether)\b(?![^.]*(?:,|\b(?:is|are|was|were|remains?) (?:not |un|being |still )|\bdepends\b))", re.IGNORECASE)  # of a list that is not there
_WORDS_MISSING = Cue(r"\b(?:of|with|for|by|from) (?:go|goes|are|is|includes?|was|were|can be|has been|have been)\b")  # "symptoms of go away"
_STATE = lazy_pattern(r"^(?:having|being)\b", re.IGNORECASE)  # "Having high blood pressure." is a heading's list
_ANNOUNCES = Cue(r"\b(?:grouped|divided|classified|separated|split|broken down) into (?:[\w-]+ ){1,5}(?:types|groups|categories|forms|classes|stages|kinds)[.]?$", needs=(" into ",))
_OF_WHAT = lazy_pattern(r"^Types? (?:\d|[IVX]+)[A-C]? (?:\w+ly |most |often )?(?:is|are|was|causes?|affects?|can|may|has|have|begins?|occurs?)\b")
_STUCK = lazy_pattern(r"(?:If|What|When|How|Why|Who|Where)(?: [A-Z][\w']+){2,} [a-z]|[^,;]*?\b([A-Z][a-z]{2,}) \1\b")  # the heading above it
# A range whose dash was lost: "1525 mg" is 15 to 25 mg. Metformin is given as 2,550 mg.
_LOST_DASH = lazy_pattern(r"(?<![\d.,/-])(?!2550)(?P<low>[1-9][05])(?P<high>[1-9][05]) ?(?:mg|mcg|micrograms?|ml)\b")
_INNER_PRONOUN = Cue(r"\b(?:it|they|he|she|these|those)\b")
_DEBRIS = lazy_pattern(r"\|.*\||\.\.\.\.|___|===|[©@]")
_FOREIGN = Cue(r"\b(?:https?://|www\.|doi:|ISBN\b|all rights reserved\b|copyright\b)", needs=("http", "www.", "doi:", "isbn", "all rights reserved", "copyright"))
_BOILERPLATE = Cue(
    r"\b(?:click|subscribe|cookie|newsletter|download|this page|last (?:reviewed|updated)(?: on)?:|for more information|to learn more|read more|contact us"
    r"|talk (?:to|with) your (?:doctor|health care provider) about|call your (?:doctor|health care provider)|frequently asked"
    r"|(?:is|are) (?:summarized|listed|shown|described|discussed|presented|provided) (?:in|below|elsewhere|on)|we (?:thank|are grateful)|authors? (?:declare|contribut)"
    r"|the following (?:resources|sites?|links?|organizations?|list|table)|list below|these (?:resources|sites?|links?)|genetic testing registry|gene reviews?|phenotype ontology|table below|medical dictionary|here are some (?:areas|examples)|centers? of excellence$|one or more of the following|frequency of (?:a|\d+/\d+|\d+%?) (?:sign|means)|(?:listed as a|number of the) fraction|information on (?:how often|frequency)"
    r"|check the list|see the (?:latest|full|section|list)|now accepting (?:patients|participants)|(?:supports?|conducts?|funds?|sponsors?) (?:and (?:supports?|conducts?|funds?|sponsors?) )?(?:\w+ ){0,2}research (?:on|related|into|in))\b",
)
_JOINS = lazy_pattern(r"\b(?:and|or)\b", re.IGNORECASE)
_THESE = Cue(r"\b(?:these|this) (?!(?:condition|disease|disorder|syndrome|form|type|is|was|has|may|can|means)\b)(?P<named>(?:[\w-]+ ){0,2}[\w-]+)", needs=("these ", "this "))
_FINITE = Cue(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|may|might|must|shall|should|will|would|cannot|isn't|aren't|"
    r"recommends?|suggests?|advises?|states?|lists?|defines?|considers?|supports?|endorses?|classif(?:y|ies)|conditionally|found|finds?|shows?|showed|shown|reports?|reported|"
    r"reduces?|reduced|lowers?|lowered|increases?|increased|raises?|raised|improves?|improved|causes?|caused|leads?|led|gives?|gave|given|makes?|made|takes?|took|occurs?|occurred|"
    r"include|includes|included|requires?|required|needs?|needed|uses?|used|treats?|treated|prevents?|prevented|affects?|affected|remains?|remained|depends?|begins?|began|starts?|started|"
    r"works?|worked|helps?|helped|binds?|blocks?|inhibits?|inhibited|acts?|contains?|contained|covers?|covered|differs?|differed|exists?|follows?|followed|grows?|grew|holds?|held|lasts?|lasted|"
    r"means?|meant|produces?|produced|provides?|provided|receives?|received|shares?|shared|stops?|stopped|tests?|tested|varies|varied|enrolled|randomi[sz]ed|compared|measured|defined|described|"
    r"replaced|updated|published|superseded|remove[sd]?|spread|spreads|develops?|developed|contribut(?:es?|ed)|decreases?|decreased|declined|declines?|rises?|rose|falls?|fell|achieved|died|survived|experienced|"
    r"avoid|give|offer|consider|check|monitor|measure|start|stop|refer|assess|repeat|continue|do not|use|treat|discuss|seek|obtain|perform|switch|add|withhold|reduce|increase|admit|advise|ask|test|exclude|review|prescribe|administer|arrange|ensure)\b",
)


def fault_of(quoted: str, kind: BlockKind = BlockKind.PARAGRAPH) -> str | None:
    """Return why a quote cannot stand alone under its run-in heading, None where it can."""
    return _FAULT_OF[kind](quoted)


def _fault_of(quoted: str, *, kind: BlockKind) -> str | None:
    if len(quoted) > MOST_CHARACTERS:
        return "too many characters"
    text = trim_quote(quoted)
    return next((fault for fault, holds in _FAULTS if holds(text, kind)), None)


_FAULT_OF = {kind: remembered(50_000)(partial(_fault_of, kind=kind)) for kind in BlockKind}


def _says_little(text: str) -> bool:
    found = words(text)
    telling = (word for word in found if word not in STOPWORDS and not word.isdigit())
    return len(found) < LEAST_WORDS or len(list(islice(telling, LEAST_CONTENT_WORDS))) < LEAST_CONTENT_WORDS


def _may_be_long(text: str) -> bool:
    """Tell whether a text has room for so many words, each of a letter and a blank; one sign beyond ASCII may be two words."""
    return len(text) >= 2 * MOST_WORDS or not text.isascii()


def is_boilerplate(text: str) -> bool:
    """Tell whether a text is about the page or its publisher, and not about its subject."""
    return _BOILERPLATE.found(text)


_CAPITALISED = lazy_pattern(r"\b[A-Z]\w*")
_LONGER = lazy_pattern(r"[^\W\d_]{4,}")


def _is_title(text: str) -> bool:
    """Tell whether all longer words are written with a capital: "Sinus and Upper Respiratory Infections."."""
    longer = 0
    for match in _LONGER.finditer(text):
        if match.group().lower() in STOPWORDS:
            continue
        if not match.group()[0].isupper():
            return False  # as the first or second word of most sentences is not
        longer += 1
    return longer > 1


def _ends(text: str, kind: BlockKind) -> bool:
    return bool(_ENDS_WELL.search(text)) or kind is BlockKind.LIST_ITEM


def _lacks_a_verb(text: str, kind: BlockKind) -> bool:
    """Tell whether a text says nothing of what it names: a list item that ends as no sentence or is a name, or a state."""
    is_bare = kind is BlockKind.LIST_ITEM and (not _ENDS_WELL.search(text) or _is_name(text))
    return (is_bare or _STATE.match(text) is not None) and not _FINITE.found(text)


def _is_name(text: str) -> bool:
    """Tell whether a text is short, and none of its words could be a verb: "The stage of the cancer."."""
    found = words(text)
    return len(found) <= MOST_OF_A_NAME and not any(word.endswith(("s", "ed", "en")) for word in found[1:])


def _loses_a_dash(text: str) -> bool:
    if not any(unit in text for unit in ("mg", "mcg", "microgram", "ml")):
        return False
    return any(int(match["low"]) < int(match["high"]) for match in _LOST_DASH.finditer(text))


def _points_back(text: str) -> bool:
    if _IT_IS.match(text):
        return False
    if _DETERMINER.match(text) and not _ALONE.match(text):
        return False
    return bool(_PRONOUN_START.match(text) or _DEMONSTRATIVE_START.match(text))


def _dangles(text: str) -> bool:
    """Tell whether the first pronoun of a sentence has no noun before it that it could stand for."""
    match = _INNER_PRONOUN.search(text)
    if not match or _IMPERSONAL.match(text, match.start()):
        return False
    before = [word for word in words(text[: match.start()]) if word not in STOPWORDS]
    return len(before) < LEAST_CONTENT_WORDS


_FAULTS: tuple[tuple[str, Callable[[str, BlockKind], bool]], ...] = (  # looked for in this order; the first that holds is given
    ("table debris", lambda text, kind: kind is BlockKind.TABLE_ROW or bool(_DEBRIS.search(text)) or _FOREIGN.found(text)),
    ("a caption", lambda _, kind: kind is BlockKind.CAPTION),
    ("boilerplate", lambda text, _: _BOILERPLATE.found(text)),
    ("too few words", lambda text, _: _says_little(text)),
    ("too many words", lambda text, _: _may_be_long(text) and len(words(text)) > MOST_WORDS),
    ("a question", lambda text, _: text.endswith("?")),
    ("cut off at its end", lambda text, kind: _ENDS_OPEN.found(text[-_LONGEST_END:]) or not _ends(text, kind)),
    ("cut off at its start", lambda text, _: bool(_STARTS_CUT.match(text)) and not _SMALL_START.match(text)),
    ("a clause of a list", lambda text, _: bool(_CLAUSE.match(text))),
    ("no verb", _lacks_a_verb),
    ("words are missing", lambda text, _: _WORDS_MISSING.found(text)),
    ("a title", lambda text, _: _is_title(text) and not _FINITE.found(_CAPITALISED.sub("", text))),
    ("a heading stuck to it", lambda text, _: bool(_STUCK.match(text))),
    ("a range without its dash", lambda text, _: _loses_a_dash(text)),
    ("announces what is not there", lambda text, _: _ANNOUNCES.found(text)),
    ("starts with a word that points elsewhere", lambda text, _: _points_back(text)),
    ("points elsewhere", lambda text, _: bool(_SECOND.match(text)) or _OF_THE_OTHERS.found(text) or _BACKWARD.found(text) or bool(_THEN.match(text)) or bool(_OF_WHAT.match(text)) or _dangles(text) or _names_anew(text)),
)


def _names_anew(text: str) -> bool:
    """Tell whether "these" or "this" stands before a name that nothing in the sentence has given: "3 percent of these cancers"."""
    match = _THESE.search(text)
    if match is None:
        return False
    before = text[: match.start()]
    if match.group().lower().startswith("these") and ("," in before or ":" in before or _JOINS.search(before)):
        return False  # a list, which "these" may sum up
    return set(terms(match["named"])).isdisjoint(terms(before))
