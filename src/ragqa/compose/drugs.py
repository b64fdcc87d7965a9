"""A sentence in; the words of it that are names of drugs or of their classes out."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern

A_DRUG = lazy_pattern(
    r"\b(?:\w{2,}(?:mab|nib|pril|sartan|statin|gliptin|gliflozin|glutide|olol|alol|azole|cillin|mycin|floxacin|cycline|vir|prazole|dipine|oxetine|triptyline|parin|xaban|setron|triptan|lukast|thiazide|semide|caine|pam|phylline|sone|solone|mine|amide|pine|zine|dopa|profen|mibe|ximin|cept|grel|grelor|dronate|fibrate|relin|ciclib|urea|arone|terol|afil|gabalin|pentin|racetam|zolid|penem|gepant|tide|lone|gliptin|cocin|mustine|platin|taxel|feron|poetin|oxin|chicine|lidone)s?"
    r"|(?:inhibitor|blocker|agonist|antagonist|diuretic|steroid|corticosteroid|antibiotic(?! (?:suscept|resist))|opioid|insulin|vaccine|saline|aspirin|paracetamol|morphine|adrenaline|epinephrine|norepinephrine|SSRI|NSAID|lactulose|magnesium|calcium|glucose|iron|oxygen|CBT)s?)\b",
    re.IGNORECASE,
)
_WORD = lazy_pattern(r"[\w/-]+")


def drugs_in(text: str) -> frozenset[str]:
    """Return the words of a text that are names of drugs or of their classes, in the singular: "beta-blocker"."""
    return frozenset(word.lower().removesuffix("s") for word in _WORD.findall(text) if A_DRUG.search(word))
