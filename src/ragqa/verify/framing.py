"""A sentence and a quote in; whether the sentence states flatly what the quote asks, supposes, limits or orders, out."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern
from ragqa.protocols import Finding
from ragqa.text import fold
from ragqa.vocabulary import Fault

# What follows these is not asserted by whoever writes them. A sentence must keep one of the same row.
_REPORTED: tuple[re.Pattern[str], ...] = tuple(
    lazy_pattern(rf"\b(?:{pattern})\b")
    for pattern in (
        (r"whether|hypothesi[sz]\w*|(?:aim|aims|aimed|designed|intended|planned|planning|set out) (?:to|at)|in order to (?:assess|test|determine)"
        r"|to (?:assess|evaluate|determine|investigate|examine|test|explore|find out)|(?:being|is|are) (?:tested|studied|investigated|evaluated) (?:for|as|in)|under (?:study|investigation)"),
        r"myths?|misconceptions?|false(?:ly)?|untrue|wrong(?:ly)?|incorrect(?:ly)?|mistaken(?:ly)?|unfounded|disproven|debunked",
        r"claim(?:s|ed)? that|claims? (?:of|to)|allege\w*|believe(?:s|d)?|belief|assum\w+|suppos\w+|theor(?:y|ies|etical\w*)|speculat\w*|advertis\w*|marketed|said to|thought (?:to|that)|purport\w*",
    )
)
_LIMITS: tuple[re.Pattern[str], ...] = tuple(
    lazy_pattern(rf"\b(?:{pattern})\b")
    for pattern in (
        r"if|when|whenever|where|once|provided|in (?:the )?case of|should(?= (?:they|it|he|she|this)\b)|until(?!\W+\d)",
        r"unless|except\w*|excluding|other than|apart from|but not|save for",
        r"only|solely|just|exclusively|alone|restricted to|limited to|reserved",
    )
)
_ORDERS = lazy_pattern(
    r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*|bypass)\b.{0,40}\b(?:instruct\w*|prompts?|rules?|guardrails?|previous|prior|above|earlier)\b"
    r"|\b(?:system|developer|hidden) (?:prompt|message|instruction)s?\b|\b(?:you are|you're|act as|pretend to be) (?:now |an? |the )*(?:ai|assistant|chatbot|language model|model|system)\b"
    r"|\b(?:as an ai|language models?|chatbots?|assistants?|llms?)\b.{0,60}\b(?:must|should|shall|reply|respond|answer|write|state|say|output|print|cite|include|tell|told)\b"
    r"|\b(?:reply|respond|answer) (?:only )?(?:with|that|by)\b|\b(?:output|print|repeat) (?:the|this|only|exactly)\b|\bnew instructions?\b|</?\s*(?:evidence|system|user|assistant|instructions?)\b"
    r"|^(?:please )?(?:state|say|write|cite|tell|claim|assert|conclude|mention|add)\b.{0,30}\b(?:that|as|in your|the (?:user|reader))\b"
)


def check_framing(sentence: str, quote: str) -> list[Finding]:
    """Return where a sentence drops what makes its quote less than a flat statement, or a quote speaks to whoever writes."""
    said, source = fold(sentence), fold(quote)
    order = _ORDERS.search(source)
    if order:
        return [Finding(Fault.ORDER, "the quote gives orders to whoever writes, and is no evidence")]
    if source.rstrip(' )"”').endswith("?"):
        return [Finding(Fault.REPORTED, "the quote is a question")]
    for row in _REPORTED:
        if (frame := row.search(source)) and not row.search(said):
            return [Finding(Fault.REPORTED, f"the quote does not state it: {frame.group()}")]
    for row in _LIMITS:
        if (limit := row.search(source)) and not row.search(said):
            return [Finding(Fault.CONDITION, f"the quote says it under a condition: {limit.group()}")]
    return []
