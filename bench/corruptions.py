"""Statements in; faithful rewordings and wrong ones, each of a named kind, out. The word lists are not those of ragqa.verify."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Case(NamedTuple):
    """A sentence with the quotes that it cites."""

    kind: str  # "faithful", or the kind of corruption
    sentence: str
    quotes: tuple[str, ...]


Rule = tuple[str, str]

_REWORDINGS: tuple[Rule, ...] = (
    (r"\bcompared with\b", "versus"), (r"\bcompared to\b", "compared with"), (r"\bpercent\b", "%"), (r"(?<=\d)%", " percent"), (r"\brecommends\b(?! against)", "advises"),
    (r"\breduced\b", "lowered"), (r"\breduces\b", "lowers"), (r"\bincreased\b", "raised"), (r"\bincreases\b", "raises"), (r"\bparticipants\b", "patients"),
    (r"\badverse events\b", "side effects"), (r"\babout (?=\d)", "around "), (r"\btwice daily\b", "two times a day"), (r"\baged (\d+) years or older\b", r"at least \1 years old"),
    (r"\bolder than (\d+)", r"above \1"), (r"\bhaemorrhage\b", "bleeding"), (r"\bmyocardial infarction\b", "heart attack"), (r"\bhypertension\b", "high blood pressure"),
    (r"\bdoes not\b", "doesn't"), (r"\bis not\b", "isn't"), (r"\bwas similar\b", "was comparable"), (r"\bfewer\b", "less frequent"), (r"\bin people with\b", "among people with"),
    (r"\bin adults with\b", "among adults with"), (r"\bwithin (\d)", r"in less than \1"), (r"\bat least (\d)", r"no less than \1"), (r"\bup to (\d)", r"at most \1"),
    (r"\bmonths\b", "mo"), (r"(?<=\d) hours\b", " h"), (r"\bshould be\b", "needs to be"), (r"\bbefore\b", "prior to"), (r"\bmore common\b", "more frequent"), (r"\boccurred in\b", "was seen in"),
    (r"\blowers\b", "reduces"), (r"\bfound no\b", "did not find any"), (r"\btreatment\b", "therapy"), (r"\btreated with\b", "given"), (r"\breports\b", "describes"), (r"\bmg per day\b", "mg daily"),
    (r"\bimproved\b", "made better"), (r"\bchildren\b", "paediatric patients"), (r"\bolder adults\b", "elderly adults"), (r"\bmortality\b", "deaths"), (r"\bkidney\b", "renal"),
    (r"\bsuggests against\b", "advises against, conditionally,"), (r"\brisk of\b", "likelihood of"), (r"\bfirst-line\b", "first line"), (r"\busing\b", "with the use of"),
)  # fmt: skip
_LEADS = ("According to the source, ", "The evidence is that ", "In this summary, ", "")
_UNITS: tuple[Rule, ...] = (
    (r"(?<=\d) mg\b(?!/)", " g"), (r"(?<=\d) mg/dL\b", " mmol/L"), (r"(?<=\d) mmol/L\b", " mg/dL"), (r"(?<=\d) hours\b", " days"), (r"(?<=\d) weeks\b", " months"), (r"(?<=\d) months\b", " years"),
    (r"(?<=\d) years\b", " months"), (r"(?<=\d) days\b", " weeks"), (r"(?<=\d) minutes\b", " hours"), (r"(?<=\d) mcg\b", " mg"), (r"(?<=\d) g\b", " mg"), (r"(?<=\d) mL\b", " L"),
    (r"(?<=\d) ?(?:percent|%)", " per 1,000"), (r"(?<=\d) mg/kg\b", " mcg/kg"), (r"(?<=\d) mmHg\b", " mmol/L"), (r"(?<=\d) points\b", " percent"),
)  # fmt: skip
_NEGATIONS: tuple[Rule, ...] = (
    (r"\bdid not (\w+)", r"did \1"), (r"\bdoes not (\w+)", r"does \1"), (r"\bwas not\b", "was"), (r"\bwere not\b", "were"), (r"\bis not\b", "is"), (r"\bare not\b", "are"), (r"\bshould not\b", "should"),
    (r"\brecommends against\b", "recommends"), (r"\bsuggests against\b", "suggests"), (r"\badvises against\b", "advises"), (r"\bno significant\b", "a significant"), (r"\bfound no\b", "found"), (r"\bno better\b", "better"),
    (r"\breports no\b", "reports"), (r"\bwithout\b", "with"), (r"\brecommends\b", "recommends against"), (r"\bsuggests\b", "suggests against"), (r"\bshould be\b", "should not be"), (r"\bis\b", "is not"), (r"\bare\b", "are not"),
    (r"\bwas\b", "was not"), (r"\bwere\b", "were not"), (r"\b(reduced|lowered|increased|improved)\b", r"did not change, as opposed to \1,"), (r"\bcan\b", "cannot"), (r"\boccurred\b", "did not occur"),
)  # fmt: skip
_DIRECTIONS: tuple[Rule, ...] = (
    (r"\breduced\b", "increased"), (r"\breduces\b", "increases"), (r"\breduce\b", "increase"), (r"\blowered\b", "raised"), (r"\blowers\b", "raises"), (r"\blower\b", "higher"), (r"\bhigher\b", "lower"),
    (r"\bincreased\b", "decreased"), (r"\bincreases\b", "decreases"), (r"\braised\b", "lowered"), (r"\bmore\b", "fewer"), (r"\bfewer\b", "more"), (r"\bless\b", "more"), (r"\bimproved\b", "worsened"), (r"\bimproves\b", "worsens"),
    (r"\bbetter\b", "worse"), (r"\bbenefit\b", "harm"), (r"\bbefore\b", "after"), (r"\bafter\b", "before"), (r"\bgreater\b", "smaller"), (r"\bbelow (?=\d)", "above "), (r"\babove (?=\d)", "below "), (r"\bat least (?=\d)", "at most "),
)  # fmt: skip
_DRUGS = ["warfarin", "apixaban", "rivaroxaban", "dabigatran", "enoxaparin", "aspirin", "clopidogrel", "ticagrelor", "metformin", "empagliflozin", "dapagliflozin", "semaglutide", "insulin", "atorvastatin", "rosuvastatin", "ezetimibe", "amlodipine", "lisinopril", "perindopril", "losartan", "indapamide", "spironolactone", "bisoprolol", "verapamil", "furosemide", "tolvaptan", "amoxicillin", "doxycycline", "vancomycin", "fidaxomicin", "metronidazole", "nitrofurantoin", "trimethoprim", "ceftriaxone", "azithromycin", "prednisolone", "dexamethasone", "salbutamol", "budesonide", "formoterol", "tiotropium", "ibuprofen", "naproxen", "paracetamol", "acetaminophen", "morphine", "buprenorphine", "methadone", "naltrexone", "sertraline", "fluoxetine", "duloxetine", "pregabalin", "gabapentin", "levetiracetam", "valproate", "lamotrigine", "sumatriptan", "propranolol", "topiramate", "allopurinol", "febuxostat", "colchicine", "alendronate", "denosumab", "zoledronate", "adrenaline", "epinephrine", "oxytocin", "tranexamic", "finasteride", "minoxidil", "bulevirtide", "tenofovir", "remestemcel", "alteplase", "tenecteplase", "omeprazole", "bismuth", "tetracycline", "clarithromycin", "levothyroxine", "methimazole", "carbimazole", "ribavirin", "remdesivir", "favipiravir", "lactulose", "rifaximin", "terlipressin", "albumin", "magnesium", "labetalol", "nifedipine", "hydralazine", "ketamine", "haloperidol", "quetiapine", "lithium"]  # fmt: skip
_POPULATIONS: tuple[Rule, ...] = (
    (r"\badults\b", "children"), (r"\bchildren\b", "adults"), (r"\bwomen\b", "men"), (r"\bmen\b", "women"), (r"\binfants\b", "adults"), (r"\bpregnant women\b", "women"), (r"\bolder adults\b", "children"),
    (r"\b(?:in|for|among) (?:\w+ ){0,2}(?:adults|people|patients|women|men|children|survivors|persons) (?:with|aged|who) [\w ,-]+?(?=[.,;(]|$| (?:in|at|after|and|compared|the|did|was|were) )", "in all patients"),
    (r"\b(?:in|for|among) (?:adults|people|patients|women|children|participants)\b", "in everyone"), (r"\bpeople\b", "pregnant women"), (r"\bpatients\b", "newborns"),
)  # fmt: skip
_STRENGTHS: tuple[Rule, ...] = (
    (r"\bsuggests\b(?! against)", "strongly recommends"), (r"\bmay\b", "will always"), (r"\bcan\b", "must"), (r"\bmight\b", "will certainly"), (r"\brecommends\b(?! against)", "states that it is mandatory to use"),
    (r"\bconditional recommendation\b", "strong recommendation"), (r"\blow[- ](certainty|quality)", r"high-\1"), (r"\bmoderate[- ](certainty|quality)", r"high-\1"), (r"\bsuggests against\b", "definitively prohibits"),
    (r"\b(reduced|lowered|improved|increased)\b", r"conclusively \1"), (r"\bis\b", "is proven to be"), (r"\bappears to be\b", "is definitely"), (r"\bshould\b", "must always"),
)  # fmt: skip


def faithful(statement: str, rng: random.Random) -> str | None:
    """Return the statement in other words that mean the same, None where no rule changes it."""
    text = statement
    rules = [rule for rule in _REWORDINGS if re.search(rule[0], text)]
    rng.shuffle(rules)
    for pattern, other in rules[: rng.randint(1, 4)]:
        text = re.sub(pattern, other, text, count=1)
    text = _rearranged(text, rng)
    return _sentence(text) if _sentence(text) != statement else None


def _rearranged(text: str, rng: random.Random) -> str:
    front = re.match(r"^(In|Among|For) ([^,]{5,70}), (.+)\.$", text)
    if front and rng.random() < 0.6 and front[3].count(",") == 0 and "(" not in front[3]:
        body = front[3][0].upper() + front[3][1:]
        return f"{body} {front[1].lower()} {front[2]}."
    active = re.match(r"^((?:[A-Z][\w/.-]*)(?: [A-Z0-9][\w/.-]*){0,3}) (?:recommends|advises) (?!that|against|not|to )([^,(]+?)( for [^,(]+)?\.$", text)
    if active and rng.random() < 0.7:
        return f"{active[2][0].upper()}{active[2][1:]} is recommended by {active[1]}{active[3] or ''}."
    tail = re.match(r"^(.+) \((?![^)]*(?:low|weak|conditional|uncertain))[^()]+\)\.$", text)
    if tail and rng.random() < 0.6:
        return f"{tail[1]}."
    return rng.choice(_LEADS) + text


def number(statement: str, rng: random.Random) -> str | None:
    """Change one number."""
    places = [m for m in re.finditer(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w-]|[.,]\d)", statement) if not 1950 < float(m.group()) < 2030]
    if not places:
        return None
    match = rng.choice(places)
    value = float(match.group())
    decimals = len(match.group().split(".")[1]) if "." in match.group() else 0
    step = max(10.0**-decimals, round(value * rng.choice((0.1, 0.25, 0.5, 1.0)), decimals))
    changed = value + step if rng.random() < 0.5 or value - step <= 0 else value - step
    return statement[: match.start()] + f"{changed:.{decimals}f}" + statement[match.end() :]


def drug(statement: str, rng: random.Random) -> str | None:
    """Put another drug in the place of one."""
    places = [m for m in re.finditer(r"[A-Za-z]+", statement) if m.group().lower() in _DRUGS]
    if not places:
        return None
    match = rng.choice(places)
    other = rng.choice([d for d in _DRUGS if d not in statement.lower() and {d, match.group().lower()} != {"paracetamol", "acetaminophen"} and {d, match.group().lower()} != {"adrenaline", "epinephrine"}])
    other = other.capitalize() if match.group()[0].isupper() else other
    return statement[: match.start()] + other + statement[match.end() :]


def _by(rules: Sequence[Rule]) -> Callable[[str, random.Random], str | None]:
    def corrupt(statement: str, rng: random.Random) -> str | None:
        fitting = [rule for rule in rules if re.search(rule[0], statement)]
        if not fitting:
            return None
        pattern, other = rng.choice(fitting)
        places = list(re.finditer(pattern, statement))
        match = rng.choice(places)
        return statement[: match.start()] + match.expand(other) + statement[match.end() :]

    return corrupt


CORRUPTIONS: dict[str, Callable[[str, random.Random], str | None]] = {
    "number": number,
    "unit": _by(_UNITS),
    "negation": _by(_NEGATIONS),
    "direction": _by(_DIRECTIONS),
    "drug": drug,
    "population": _by(_POPULATIONS),
    "strength": _by(_STRENGTHS),
}


def merged(one: str, other: str) -> str | None:
    """Return the beginning of one statement with the end of another, as if one source said it."""
    cut = re.search(r" (?:reduced|lowered|increased|improved|recommends|suggests|is|are|was|were|did|does|should|has|can|may) ", one)
    join = re.search(r" (?:reduced|lowered|increased|improved|recommends|suggests|is|are|was|were|did|does|should|has|can|may) ", other)
    if cut is None or join is None:
        return None
    head = set(re.findall(r"\w{3,}", one[: cut.start()].lower()))
    if len(head - set(re.findall(r"\w{3,}", other.lower()))) < 2:  # else the second statement may bear it alone
        return None
    return one[: cut.start()] + other[join.start() :]


def _sentence(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text[0].upper() + text[1:]
