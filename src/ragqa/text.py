"""Text in; normalised text, sentence offsets, search terms and trimmed quotes out."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise

import Stemmer

from ragqa.patterns import lazy_pattern
from ragqa.remembering import remembered

# Characters that change how a line is shown but not what it says: controls, bidi overrides, zero width, soft hyphen.
_INVISIBLE = lazy_pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BLANKS = lazy_pattern("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = lazy_pattern("\r\n?|\u2028|\u2029|\u0085|\x0b|\x0c")

# An end of sentence after one of these is none. sentencex knows the common ones; these it misses on biomedical text.
_NO_END = lazy_pattern(
    r"(?:^|[\s(\[])(?:[Ff]igs?|[Tt]abs?|[Ee]qs?|[Rr]efs?|[Aa]pprox|[Mm]ax|[Mm]in|[Nn]os?|[Vv]ols?|[Cc]f|[Vv]s|[Vv]iz|[Ee]tc|al|ca|resp|incl|spp?|var"
    r"|subsp|[Ss]uppl|[Ss]ect|[Dd]ept|[Ii]nc|[Ll]td|[Cc]orp|[Uu]niv|[Ss]t|[Dd]rs?|[Pp]rof|[Mm]rs?|[Mm]s|i\.e|e\.g|a\.m|p\.m|i\.v|i\.m|s\.c|p\.o"
    r"|b\.i\.d|t\.i\.d|q\.d|q\.i\.d|[A-Z])\.\s*$"
)
# What may follow one of those and still begin a sentence of its own.
_ENDS_ANYWAY = lazy_pattern(r"(?:etc|\bno|a\.m|p\.m|b\.i\.d|t\.i\.d|q\.d|q\.i\.d|p\.o|i\.v|spp|al|[A-Z])\.\s*$")
_FIRST_WORD = lazy_pattern(r"\s*(?:The|In|We|This|These|It|A|An|Of|However|Thus|There|Our|Among|For|After|All|No|Both|At|To|When|Although)\b")
# Ends that sentencex does not offer: of doses a day, of hours, of a quotient of units, of a sentence in brackets.
_NOT_OFFERED = lazy_pattern(r"(?:\b[btq]\.i\.d\.|\d h\.|/L\.|\.(\)))\s+(?=[A-Z][a-z]+\s)")
_SIGNS = (".)", ".i.d.", " h.", "/L.")
_SMALL_START = lazy_pattern(r"[a-z]{1,2}[A-Z]|[\u03b1-\u03c9]-|p\d{2}\b")  # mRNA, eGFR, β-blockers, p53: small, yet a first word
_ONLY_NUMBERED = lazy_pattern(r"\s*Step \d{1,2}\.\s*$")
_LONGEST_NUMBERED = 16  # characters
_REFERENCE_MARK = lazy_pattern(r"(?:\s*\[\s*\d{1,3}(?:\s*[-,\u2013;]\s*\d{1,3})*\s*\])+")
_DETACHED_MARK = lazy_pattern(r"(?:\[\s*\d{1,3}(?:\s*[-,\u2013;]\s*\d{1,3})*\s*\]\s*)+")
_LINES = lazy_pattern(r"[^\n]+")
_LOOK_BACK = 40  # characters in which an abbreviation or an open bracket is looked for
_LONGEST_ABBREVIATION = 10  # characters, with what stands on both sides of it
_RUNS_KEPT = 200_000
_SHORT = 3  # letters up to which a word is left unstemmed, and a part makes its compound a term


def normalise(text: str) -> str:
    """Return text in NFC with one kind of line end and blank, and without invisible or control characters."""
    text = _LINE_ENDS.sub("\n", text)
    text = _BLANKS.sub(" ", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def standing(name: str, text: str) -> re.Match[str] | None:
    """Return where a text writes a name as a whole word or words, in capitals or small letters."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)


