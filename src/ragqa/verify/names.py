"""The names that an index knows, and a sentence with its quote in; names and people that the quote does not speak of, out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from ragqa.protocols import Finding
from ragqa.text import STOPWORDS, fold, stem, terms, words
from ragqa.vocabulary import Fault

MOST_ADDED = 0.34  # share of a sentence's words that may stand in for words of the quote
LONGEST_NAME = 6  # terms

# Word endings of the international nonproprietary names (WHO, stem book 2018), for drugs that no lexicon lists.
_DRUG = re.compile(
    r"^\w{2,}(?:mab|nib|pril|prilat|sartan|olol|statin|azole|cillin|mycin|micin|floxacin|prazole|gliptin|gliflozin|glutide|natide|parin|xaban|gatran|triptan|dipine"
    r"|thiazide|semide|cycline|vir|conazole|fungin|setron|tidine|terol|sone|solone|oxetine|ipramine|azepam|zolam|barbital|caine|profen|coxib|dronate|glitazone|formin|sulfa\w*|grel|cept|platin|rubicin|taxel|curium|tadine|lukast|tropium|gabalin|pentin|racetam|apine|peridone|piprazole|idone|codone|morphone|fentanil|orphan|amide|lamide|vaptan|urea)$"
)
_PEOPLE: tuple[frozenset[str], ...] = tuple(
    frozenset(stem(word) for word in line.split())
    for line in (
        "child children paediatric pediatric boy boys girl girls",
        "infant infants baby babies neonate neonates newborn newborns neonatal",
        "adolescent adolescents teenager teenagers",
        "adult adults",
        "elderly geriatric seniors",
        "woman women female females",
        "man men male males",
        "pregnant pregnancy antenatal gestational",
        "breastfeeding lactating lactation",
        "postpartum postnatal",
        "postmenopausal menopausal menopause perimenopausal",
        "survivor survivors",
        "inpatient inpatients hospitalised hospitalized",
        "outpatient outpatients ambulatory",
        "smoker smokers",
        "nonsmoker nonsmokers",
        "healthy volunteers",
        "immunocompromised immunosuppressed",
        "mice rats animals mouse rat animal",
        "everyone anyone everybody all every always universally",
    )
)
_UNIVERSAL = _PEOPLE[-1]
_OLDER = re.compile(r"\b(?:older|aged|old) (adults|people|patients|women|men|persons|individuals)\b")
_KNOWN_PEOPLE = frozenset().union(*_PEOPLE)

# Words that a paraphrase may bring: they report or join, and name nothing.
_GLUE = frozenset(
    stem(word)
    for word in ["study", "studies", "trial", "trials", "review", "analysis", "evidence", "data", "research", "report", "reports", "reported", "reporting", "state", "states", "stated", "stating", "describe", "describes", "described", "show", "shows", "showed", "shown", "find", "finds", "found", "finding", "findings", "indicate", "indicates", "indicated", "note", "notes", "noted", "conclude", "concludes", "concluded", "result", "results", "resulted", "according", "patient", "patients", "people", "person", "persons", "individual", "individuals", "participant", "participants", "those", "who", "receive", "receives", "received", "receiving", "given", "giving", "give", "gives", "use", "uses", "used", "using", "take", "takes", "took", "taken", "taking", "treat", "treated", "treating", "treatment", "treatments", "therapy", "therapies", "intervention", "compared", "comparison", "versus", "relative", "than", "associated", "association", "linked", "link", "cause", "causes", "caused", "lead", "leads", "led", "leading", "occur", "occurs", "occurred", "occurring", "happen", "happens", "happened", "have", "has", "had", "having", "include", "includes", "included", "including", "such", "source", "sources", "guideline", "guidelines", "summary", "author", "authors", "recommendation", "recommendations", "advice", "advise", "advises", "advised", "recommend", "recommends", "recommended", "suggest", "suggests", "suggested", "approximately", "about", "around", "roughly", "nearly", "percent", "percentage", "rate", "rates", "number", "numbers", "case", "cases", "group", "groups", "level", "levels", "value", "values", "amount", "year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "minute", "minutes", "period", "time", "times", "also", "therefore", "overall", "both", "either", "while", "whereas", "when", "during", "among", "with", "without", "effect", "effects", "outcome", "outcomes", "significant", "significantly", "statistically", "difference", "differences", "differ", "differed", "observed", "seen", "noted", "measured", "measure", "make", "makes", "made", "was", "were", "been", "being", "is", "are", "be", "do", "does", "did", "can", "may", "might", "could", "should", "would", "will", "per", "each", "total", "out", "across", "within", "between", "need", "needs", "needed", "require", "requires", "required"]
)


class Name(NamedTuple):
    """A name found in a text: its group (names that mean the same share one) and how it stands there."""

    group: str
    text: str
    is_condition: bool


class NameBook:
    """Finds names in a text: those of a lexicon, drugs by their word ending, and long words that are not everyday ones."""

    def __init__(self, groups: Iterable[tuple[Collection[str], bool]], everyday: Collection[str]) -> None:
        """Take groups of names that mean the same, each with whether it is a condition, and the words of everyday language."""
        self._groups: dict[str, tuple[str, bool]] = {}
        self._everyday = everyday
        for names, is_condition in groups:
            keys = [key for name in names if (key := " ".join(terms(name)))]
            for key in keys:
                self._groups.setdefault(key, (keys[0], is_condition))

    def names(self, text: str) -> list[Name]:
        """Return the names of a text in order, the longest at each place."""
        found, row, place = [], words(text), 0
        while place < len(row):
            for length in range(min(LONGEST_NAME, len(row) - place), 0, -1):
                piece = " ".join(row[place : place + length])
                known = self._groups.get(" ".join(terms(piece)))
                if known is not None and row[place] not in STOPWORDS:
                    found.append(Name(known[0], piece, known[1]))
                    place += length
                    break
            else:
                if self._is_name(row[place]):
                    found.append(Name(" ".join(terms(row[place])), row[place], is_condition=False))
                place += 1
        return found

    def same(self, text: str) -> frozenset[str]:
        """Return the groups that a text names, and every single term of it."""
        return frozenset(name.group for name in self.names(text)) | frozenset(terms(text))

    def _is_name(self, word: str) -> bool:
        letters = word.replace("-", "")
        return letters.isalpha() and stem(word) not in _KNOWN_PEOPLE and (bool(_DRUG.match(word)) or (len(letters) > 5 and word not in self._everyday and word.removesuffix("s") not in self._everyday))  # noqa: PLR2004 a short word may be shorthand


def check_names(sentence: str, quote: str, book: NameBook) -> list[Finding]:
    """Return names and people of a sentence that its quote does not hold, and the quote's restriction where it is left out."""
    said, held = book.names(sentence), book.names(quote)
    in_quote = {name.group for name in held} | frozenset(terms(quote))
    strange = [name.text for name in said if name.group not in in_quote and not set(terms(name.text)) <= in_quote]
    faults = [Finding(Fault.NAME, f"the quote does not name {text}") for text in dict.fromkeys(strange)]
    return faults or [*_people(sentence, quote), *_restriction(said, held, sentence)] or _added(sentence, in_quote, book)


