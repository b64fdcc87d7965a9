"""Statements in; faithful rewordings and wrong ones, each of a named kind, out. The word lists are not those of ragqa.verify."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

RIGHT = ("faithful", "freer")


class Case(NamedTuple):
    """A sentence with the quotes that it cites."""

    kind: str  # one of RIGHT, or the kind of corruption
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
_FREER: tuple[Rule, ...] = (
    (r"\bphysicians\b", "doctors"), (r"\bclinicians\b", "doctors"), (r"\bmedications?\b", "medicine"), (r"\binitiating\b", "starting"), (r"\binitiated\b", "started"), (r"\bdiscontinued\b", "stopped"),
    (r"\bdiscontinuing\b", "stopping"), (r"\bis associated with\b", "is linked to"), (r"\bwas associated with\b", "was linked to"), (r"\brare\b", "uncommon"), (r"\bapproximately (?=\d)", "about "), (r"\badverse effects\b", "unwanted effects"),
    (r"\btwo(?= \w)", "2"), (r"\bthree(?= \w)", "3"), (r"\bfour(?= \w)", "4"), (r"\bonce daily\b", "once a day"), (r"\bevery day\b", "daily"), (r"\b(\d+) to (\d+)\b(?! [a-z]+ (?:to|and))", r"\1-\2"), (r"\bvomiting\b", "emesis"), (r"\bfever\b", "pyrexia"),
    (r"\bcompared with\b", "in comparison with"), (r"\bconfirmed\b", "verified"), (r"\bhospitalised\b", "admitted to hospital"), (r"\bmay\b", "might"), (r"\bchildbirth\b", "delivery"), (r"\brequires\b", "needs"), (r"\blasting\b", "that lasts"),
    (r"\bpersists\b", "continues"), (r"\bnot suitable\b", "unsuitable"), (r"\bshortens\b", "reduces"), (r"\bincluding\b", "among them"), (r"\bhelps\b", "aids"), (r"\bolder people\b", "elderly people"), (r"\bwomen who are pregnant\b", "pregnant women"), (r"\bnot recommended\b", "not advised"),
)  # fmt: skip
"""Wordings that nobody looked at when the verifier's lists were written. Some mean the same to a person and to no list."""
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
_CAUSES: tuple[Rule, ...] = (
    (r"\b(?:is|are) associated with\b", "causes"), (r"\b(?:was|were) associated with\b", "caused"), (r"\bassociated with\b", "caused by"), (r"\b(?:is|are|was|were) linked (?:to|with)\b", "leads to"), (r"\blinked (?:to|with)\b", "due to"),
    (r"\b(?:a )?risk factors? for\b", "the cause of"), (r"\bwas seen in\b", "was caused in"), (r"\boccurred in\b", "was induced in"), (r"\b(?:was|were|is|are) more common (?:with|in|among)\b", "resulted from"), (r"\bcorrelat\w+ with\b", "results in"),
    (r"\brisk of\b", "harm due to"), (r"\b(?:reported|recorded|observed) (?:in|with)\b", "triggered in"),
)  # fmt: skip
_ORDINALS: tuple[Rule, ...] = (
    (r"\bfirst\b", "second"), (r"\bsecond\b", "first"), (r"\bthird\b", "second"), (r"\bfirst-line\b", "second-line"), (r"\bsecond-line\b", "first-line"), (r"\bthird-line\b", "first-line"), (r"\bprimary\b", "secondary"), (r"\bsecondary\b", "primary"),
    (r"\binitial\b", "subsequent"), (r"\b(step|stage|phase|type|class|grade|level) 1\b", r"\1 2"), (r"\b(step|stage|phase|type|class|grade|level) 2\b", r"\1 1"), (r"\b(step|stage|phase|grade) 3\b", r"\1 2"), (r"\b(step|stage|grade) 4\b", r"\1 3"), (r"\bclass I\b", "class II"),
)  # fmt: skip
_COMPARISONS: tuple[Rule, ...] = (
    (r"\bas effective as\b", "more effective than"), (r"\b(?:is|are|was|were) similar to\b", "was better than"), (r"\bsimilar\b", "superior"), (r"\bnon-?inferior\b", "superior"), (r"\bno more (\w+) than\b", r"more \1 than"), (r"\bno better than\b", "better than"), (r"\bmore effective than\b", "as effective as"),
    (r"\bbetter\b", "best"), (r"\beffective\b", "most effective"), (r"\blower\b", "lowest"), (r"\bhigher\b", "highest"), (r"\bmore\b(?! than \d)", "most"), (r"\bgreater\b", "greatest"), (r"\ban option\b", "the best option"), (r" (?:more|less|fewer) than [a-z]+\b", ""), (r" (?:compared (?:with|to)|versus) [a-z]+(?: [a-z]+)?\b", ""),
    (r"\bmost\b", "all"), (r"\bsome\b", "most"), (r"\boften\b", "usually"), (r"\bmany\b", "most"),
)  # fmt: skip
_RANGES: tuple[Rule, ...] = (
    (r"\b\d+(?:\.\d+)? to (?=\d)", ""), (r"(?<=\d) to \d+(?:\.\d+)?\b", ""), (r"\bbetween (\d[\d./]*) and (\d[\d./]*)", r"above \1"), (r"\bbetween (\d[\d./]*) and (\d[\d./]*)", r"up to \2"), (r"\bup to (?=\d)", ""), (r"\bat least (?=\d)", ""), (r"\bwithin (?=\d)", "after "), (r"\b(?<!in )(?:below|under|less than) (?=\d)", "up to "),
    (r"\b(\d+) years or older\b", r"\1 years"), (r"(?<!\+ )\bor (?:more|higher)\b", ""),
)  # fmt: skip
_RESTRICTORS = ["severe", "moderate", "mild", "acute", "chronic", "prior", "previous", "recurrent", "refractory", "resistant", "symptomatic", "asymptomatic", "newly diagnosed", "early", "late", "advanced", "suspected", "confirmed", "uncomplicated", "low-dose", "high-dose", "oral", "intravenous", "topical", "inhaled", "nasal", "short-term", "long-term", "stable", "unstable", "persistent", "primary", "secondary", "older", "pregnant", "hospitalised", "healthy", "relative", "absolute", "mean", "median", "major", "clinically significant", "active", "localised", "metastatic", "routine", "routinely", "initial", "additional", "second", "first"]  # fmt: skip
_JUDGEMENTS = [
    "safely",
    "quickly",
    "reliably",
    "completely",
    "permanently",
    "cheaply",
    "easily",
    "remarkably",
    "consistently",
    "painlessly",
    "immediately",
    "usually",
    "directly",
    "greatly",
    "fully",
]


