"""The names that an index knows, and a sentence with its quote in; names and people that the quote does not speak of, out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from ragqa.patterns import lazy_pattern
from ragqa.protocols import Finding
from ragqa.text import STOPWORDS, fold, stem, terms, words
from ragqa.vocabulary import Fault

LONGEST_NAME = 6  # words

# Word endings of the international nonproprietary names (WHO, stem book 2018), for drugs that no lexicon lists.
_DRUG = lazy_pattern(
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
_EVERYONE = frozenset(map(stem, ("everyone", "anyone", "everybody")))
_QUALIFIED = lazy_pattern(
    r"\b(pregnant|postmenopausal|premenopausal|breastfeeding|older|elderly|healthy|hospitali[sz]ed|immunocompromised|young|frail) (women|men|adults|people|patients|children|persons|individuals)\b"
)
_ALL_WITH = lazy_pattern(r"\b(?:all|every|any) (?:\w+ )?(?:patients|people|adults|women|men|children|persons|individuals) with (\w+)")
_LATIN = {
    "renal": "kidney", "hepatic": "liver", "cardiac": "heart", "pulmonary": "lung", "cerebral": "brain", "gastric": "stomach", "cutaneous": "skin",
    "ocular": "eye", "dermal": "skin", "osseous": "bone", "haematological": "blood", "hematological": "blood", "paediatric": "children", "pediatric": "children",
}  # fmt: skip
_LATIN_WORD = lazy_pattern(rf"\b(?:{'|'.join(_LATIN)})\b|\belderly(?= (?:adults|people|patients|women|men|persons|individuals)\b)", re.IGNORECASE)
_ACRONYM = lazy_pattern(r"(?<![\w-])[A-Z][A-Za-z-]*[A-Z][A-Za-z]*(?![\w-])")
_OLDER = lazy_pattern(r"\b(?:older|aged|old) (adults|people|patients|women|men|persons|individuals)\b")
_PREGNANT = lazy_pattern(r"\bpregnant (?:women|people|patients|persons)\b")
_KNOWN_PEOPLE = frozenset().union(*_PEOPLE)

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
        found = []
        for name in self.walk(text):
            if name.group:
                found.append(name)
            elif self._is_name(name.text):
                found.append(name._replace(group=" ".join(terms(name.text))))
        return found

    def walk(self, text: str) -> Iterator[Name]:
        """Yield all words of a text in order, those of a name that the lexicon holds as one, others without a group."""
        row, place = words(text), 0
        while place < len(row):
            for length in range(min(LONGEST_NAME, len(row) - place), 0, -1):
                piece = " ".join(row[place : place + length])
                known = self._groups.get(" ".join(terms(piece)))
                if known is not None and row[place] not in STOPWORDS and row[place + length - 1] not in STOPWORDS:
                    yield Name(known[0], piece, known[1])
                    place += length
                    break
            else:
                yield Name("", row[place], is_condition=False)
                place += 1

    def same(self, text: str) -> frozenset[str]:
        """Return the groups that a text names, and every single term of it."""
        return frozenset(name.group for name in self.names(text)) | frozenset(terms(text))

    def _is_name(self, word: str) -> bool:
        letters = word.replace("-", "")
        return letters.isalpha() and stem(word) not in _KNOWN_PEOPLE and (bool(_DRUG.match(word)) or (len(letters) > 5 and word not in self._everyday and word.removesuffix("s") not in self._everyday))  # noqa: PLR2004 a short word may be shorthand


def check_names(sentence: str, quote: str, book: NameBook) -> list[Finding]:
    """Return names and people of a sentence that its quote does not hold, and the quote's restriction where it is left out."""
    sentence, quote = in_english(sentence), in_english(quote)
    said, held = book.names(sentence), book.names(quote)
    in_quote = {name.group for name in held} | frozenset(terms(quote))
    strange = [name.text for name in said if name.group not in in_quote and not set(terms(name.text)) <= in_quote]
    strange += [text for text in _acronyms(sentence) if not set(terms(text)) <= in_quote and not {n.group for n in book.names(text)} & in_quote]
    faults = [Finding(Fault.NAME, f"the quote does not name {text}") for text in dict.fromkeys(strange)]
    return faults or [*_people(sentence, quote), *_restriction(said, held, sentence)]


def in_english(text: str) -> str:
    """Return a text with "kidney" for "renal" and the like."""
    return _LATIN_WORD.sub(lambda match: _LATIN.get(match.group().lower(), "older"), text)


def _acronyms(text: str) -> list[str]:
    """Return words such as CDC or NaCl: short forms, of which no everyday list knows."""
    return _ACRONYM.findall(text)


def _people(sentence: str, quote: str) -> list[Finding]:
    said, source = (_PREGNANT.sub("pregnant", _OLDER.sub(r"elderly \1", fold(text))) for text in (sentence, quote))
    here, there = Counter(_stem_list(said)), Counter(_stem_list(source))
    for people in _PEOPLE:
        mine, theirs = (sum(count[word] for word in people) for count in (here, there))
        named = sorted(people & set(here))
        if mine and not theirs:
            return [Finding(Fault.POPULATION, f"the quote does not speak of {', '.join(named)}")]
        if mine > theirs and people is not _UNIVERSAL:
            return [Finding(Fault.POPULATION, f"the quote speaks of {', '.join(named)} less often, and of others")]
    dropped = [people for people in _PEOPLE if people is not _UNIVERSAL and people & set(there)]
    if dropped and not any(people & set(here) for people in dropped):
        return [Finding(Fault.POPULATION, f"the quote speaks of {', '.join(sorted(dropped[0] & set(there)))} only")]
    return _qualified(fold(sentence), fold(quote))


def _qualified(said: str, source: str) -> list[Finding]:
    """Find people who have lost what the quote says of them: "women" for "pregnant women", "all patients" for those with gout."""
    kept = frozenset(terms(said))
    for match in _QUALIFIED.finditer(source):
        if re.search(rf"\b{match[2]}\b", said) and not set(terms(match[1])) & kept:
            return [Finding(Fault.POPULATION, f"the quote speaks of {match.group()} only")]
    if _EVERYONE & _stems(said) and not _EVERYONE & _stems(source):
        return [Finding(Fault.POPULATION, "the quote does not speak of everyone")]
    for match in _ALL_WITH.finditer(source):
        if _UNIVERSAL & _stems(said) and not set(terms(match[1])) <= kept:
            return [Finding(Fault.POPULATION, f"the quote speaks of {match.group()} only")]
    return []


def _restriction(said: list[Name], held: list[Name], sentence: str) -> list[Finding]:
    """Ask that a sentence keeps one at least of the conditions for which its quote speaks."""
    conditions = dict.fromkeys(name for name in held if name.is_condition)
    kept = {name.group for name in said} | frozenset(terms(sentence))
    if conditions and not any(c.group in kept or set(terms(c.text)) <= kept for c in conditions):
        return [Finding(Fault.POPULATION, f"the quote speaks of {next(iter(conditions)).text} only")]
    return []


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem_list(text))


def _stem_list(text: str) -> list[str]:
    return [stem(word) for part in fold(text).split() if (word := part.strip(".,;:()[]\"'"))]