def _people(sentence: str, quote: str) -> list[Finding]:
    here, there = (_stems(_OLDER.sub(r"elderly \1", fold(text))) for text in (sentence, quote))
    for people in _PEOPLE:
        if here & people and not there & people:
            return [Finding(Fault.POPULATION, f"the quote does not speak of {', '.join(sorted(here & people))}")]
    dropped = [people for people in _PEOPLE if people is not _UNIVERSAL and there & people]
    if dropped and not any(here & people for people in dropped):
        return [Finding(Fault.POPULATION, f"the quote speaks of {', '.join(sorted(dropped[0] & there))} only")]
    return []


def _restriction(said: list[Name], held: list[Name], sentence: str) -> list[Finding]:
    """Ask that a sentence keeps one at least of the conditions for which its quote speaks."""
    conditions = dict.fromkeys(name for name in held if name.is_condition)
    kept = {name.group for name in said} | frozenset(terms(sentence))
    if conditions and not any(c.group in kept or set(terms(c.text)) <= kept for c in conditions):
        return [Finding(Fault.POPULATION, f"the quote speaks of {next(iter(conditions)).text} only")]
    return []


def _added(sentence: str, in_quote: frozenset[str] | set[str], book: NameBook) -> list[Finding]:
    content = [t for t in dict.fromkeys(terms(sentence)) if not t.isdigit()]
    groups = {t for name in book.names(sentence) if name.group in in_quote for t in terms(name.text)}
    new = [t for t in content if t not in in_quote and t not in _GLUE and t not in groups]
    if content and len(new) / len(content) > MOST_ADDED:
        return [Finding(Fault.ADDED, f"the quote does not hold: {', '.join(new[:5])}")]
    return []


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for part in fold(text).split() if (word := part.strip(".,;:()[]\"'")))