def faithful(statement: str, rng: random.Random) -> str | None:
    """Return the statement in other words that mean the same, None where no rule changes it."""
    text = statement
    rules = [rule for rule in _REWORDINGS if re.search(rule[0], text)]
    rng.shuffle(rules)
    for pattern, other in rules[: rng.randint(1, 4)]:
        text = re.sub(pattern, other, text, count=1)
    text = _rearranged(text, rng)
    return _sentence(text) if _sentence(text) != statement else None


def freer(statement: str, rng: random.Random) -> str | None:
    """Return the statement as someone else would say it: other words, its people first, or the first of its clauses alone."""
    text = statement
    rules = [rule for rule in (*_FREER, *_REWORDINGS) if re.search(rule[0], text)]
    rng.shuffle(rules)
    for pattern, other in rules[: rng.randint(2, 5)]:
        text = re.sub(pattern, other, text, count=1)
    half = re.match(
        r"^([^;]{30,}?)(?:;|, and (?=\w+ (?:\w+ )?(?:is|are|was|were|should|does|did|recommends|suggests)\b)) ?[^()]+\.$",
        text,
    )
    if (
        half
        and rng.random() < 0.5
        and not re.search(r"\b(?:both|either|between|if|unless|but|low|weak|certainty)\b", text)
    ):
        text = f"{half[1]}."
    back = re.match(
        r"^([A-Z][^,;:]{20,}?) ((?:in|among|for) (?:adults|people|patients|children|women|men|infants)(?: [^,;:()]{3,60})?)\.$",
        text,
    )
    if back and rng.random() < 0.6 and not re.search(r"\b(?:than|versus|compared|for|in|among)\b", back[2][3:]):
        text = f"{back[2][0].upper()}{back[2][1:]}, {_inside(back[1])}."
    elif rng.random() < 0.4:
        text = f"{rng.choice(('The source says that', 'It is reported that', 'As described,', 'The guidance notes that'))} {_inside(text)}"
    return _sentence(text) if _sentence(text) != statement else None


