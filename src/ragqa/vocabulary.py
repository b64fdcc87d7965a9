"""The closed sets of ragqa: each a StrEnum whose values are what files, JSON and command lines hold."""

from __future__ import annotations

from enum import StrEnum


class SourceKind(StrEnum):
    """What kind of publication a source is, strongest evidence for practice first."""

    GUIDELINE = "guideline"
    SYSTEMATIC_REVIEW = "systematic review"
    RANDOMISED_TRIAL = "randomised trial"
    COHORT = "cohort"
    REGULATORY = "regulatory"
    RESEARCH = "research"  # a primary study whose design the source does not state
    NARRATIVE = "narrative"
    OTHER = "other"


class Library(StrEnum):
    """A public library of records that can be fetched from."""

    PUBMED = "pubmed"
    PMC = "pmc"
    CLINICALTRIALS = "clinicaltrials"
    DAILYMED = "dailymed"


class IngestEngine(StrEnum):
    """What runs an ingest."""

    LOCAL = "local"
    RAY = "ray"


class BlockKind(StrEnum):
    """What a block of a document is."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    TABLE_ROW = "table row"
    CAPTION = "caption"


class Audience(StrEnum):
    """Who reads an answer."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    STUDENT = "student"
    RESEARCHER = "researcher"


class Intent(StrEnum):
    """What a question asks for."""

    TREATMENT = "treatment"
    HARM = "harm"
    DOSING = "dosing"
    DIAGNOSIS = "diagnosis"
    PROGNOSIS = "prognosis"
    PREVENTION = "prevention"
    COMPARISON = "comparison"
    MECHANISM = "mechanism"
    EPIDEMIOLOGY = "epidemiology"
    DEFINITION = "definition"
    EVIDENCE = "evidence"  # "is there evidence that ..."
    EFFECT = "effect"  # "what is the effect of A compared with B on C"
    GENERAL = "general"


class StatementRole(StrEnum):
    """What a statement does for the reader."""

    DEFINITION = "definition"
    RECOMMENDATION = "recommendation"
    EFFECT = "effect"
    HARM = "harm"
    DOSING = "dosing"
    CONTRAINDICATION = "contraindication"
    DIAGNOSIS = "diagnosis"
    MONITORING = "monitoring"
    MECHANISM = "mechanism"
    PROGNOSIS = "prognosis"
    PREVENTION = "prevention"
    EPIDEMIOLOGY = "epidemiology"
    DURABILITY = "durability"
    REGULATION = "regulation"
    EVIDENCE_GAP = "evidence gap"
    LIMITATION = "limitation"
    POPULATION = "population"
    CURRENCY = "currency"
    METHODS = "methods"
    BACKGROUND = "background"
    UNSORTED = "unsorted"


class Direction(StrEnum):
    """Which way an effect goes, as its sentence states it."""

    BENEFIT = "benefit"
    NO_DIFFERENCE = "no difference"
    HARM = "harm"
    UNSTATED = "unstated"


class Support(StrEnum):
    """How far the index supports what the question asks."""

    SUPPORTED = "supported"
    MIXED = "mixed"
    NOT_SUPPORTED = "not supported"
    INSUFFICIENT = "insufficient evidence"


class GapKind(StrEnum):
    """What is missing behind an evidence gap."""

    TOPIC = "topic"  # a thing asked about is in no document
    FACET = "facet"  # the thing is there, the asked aspect of it is not
    CONJUNCTION = "conjunction"  # two things are there, no document joins them
    PREMISE = "premise"  # what the question takes for granted is not confirmed


class Composer(StrEnum):
    """Who words an answer."""

    EXTRACTIVE = "extractive"  # nobody: statements are quotes
    LLM = "llm"  # a language model, each of its sentences held against the quotes that it cites


class Basis(StrEnum):
    """On what ground a statement stands."""

    QUOTED = "quoted"
    VERIFIED = "verified"  # a language model's wording, borne by each quote that it cites


class Fault(StrEnum):
    """Why a sentence is not borne by its quote."""

    CITATION = "citation"  # cites nothing, or what was not given to it
    NUMBER = "number"  # a number that the quote does not hold
    UNIT = "unit"  # the number, with another unit, or per another time
    COMPARATOR = "comparator"  # the number and unit, with another bound ("at least", "below")
    EXCHANGED = "exchanged"  # numbers, or the things compared, in each other's place
    NEGATION = "negation"  # says what the quote denies, or the other way round
    DIRECTION = "direction"  # more for less, better for worse, before for after
    NAME = "name"  # a drug, condition or other name that the quote does not hold
    POPULATION = "population"  # people whom the quote does not speak of, or its restriction left out
    CONDITION = "condition"  # says flatly what the quote says under a condition or with an exception
    STRENGTH = "strength"  # surer than the quote
    REPORTED = "reported"  # states what the quote only asks, plans, supposes or tells as a claim of others
    ORDER = "order"  # the quote gives orders to whoever writes, and is no evidence
    ADDED = "added"  # more than a few words that the quote does not hold
    MEANING = "meaning"  # too far from the quote in meaning
    SHAPE = "shape"  # not one whole, plain sentence


class StepStage(StrEnum):
    """Where a recommendation stands in the order of care."""

    ASSESS = "assess"
    FIRST_LINE = "first line"
    ADVISED = "advised"  # without a word on its place in the order
    ALTERNATIVES = "alternatives"
    MONITOR = "monitor"
    REFER_OR_AVOID = "refer or avoid"


class ReviewStatus(StrEnum):
    """Where an article stands in human review."""

    SUBMITTED = "Submitted"
    UNDER_REVIEW = "Under review"
    APPROVED = "Approved"
    REJECTED = "Rejected"


class DenseKind(StrEnum):
    """How vectors are searched."""

    FLAT = "flat"  # exact, float32
    RABITQ = "rabitq"  # 1-bit codes by FAISS fast scan, the best rescored with int8


class ReviewAction(StrEnum):
    """What was done to an article in review."""

    SUBMIT = "submit"
    START = "start"
    APPROVE = "approve"
    REJECT = "reject"
    EDIT = "edit"  # statements left out, or put in another order
    ASK_AGAIN = "ask again"  # the question asked anew of the index as it is now
    FALL_BACK = "fall back"  # a cited source has changed or left the index


class Role(StrEnum):
    """What the holder of an API key may do; each may do what those before it may."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMIN = "admin"