def one_line(text: str) -> str:
    """Return text with every run of white space as one blank."""
    return " ".join(text.split())


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the half-open offsets of the sentences of `text`, white space at their ends left out.

    A line end ends a sentence. Offsets are exact, never overlap, and leave out nothing but white space.
    """
    found: list[tuple[int, int]] = []
    for line in _LINES.finditer(text):
        found.extend(_sentences_of_line(line.group(), line.start()))
    return found


def _sentences_of_line(line: str, offset: int) -> list[tuple[int, int]]:
    from sentencex import get_sentence_boundaries  # noqa: PLC0415 no question is split

    cuts = [0]
    for offered in _ends_in(line, [boundary["end_index"] for boundary in get_sentence_boundaries("en", line)[:-1]]):
        mark = _DETACHED_MARK.match(line, offered)  # ".[1,2] Next" cuts before the mark; the mark belongs to what it marks
        end = mark.end() if mark else offered
        if cuts[-1] < end < len(line) and _is_end(line, cuts[-1], end):
            cuts.append(end)
    cuts.append(len(line))
    spans = []
    for start, end in pairwise(cuts):
        piece = line[start:end].rstrip()
        stripped = piece.lstrip()
        if stripped:
            last = offset + start + len(piece)
            spans.append((last - len(stripped), last))
    return spans


def _ends_in(line: str, offered: list[int]) -> list[int]:
    """Return the ends that were offered for the sentences of a line, and those that were missed, in order."""
    if not any(map(line.__contains__, _SIGNS)):  # most lines have none, and a pattern takes longer
        return offered
    missed = [match.end() for match in _NOT_OFFERED.finditer(line) if match.group(1) is None or _closes_a_sentence(line, match.start(1))]
    return sorted({*offered, *missed})


def _closes_a_sentence(line: str, place: int) -> bool:
    """Tell whether the bracket that closes at a place was opened where a sentence begins, and nothing else in between."""
    opened = line.rfind("(", 0, place)
    before = line[:opened].rstrip()
    return opened >= 0 and ")" not in line[opened:place] and (not before or before[-1] in ".?!")


def _is_end(line: str, start: int, end: int) -> bool:
    before = line[max(start, end - _LOOK_BACK) : end]
    following = line[end:].lstrip()
    if not following or following[0] in ",;)%=<>" or (end - start < _LONGEST_NUMBERED and _ONLY_NUMBERED.match(line[start:end])):
        return False
    if following[0].islower() and not _SMALL_START.match(following):
        return False
    near = max(0, len(before.rstrip()) - _LONGEST_ABBREVIATION)
    if _NO_END.search(before, near) and not (_ENDS_ANYWAY.search(before) and _FIRST_WORD.match(following)):
        return False
    last = before[max(0, before.rfind(". ") + 1) :]
    return last.count("(") <= last.count(")") or len(before) >= _LOOK_BACK  # inside a short bracket nothing ends


# --- search terms -----------------------------------------------------------------------------------------------

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "µ": "mu",
}  # fmt: skip
_GREEK_TABLE = str.maketrans(_GREEK | {"‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-", "’": "'", "ß": "ss", "æ": "ae", "œ": "oe"})
_TOKEN = lazy_pattern(r"(?:\d+(?:[.,]\d+)+|[a-z0-9]+)(?:[-/'][a-z0-9]+)*\+?")  # a point or comma belongs to digits alone
_PART = lazy_pattern(r"[a-z]+|\d+(?:[.,]\d+)*|[a-z0-9]+")
_COMPOUND = lazy_pattern(r"[-/']")

STOPWORDS = frozenset(
    ["a", "about", "above", "after", "again", "all", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "could", "did", "do", "does", "doing", "down", "during", "each", "few", "for", "from", "further", "had", "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "itself", "just", "me", "more", "most", "my", "no", "nor", "not", "now", "of", "off", "on", "once", "only", "or", "other", "our", "out", "over", "own", "same", "she", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "why", "will", "with", "would", "you", "your", "yours", "s", "t", "may", "might", "must", "shall", "also", "upon", "us", "among"]
)

_stemmers = threading.local()  # a Snowball stemmer may not be shared between threads


@remembered(200_000)
def stem(word: str) -> str:
    """Return the Snowball English stem of a lower-case word; one with a digit in it stays as it is."""
    if not word.isalpha() or not word.isascii() or len(word) <= _SHORT:
        return word
    if not hasattr(_stemmers, "english"):
        _stemmers.english = Stemmer.Stemmer("english", 0)
    return str(_stemmers.english.stemWord(word))


def fold(text: str) -> str:
    """Return text in lower case with Greek letters spelled out, accents dropped and hyphens of one kind."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        text = text.lower().translate(_GREEK_TABLE)
    return text.lower()