def _inside(text: str) -> str:
    """Return a sentence's text as it stands inside another."""
    first = text.split(maxsplit=1)[0]
    return (
        text[0].lower() + text[1:]
        if first
        in {
            "The",
            "A",
            "An",
            "In",
            "For",
            "Most",
            "Some",
            "People",
            "Patients",
            "Adults",
            "Children",
            "After",
            "Among",
            "When",
            "If",
            "Women",
            "No",
        }
        else text
    )


def _rearranged(text: str, rng: random.Random) -> str:
    front = re.match(r"^(In|Among|For) ([^,]{5,70}), (.+)\.$", text)
    if front and rng.random() < 0.6 and front[3].count(",") == 0 and "(" not in front[3]:
        body = front[3][0].upper() + front[3][1:]
        return f"{body} {front[1].lower()} {front[2]}."
    active = re.match(
        r"^((?:[A-Z][\w/.-]*)(?: [A-Z0-9][\w/.-]*){0,3}) (?:recommends|advises) (?!that|against|not|to )([^,(]+?)( for [^,(]+)?\.$",
        text,
    )
    if active and rng.random() < 0.7:
        return f"{active[2][0].upper()}{active[2][1:]} is recommended by {active[1]}{active[3] or ''}."
    tail = re.match(r"^(.+) \((?![^)]*(?:low|weak|conditional|uncertain))[^()]+\)\.$", text)
    if tail and rng.random() < 0.6:
        return f"{tail[1]}."
    lead = rng.choice(_LEADS)
    return lead + _inside(text) if lead else text


def number(statement: str, rng: random.Random) -> str | None:
    """Change one number."""
    places = [
        m
        for m in re.finditer(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w-]|[.,]\d)", statement)
        if not 1950 < float(m.group()) < 2030
    ]
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
    other = rng.choice(
        [
            d
            for d in _DRUGS
            if d not in statement.lower()
            and {d, match.group().lower()} != {"paracetamol", "acetaminophen"}
            and {d, match.group().lower()} != {"adrenaline", "epinephrine"}
        ]
    )
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


def restrictor(statement: str, rng: random.Random) -> str | None:
    """Leave out a word or a phrase that narrows who, what, when or how."""
    words = list(re.finditer(rf"\b(?:{'|'.join(_RESTRICTORS)}) (?=[a-z])", statement))
    phrases = list(
        re.finditer(
            r" (?:in|for|among|during|after|before|within|with|without|at|from|aged|despite|on) [\w%/.-]+(?: [\w%/-]+){0,6}(?=[,;.]$|[,;.] )",
            statement,
        )
    )
    fitting = [m for m in (*words, *phrases) if len(statement) - len(m.group()) > 30]
    if not fitting:
        return None
    match = rng.choice(fitting)
    left = statement[: match.start()] + statement[match.end() :]
    return _sentence(left) if re.search(r"[a-z]{3}", left) else None


def added(statement: str, rng: random.Random) -> str | None:
    """Bring in one word of judgement."""
    places = list(
        re.finditer(
            r"(?<=[a-z]) (?=(?:reduc|increas|lower|improv|reliev|prevent|recommend|suggest|is |are |was |were |should |may |can )\w*)",
            statement,
        )
    )
    if not places:
        return None
    match = rng.choice(places)
    return f"{statement[: match.end()]}{rng.choice(_JUDGEMENTS)} {statement[match.end() :]}"


