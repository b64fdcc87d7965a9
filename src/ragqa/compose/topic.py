"""What a question names in; which of it a text covers, and how much each name weighs, out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from ragqa.compose.without import lacks
from ragqa.patterns import lazy_pattern
from ragqa.remembering import remembered
from ragqa.text import key_of, terms
from ragqa.types import Concept, Query

_SPECIAL = frozenset({"pregnancy", "breastfeeding", "children"})
SHORT = 4  # letters of a word that may be another one's short form
_SHARED = lazy_pattern(r"\b([a-z]{4,}) or [a-z]{4,} (cancers?|diseases?|failure|impairment|infections?|injury|ulcers?)\b", re.IGNORECASE)
ENDING = 3  # letters that a stem must lose to be another word's
LONG_NAME = 4  # terms from which on a name need not stand in a row


@remembered(20_000)
def joined_terms(text: str) -> str:
    """Return the search terms of a text between blanks, so that names are found in it as substrings.

    What two names share is said once: "breast or endometrial cancer" holds "breast cancer" as well.
    """
    joined = f" {' '.join(terms(text))} "
    if " or " not in text:
        return joined
    shared = (" ".join(terms(f"{match[1]} {match[2]}")) for match in _SHARED.finditer(text))
    return "".join((joined, *(f"| {name} " for name in shared)))


class Name(NamedTuple):
    """A name as it is looked for: its terms in a row, or, for a phrase that no lexicon knows, anywhere.

    Where its stem is another word's, `beginning` is what a text must hold as well: "thyroiditi" for "thyroid", "evenity" for "even".
    """

    key: str
    loose: bool
    beginning: str = ""


class Topic(NamedTuple):
    """A thing that the question names: its names, its weight (idf), and in how many passages it stands."""

    concept: Concept
    names: tuple[Name, ...]
    weight: float
    passages: int

    @property
    def known(self) -> bool:
        """Tell whether more than one name is known for it."""
        return len(self.concept.names) > 1

    @property
    def misread(self) -> bool:
        """Tell whether the passages that hold its stem may hold other words: "sinus" of "sinusitis"."""
        return any(name.beginning for name in self.names)


class Topics:
    """The things that a question names, weighed by their rarity in an index of `passage_count` passages.

    A thing weighs ln(1 + N / (df + 0.5)), df being that of its commonest name, and a name's that of its rarest term.
    """

    def __init__(self, query: Query, frequency: Callable[[Sequence[str]], list[int]], passage_count: int) -> None:
        facets = query.facets
        self._question = query.text
        self.interventions = tuple(range(len(facets.interventions)))
        self.conditions = tuple(range(len(self.interventions), len(self.interventions) + len(facets.conditions)))
        concepts = (*facets.interventions, *facets.conditions, *facets.others, *facets.populations)
        self.populations = tuple(range(len(concepts) - len(facets.populations), len(concepts)))
        self.all = tuple(_topic(concept, frequency, passage_count) for concept in concepts)
        self.mass = sum(topic.weight for topic in self.all)
        self.rarest = idf(0, passage_count)  # the idf of what no passage holds
        self.strange_words = frequency(list(dict.fromkeys(term for concept in concepts for term in terms(concept.text)))).count(0)
        self.qualified = self._beside(query.text)
        self._covered: dict[str, frozenset[int]] = {}
        self._sets: dict[frozenset[int], frozenset[int]] = {}  # of several hundred texts, which name the same few things
        self._in_capitals = tuple((place, name) for place, topic in enumerate(self.all) for name in topic.concept.names if name.isupper() and not terms(name))  # "WHO"
        self._sought = tuple((place, topic.concept, *_sought(topic)) for place, topic in enumerate(self.all))

    def _beside(self, question: str) -> tuple[tuple[int, int], ...]:
        """Return each condition with what stands right beside it in the question and may say which kind of it is meant: another
        thing on either side, or a condition before it ("bipolar depression").
        """
        conditions, others = frozenset(self.conditions), frozenset(self.others)
        found = [(m.start(), m.end(), place) for place, topic in enumerate(self.all) if (m := _standing(topic.concept.text, question))]
        pairs = []
        for (_, end, left), (start, _, right) in pairwise(sorted(found)):
            if question[end:start] in {" ", "-"}:
                pairs += [(c, o) for c, o in ((left, right), (right, left)) if c in conditions and (o in others or (o == left and o in conditions))]
        return (*pairs, *((c, o) for c in self.conditions for o in self.others if self.is_type(c, o)))

    def is_type(self, condition: int, other: int) -> bool:
        """Tell whether one thing asked about is a numbered type of another ("Usher syndrome type 2C")."""
        return self.all[other].concept.text.startswith(f"{self.all[condition].concept.text} ")

    @cached_property
    def name_terms(self) -> frozenset[str]:
        """Return the search terms of every name of what is asked about."""
        return frozenset(term for topic in self.all for name in topic.names for term in name.key.split())

    @property
    def others(self) -> tuple[int, ...]:
        """Return the places of what is neither intervention, condition nor population."""
        return tuple(range(len(self.interventions) + len(self.conditions), len(self.all) - len(self.populations)))

    @cached_property
    def named(self) -> tuple[int, ...]:
        """Return the places of all that is no everyday word, or of everything where that leaves nothing."""
        places = tuple(place for place, topic in enumerate(self.all) if not topic.concept.everyday)
        return places or tuple(range(len(self.all)))

    @cached_property
    def held(self) -> tuple[str, ...]:
        """Return every name of what the question says that its person has, or is."""
        has = (concept for place, topic in enumerate(self.all) if place not in self.interventions and not (concept := topic.concept).everyday)
        return tuple(name for concept in has for name in concept.own_names if not lacks((name,), self._question))

    @cached_property
    def named_mass(self) -> float:
        """Return the weight of all that is named, 1 where nothing weighs."""
        return sum(self.all[place].weight for place in self.named) or 1.0

    @cached_property
    def unknown_share(self) -> float:
        """Return the share of that weight which no passage of the index names."""
        return sum(self.all[place].weight for place in self.named if self.all[place].passages == 0) / self.named_mass

    @cached_property
    def of_a_condition_alone(self) -> bool:
        """Tell whether a question names one or more conditions and nothing beside ("symptoms of gout")."""
        return bool(self.conditions) and not (self.interventions or self.populations) and all(self.all[place].concept.everyday for place in self.others)

    @cached_property
    def special(self) -> tuple[int, ...]:
        """Return the places of people who are treated otherwise than adults at large."""
        return tuple(place for place in self.populations if not _SPECIAL.isdisjoint(name.lower() for name in self.all[place].concept.names))

    @property
    def anchors(self) -> tuple[int, ...]:
        """Return the places of what an answer must be about: interventions and conditions, else whatever is named."""
        return (*self.interventions, *self.conditions) or self.others or self.populations

    def covered(self, *texts: str) -> frozenset[int]:
        """Return the places of the things that any of the texts names."""
        found: frozenset[int] = frozenset()
        for text in texts:
            held = self._covered.get(text)
            if held is None:  # titles and headings are those of many sentences
                held = self._named_by(text)
                held = self._covered[text] = self._sets.setdefault(held, held)
            found = found | held if found else held
        return found

    def _named_by(self, text: str) -> frozenset[int]:
        joined = joined_terms(text)
        holds = joined.__contains__
        return frozenset(
            [place for place, name in self._in_capitals if name in text]
            + [
                place
                for place, concept, keys, loose, begun, beside in self._sought
                if (
                    any(map(holds, keys))
                    or (loose and any(all(map(holds, parts)) for parts in loose))
                    or (begun and any(holds(key) and beginning in text.lower() for key, beginning in begun))
                )
                and not _is_short_form_of_another(concept, text)
                and not (beside and _is_beside(keys, beside, joined))
            ]
        )

    def named_in(self, text: str, places: frozenset[int]) -> str | None:
        """Return what a reader looks for in a text: the longest name of an intervention, else a condition, else another thing."""
        for kind in (self.interventions, self.conditions, self.others):
            names = [name for place in kind if place in places for name in self.all[place].concept.names]
            found = [match.group() for name in names if (match := written(name, text))]
            if found:
                return max(found, key=len)
        return None

    def share_of(self, places: Sequence[int], covered: frozenset[int]) -> float:
        """Return how much of the weight of things at these places is covered, 0 to 1."""
        mass = sum(self.all[place].weight for place in places)
        return sum(self.all[place].weight for place in places if place in covered) / mass if mass else 0.0

    def share(self, covered: frozenset[int]) -> float:
        """Return how much of the question's weight is covered, 0 to 1."""
        return sum(self.all[place].weight for place in covered) / self.mass if self.mass else 0.0