class _Runs:
    """What each run of characters between blanks gives, remembered: texts use the same ones again and again.

    No word holds a blank, so what a run gives is kept as one text, which Python's collector does not look at.
    """

    def __init__(self, make: Callable[[str], Iterable[str]]) -> None:
        self._make = make
        self._held: dict[str, str] = {}

    def of(self, text: str) -> list[str]:
        """Return what the runs of a text give, in order."""
        return self._joined(text.split()).split()

    def _joined(self, runs: list[str]) -> str:
        held = self._held
        try:
            return " ".join(map(held.__getitem__, runs))
        except KeyError:
            if len(held) >= _RUNS_KEPT:
                held = self._held = {}
            for run in runs:
                if run not in held:
                    held[run] = " ".join(self._make(run))
            return " ".join(map(held.__getitem__, runs))


def words(text: str) -> list[str]:
    """Return the folded words of a text in order, compounds ("il-6", "mg/dl") whole."""
    return _words_of.of(text)


def word_terms(word: str) -> tuple[str, ...]:
    """Return the search terms of one folded word; none for a stop word."""
    parts = [part.rstrip("+") for part in _COMPOUND.split(word)]
    kept = tuple(stem(part) for part in parts if part and part not in STOPWORDS)
    if len(parts) == 1:
        return kept
    if parts[-1] == "s":  # a genitive
        return tuple(stem(part) for part in parts[:-1] if part not in STOPWORDS)
    return (*kept, "".join(parts)) if any(len(part) <= _SHORT or not part.isalpha() for part in parts) else kept


def terms(text: str) -> list[str]:
    """Return the search terms of a text: folded, stop words dropped, stemmed.

    A compound gives its parts, and itself in one word where a part is short or holds a digit: "IL-6" gives
    "il", "6" and "il6", so that "IL6" finds it.
    """
    return _terms_of.of(text)


@remembered(20_000)
def key_of(name: str) -> str:
    """Return the form under which names are compared: their search terms in order."""
    return " ".join(terms(name))


def design_key(design: str) -> str:
    """Return the form under which study designs are compared: "Cluster-randomized trial" gives "cluster randomised trial"."""
    return " ".join(fold(design).replace("-", " ").replace("randomiz", "randomis").split())


_words_of = _Runs(lambda run: _TOKEN.findall(fold(run)))
_terms_of = _Runs(lambda run: [term for word in words(run) for term in word_terms(word)])


# --- quotes -------------------------------------------------------------------------------------------------------

_CONNECTIVE = lazy_pattern(
    r"^(?:however|moreover|furthermore|in addition|additionally|therefore|thus|hence|consequently|nevertheless|nonetheless"
    r"|in conclusion|in summary|overall|finally|also|similarly|likewise|conversely|in contrast|by contrast|on the other hand"
    r"|for example|for instance|notably|importantly|interestingly|accordingly|as a result|in fact|indeed|of note)\s*,\s+",
    re.IGNORECASE,
)


@remembered(20_000)
def trim_quote(quoted: str) -> str:
    """Return a quote fit to stand alone: on one line, without bracketed reference marks and a leading connective.

    The items of a list, one a line, are joined with semicolons.
    """
    text = _REFERENCE_MARK.sub("", flatten(quoted))
    match = _CONNECTIVE.match(text)
    if match:
        text = text[match.end() :]
        text = text[:1].upper() + text[1:]
    return text


def flatten(quoted: str) -> str:
    """Return a quote on one line; the lines of a list are joined with semicolons, after a colon with a blank."""
    lines = [one_line(line) for line in quoted.split("\n") if line.strip()]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        joined += (" " if joined.endswith((":", ";", ".", ",")) else "; ") + line
    return joined


def is_faithful(text: str, quoted: str) -> bool:
    """Tell whether a statement's text is its quote, as it stands or as `trim_quote` gives it."""
    return text in (quoted, flatten(quoted), trim_quote(quoted))