_HEDGES: tuple[Rule, ...] = (
    (r"\b(?:may|might) (?=[a-z])", ""), (r"\bappears? to (?:be )?", ""), (r"\babout (?=\d)", ""), (r"\b(?:likely|probably|possibly|usually|generally|often) (?=[a-z])", ""), (r"\bvery (?=low|uncertain|small)", ""),
    (r"\bconsidering ", ""), (r"\b(?:nearly|almost) ", ""), (r"\bconditional ", ""), (r"\b(?:low|moderate)-(?:certainty|quality) ", ""), (r"\bsuggests that\b", "shows that"), (r"\bcan (?=[a-z])", "will "),
)  # fmt: skip
_MODALITIES: tuple[Rule, ...] = (
    (r"\bmay\b", "should"), (r"\bcan\b", "should"), (r"\bshould\b", "has to"), (r"\bis (?=\w+ed\b)", "has to be "), (r"\bare (?=\w+ed\b)", "will be "), (r"\brecommends considering\b", "recommends"), (r"\bif possible,? ?", ""),
)  # fmt: skip
_TIMES: tuple[Rule, ...] = (
    (r"\bwas\b", "is"), (r"\bwere\b", "are"), (r"\b(reduc|improv|increas|rais)ed\b", r"\1es"), (r"\b(lower|show|report|remain)ed\b", r"\1s"), (r"\bduring\b", "after"), (r"\buntil\b", "after"), (r"\bbefore\b", "during"), (r"\bsince\b", "until"),
    (r" (?:at|after|for|over|within|in) (?:about |a median of )?\d+(?: to \d+)? (?:hours|days|weeks|months|years)\b", ""), (r"\bat (?=\d+ (?:days|weeks|months|years))", "for "),
)  # fmt: skip
_JOINTS: tuple[Rule, ...] = (
    (r",? and (?=[a-z])", " because of "), (r",? and (?=[a-z])", " or "), (r",? and (?=[a-z])", " with "), (r",? or (?!more\b|longer\b|higher\b|older\b|above\b|less\b|lower\b|later\b)(?=[a-z])", " and "), (r"; ", " because "), (r",? but (?=[a-z])", " so "), (r", which ", ", because it "), (r" with (?=[a-z])", " without "),
)  # fmt: skip
_FREQUENCIES: tuple[Rule, ...] = (
    (r"\bonce\b", "twice"), (r"\btwice\b", "once"), (r"\bdaily\b", "weekly"), (r"\ba day\b", "an hour"), (r"\bevery (\d+) hours\b", r"every \1 days"), (r"\bweekly\b", "daily"), (r"\bper day\b", "per dose"), (r"\bevery year\b|\bannually\b|\byearly\b", "monthly"),
    (r"\bas a single dose\b", "daily"), (r"\bthree times\b", "four times"), (r" (?:once|twice) (?:daily|a day|weekly)\b", ""),
)  # fmt: skip
_MEASURES: tuple[Rule, ...] = (
    (r"\bhazard ratio\b", "odds ratio"), (r"\bodds ratio\b", "risk ratio"), (r"\brelative risk\b", "absolute risk"), (r"\babsolute risk\b", "relative risk"), (r"\brisk ratio\b", "odds ratio"), (r"(?<=\d)%(?! CI)", " percentage points"),
    (r"(?<=\d) percentage points", "%"), (r"\bmedian\b", "mean"), (r"\bmean\b", "median"), (r"\bneeded to treat\b", "needed to harm"), (r"\brisk of\b", "odds of"), (r"\bincidence\b", "prevalence"), (r"\bmortality\b", "morbidity"), (r"\bsensitivity\b", "specificity"), (r"\bby (?=\d[\d.]*%)", "to "),
)  # fmt: skip
_LISTS: tuple[Rule, ...] = (
    (r"\b[a-z-]{4,} and (?=[a-z-]{4,})", ""), (r"(?<=[a-z]{4}) and [a-z-]{4,}(?=[ ,.])", ""), (r", [a-z-]{4,}(?=(?:, | and | or )[a-z-]{4,})", ""), (r"(?<=[a-z]{4}) or [a-z-]{4,}(?=[ ,.])", ""), (r"(?<=[a-z]{4}), [a-z -]{4,30} and [a-z -]{4,30}(?=\.$)", ""),
)  # fmt: skip
_BROUGHT = [
    "also only",
    "always",
    "again",
    "all",
    "very",
    "solely",
    "in all trials",
    "in many people",
    "for most patients",
    "in a large study",
    "in every group",
    "more",
    "after that",
]
_SMALL_WORDS = r"in|for|with|than|to|by|on|after|before|from|against|over|without|versus"