def _sought(topic: Topic) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return what joined terms are searched for: the keys of names, the terms of those that need not stand in a row, keys with
    what the text must hold as it is written, and the keys of longer names that are another thing's.
    """
    names = topic.names
    return (
        (*(f" {name.key} " for name in names if not name.beginning), *(f" {key_of(name)} " for name in topic.concept.members)),
        tuple(tuple(f" {term} " for term in name.key.split()) for name in names if name.loose),
        tuple((f" {name.key} ", name.beginning) for name in names if name.beginning),
        tuple(f" {key_of(name)} " for name in topic.concept.beside),
    )


def _is_beside(keys: Sequence[str], beside: Sequence[str], joined: str) -> bool:
    """Tell whether joined terms hold names of a thing only within longer names of other members of its class."""
    left = joined
    for longer in beside:
        left = left.replace(longer, " | ")
    return left != joined and not any(map(left.__contains__, keys))


def _is_short_form_of_another(concept: Concept, text: str) -> bool:
    """Tell whether a text writes a short everyday word of the question in capitals alone: "FIT" is a test, and no fit."""
    word = concept.text
    if len(word) > SHORT or not word.islower() or not word.isalpha():
        return False
    return word.upper() in text and _written_so(word, text) is None and not any(written(name, text) for name in concept.names if name.lower() != word)


def _written_so(word: str, text: str) -> re.Match[str] | None:
    """Return where a text writes a word in small letters, with a capital at most at its beginning."""
    return re.search(rf"\b[{word[0]}{word[0].upper()}]{word[1:]}", text)


def only_compared_with(topics: Topics, places: Collection[int], text: str) -> bool:
    """Tell whether a text names things only as what another is set against: "more frequent with A than with B"."""
    names = [name for place in places for name in topics.all[place].concept.names]
    found = [match for name in names if (match := written(name, text))]
    return bool(found) and all(_AGAINST_WHAT.search(text[: match.start()]) for match in found)


_AGAINST_WHAT = lazy_pattern(r"\b(?:than|versus|vs\.?|compared (?:with|to)|(?:inferior|superior|equal|equivalent|similar) to|non-?inferior\w* to)\s+(?:with\s+|for\s+|the\s+|those\s+\w+\s+)?$", re.IGNORECASE)


def written(name: str, text: str) -> re.Match[str] | None:
    """Return where a text writes a name, in the plural too."""
    if text.isascii() and name.isascii() and name.lower() not in text.lower():  # as most do not
        return None
    return _name_pattern(name).search(text)


@lru_cache(maxsize=4_096)
def _name_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?:e?s)?(?!\w)", re.IGNORECASE)


def _standing(text: str, question: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", question)


def idf(passages: int, passage_count: int) -> float:
    """Return how rare it is to stand in so many of the passages: ln(1 + N / (df + 0.5))."""
    return math.log(1 + passage_count / (passages + 0.5))


_TWO_DRUGS = lazy_pattern(r"[A-Za-z]{5,}[-/][A-Za-z]{5,}")  # "insulin-glucose": what tells of insulin in glucose tells of it


def _topic(concept: Concept, frequency: Callable[[Sequence[str]], list[int]], passage_count: int) -> Topic:
    known = len(concept.names) > 1
    names = []
    commonest = 0
    for name in concept.names:
        found = terms(name)
        if not found:
            continue
        loose = len(found) >= LONG_NAME or _TWO_DRUGS.fullmatch(name) is not None or (not known and len(found) > 1 and all(len(term) > 2 for term in found))  # noqa: PLR2004 "hepatitis C" is no bag
        names.append(Name(" ".join(found), loose, _beginning(name, found, known=known)))
        commonest = max(commonest, min(frequency(found)))
    return Topic(concept, tuple(dict.fromkeys(names)), idf(commonest, passage_count), commonest)


def _beginning(name: str, found: Sequence[str], *, known: bool) -> str:
    """Return what tells a name of one word from another word of its stem: of an inflammation all but its last letter, a name with a capital."""
    word = name.lower()
    if len(found) > 1 or found[0] == word or not word.isalpha():
        return ""
    if word.endswith("itis"):
        return word[:-1]  # "thyroiditides"
    return word if known and name[0].isupper() and not name.isupper() and len(word) >= len(found[0]) + ENDING else ""