def roles(statement: str, rng: random.Random) -> str | None:
    """Let two words change places across a small word, or the words on both sides of a verb."""
    rule = rf"\b([a-z-]{{4,}}) ((?:{_SMALL_WORDS}|reduced|lowered|increased|improved|causes|prevents|replaces) )([a-z-]{{4,}})\b"
    places = [m for m in re.finditer(rule, statement) if m[1] != m[3]]
    if not places:
        return None
    match = rng.choice(places)
    return _sentence(f"{statement[: match.start()]}{match[3]} {match[2]}{match[1]}{statement[match.end() :]}")


def scope(statement: str, rng: random.Random) -> str | None:
    """Move a word that narrows, denies or counts before another word."""
    words = statement.split(" ")
    places = [
        n
        for n, word in enumerate(words[:-2])
        if word in {"not", "no", "only", "may", "most", "some", "all", "without", *_RESTRICTORS}
        and not words[n].endswith(",")
    ]
    if not places:
        return None
    place = rng.choice(places)
    word = words.pop(place)
    others = [
        n
        for n in range(1, len(words))
        if abs(n - place) > 1 and words[n].isalpha() and words[n].islower() and len(words[n]) > 3
    ]
    if not others:
        return None
    words.insert(rng.choice(others), word)
    return _sentence(" ".join(words))


def adjunct(statement: str, rng: random.Random) -> str | None:
    """Leave out one phrase, wherever it stands."""
    places = list(
        re.finditer(
            r" (?:in|for|among|during|after|before|within|with|without|at|from|by(?! [A-Z])|to|on|than|versus) (?:the |a |an )?[\w%-]+(?: [\w%-]+){0,2}(?= (?:in|for|among|during|after|before|within|with|at|from|by|to|on|than|is|was|are|were|and)\b|[,;.])",
            statement,
        )
    )
    fitting = [m for m in places if len(statement) - len(m.group()) > 30]
    if not fitting:
        return None
    match = rng.choice(fitting)
    return _sentence(statement[: match.start()] + statement[match.end() :])


def brought(statement: str, rng: random.Random) -> str | None:
    """Bring in small words that make it wider, surer or later."""
    places = list(
        re.finditer(
            r"(?<=[a-z]) (?=(?:reduc|increas|lower|improv|in |for |with |is |are |was |were |should |may |can )\w*)",
            statement,
        )
    )
    if not places:
        return None
    match = rng.choice(places)
    return f"{statement[: match.end()]}{rng.choice(_BROUGHT)} {statement[match.end() :]}"


CORRUPTIONS: dict[str, Callable[[str, random.Random], str | None]] = {
    "number": number,
    "unit": _by(_UNITS),
    "negation": _by(_NEGATIONS),
    "direction": _by(_DIRECTIONS),
    "drug": drug,
    "population": _by(_POPULATIONS),
    "strength": _by(_STRENGTHS),
    "cause": _by(_CAUSES),
    "ordinal": _by(_ORDINALS),
    "comparison": _by(_COMPARISONS),
    "range": _by(_RANGES),
    "restrictor": restrictor,
    "judgement": added,
    "hedge": _by(_HEDGES),
    "modality": _by(_MODALITIES),
    "time": _by(_TIMES),
    "joint": _by(_JOINTS),
    "frequency": _by(_FREQUENCIES),
    "measure": _by(_MEASURES),
    "list": _by(_LISTS),
    "roles": roles,
    "scope": scope,
    "adjunct": adjunct,
    "small word": brought,
}


def merged(one: str, other: str) -> str | None:
    """Return the beginning of one statement with the end of another, as if one source said it."""
    cut = re.search(
        r" (?:reduced|lowered|increased|improved|recommends|suggests|is|are|was|were|did|does|should|has|can|may) ", one
    )
    join = re.search(
        r" (?:reduced|lowered|increased|improved|recommends|suggests|is|are|was|were|did|does|should|has|can|may) ",
        other,
    )
    if cut is None or join is None:
        return None
    head = set(re.findall(r"\w{3,}", one[: cut.start()].lower()))
    if len(head - set(re.findall(r"\w{3,}", other.lower()))) < 2:  # else the second statement may bear it alone
        return None
    return one[: cut.start()] + other[join.start() :]


def because(one: str, other: str) -> str:
    """Return one statement as the reason of another."""
    return f"{one.rstrip('.')} because {_inside(other)}"


def _sentence(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text[0].upper() + text[1:]
