"""Normalising, sentence offsets, search terms and quotes."""

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ragqa.text import flatten, fold, is_faithful, normalise, one_line, sentences, stem, terms, trim_quote, words

# Text in which boundaries are likely: prose pieces, abbreviations, marks, odd blanks.
PIECES = st.sampled_from(
    ["The drug worked", "Smith et al", "Fig", "e.g", "vs", "IL-6", "3.5 mg", "p < 0.05", "[1,2]", "(see p. 4)", "α", "eGFR", "No", "E. coli", "\n", " ", "  ", ". ", ".", "? ", "! ", "; ", "\u00a0", "«", "é", "日本語", "🙂"]
)
PROSE = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=120)

# --- normalise ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\x00b\x07c", "abc"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),  # without its escape character an ANSI code is harmless text
        ("dose \u202e05\u202c mg", "dose 05 mg"),  # a bidi override would show 50
        ("\u2066left\u2069 \u200fright", "left right"),
        ("zero\u200bwidth\u200d\ufeff", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("tag\U000e0041ged", "tagged"),
        ("a\r\nb\rc\u2028d\u2029e\x0bf\x0cg\x85h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("3\u00a0mg\u2009a\u3000day\tx", "3 mg a day x"),
        ("cafe\u0301", "café"),
        ("ﬁne µg", "ﬁne µg"),  # NFC keeps compatibility characters: quotes stay what the source says
    ],
)
def test_normalise_gives_one_form(raw, clean):
    assert normalise(raw) == clean


@given(st.text())
def test_normalised_text_holds_nothing_invisible_and_stays_as_it_is(text):
    clean = normalise(text)
    assert not [c for c in clean if unicodedata.category(c) == "Cc" and c != "\n"]
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff")
    assert normalise(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)


@given(st.text())
def test_one_line_is_one_line(text):
    assert "\n" not in one_line(text)
    assert one_line(text).split() == text.split()


# --- sentences ----------------------------------------------------------------------------------------------------


@given(PROSE)
def test_sentence_offsets_are_exact_in_order_and_leave_out_only_blanks(text):
    text = normalise(text)
    spans = sentences(text)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[last:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        last = end
    assert text[last:].strip() == ""


@given(PROSE)
def test_sentences_of_raw_text_cover_it_as_well(text):
    covered = "".join(text[start:end] for start, end in sentences(text))
    assert "".join(covered.split()) == "".join(text.split())


def test_biomedical_sentences_are_split_at_least_as_well_as_before(data_folder):
    lines = (data_folder / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    assert len(cases) >= 150
    assert len({case["text"] for case in cases}) == len(cases)
    wrong = {}
    for case in cases:
        found = [case["text"][start:end] for start, end in sentences(case["text"])]
        if found != case["sentences"]:
            wrong[case["id"]] = found
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "The dose is given b.i.d. and t.i.d. in adults.",
        "It was read after 8 h. (Figure 2) and 24 h.",
        "Levels above 5 mmol/L. were rare",
        "Some (e.g. the old.) Trials were small",  # the bracket did not begin the sentence
        "See no. 5 and No. Patients",
        "It was approx. pH 7 or vs. mRNA of controls",
        "The a.m. dose and p values of cells",
        "it was low. and then rose",  # a small word alone begins nothing
    ],
)
def test_what_is_no_end_stays_whole(text):
    assert sentences(text) == [(0, len(text))]


# --- terms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("IL-6", "IL6"),
        ("il6", "IL-6"),
        ("COVID-19", "COVID19"),
        ("covid 19", "COVID-19"),
        ("5-HT3", "5HT3"),
        ("CYP-3A4", "CYP3A4"),
        ("HbA1c", "hba1C"),
        ("TNF-α", "TNF-alpha"),
        ("TNFα", "TNFalpha"),
        ("β-blocker", "beta-blockers"),
        ("beta\u2011blocker", "beta-blocker"),  # a non-breaking hyphen
        ("non\u2013small\u2010cell", "non-small-cell"),
        ("Crohn\u2019s disease", "Crohn's disease"),
        ("Crohn's disease", "Crohn disease"),
        ("Ménière", "Meniere"),
        ("naïve", "naive"),
        ("x-ray", "xray"),
        ("T-cell", "Tcell"),
        ("DRUGS", "drug"),
        ("infections", "infection"),
        ("µg", "μg"),  # micro sign and Greek mu
    ],
)
def test_forms_of_one_name_share_a_term(left, right):
    assert set(terms(left)) & set(terms(right))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IL-6", ["il", "6", "il6"]),
        ("COVID-19", ["covid", "19", "covid19"]),
        ("5-HT3", ["5", "ht3", "5ht3"]),
        ("HbA1c", ["hba1c"]),
        ("Na+", ["na"]),
        ("mg/dL", ["mg", "dl", "mgdl"]),
        ("3.5 mg", ["3.5", "mg"]),
        ("1,200", ["1,200"]),
        ("Parkinson's", ["parkinson"]),
        ("the a of and", []),
        ("", []),
        ("?! -- ...", []),
        ("AIDS", ["aid"]),
    ],
)
def test_terms_of_a_name(text, expected):
    assert terms(text) == expected


def test_different_numbers_are_different_terms():
    assert terms("IL-6") != terms("IL-8")
    assert not set(terms("3.5")) & set(terms("35"))
    assert not set(terms("type1")) & set(terms("type2"))


@pytest.mark.parametrize("word", ["covid19", "p53", "mg", "hiv", "日本"])
def test_short_words_and_words_with_digits_are_not_stemmed(word):
    assert stem(word) == word


def test_words_keep_compounds_whole():
    assert words("IL-6 in mg/dL, Na+ and β-blockers") == ["il-6", "in", "mg/dl", "na+", "and", "beta-blockers"]


@given(st.text(max_size=200))
def test_terms_are_folded_never_empty_and_the_same_for_upper_case_ascii(text):
    found = terms(text)
    assert all(term and term == term.lower() and not term.isspace() for term in found)
    if text.isascii():
        assert terms(text.upper()) == found
    assert terms(text) == found


@given(st.text(max_size=100))
@example("𝚨")  # a mathematical letter, which is Greek only once it is decomposed
def test_fold_is_stable_and_lower(text):
    assert fold(fold(text)) == fold(text)


# --- quotes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [
        ("However, metformin is safe.", "Metformin is safe."),
        ("In addition, aspirin causes bleeding.", "Aspirin causes bleeding."),
        ("Statins prevent strokes [1, 2].", "Statins prevent strokes."),
        ("Statins prevent strokes.[1-3]", "Statins prevent strokes."),
        ("Statins [4] prevent strokes [1][2].", "Statins prevent strokes."),
        ("Two\n lines", "Two; lines"),
        ("Give:\naspirin\noxygen", "Give: aspirin; oxygen"),
        ("However metformin is safe.", "However metformin is safe."),  # no comma, so it may be "however much"
        ("Pain fell [n = 5].", "Pain fell [n = 5]."),
        ("Overall survival rose.", "Overall survival rose."),
        ("Also, it helps.", "It helps."),
        ("Thus, eGFR fell.", "EGFR fell."),
        ("", ""),
    ],
)
def test_trim_quote(quoted, shown):
    assert trim_quote(quoted) == shown


@given(PROSE)
def test_a_trimmed_quote_is_always_faithful(quoted):
    assert is_faithful(trim_quote(quoted), quoted)
    assert is_faithful(quoted, quoted)
    assert is_faithful(flatten(quoted), quoted)


@given(st.sampled_from(["However, ", "Thus, ", "in contrast, ", ""]), PROSE, st.sampled_from(["", " [1]", " [2, 3].", "[4\u20136]"]))
def test_trimming_takes_away_and_never_adds(start, middle, end):
    quoted = start + middle + end
    shown = trim_quote(quoted)
    letters = [c for c in shown.casefold() if c.isalnum()]
    source = iter(c for c in quoted.casefold() if c.isalnum())
    assert all(c in source for c in letters)  # in the same order


@pytest.mark.parametrize(
    "text",
    ["Metformin is not safe.", "Metformin is safe", "metformin is safe.", "Metformin is safe. ", "Metformin", ""],
)
def test_what_is_not_the_quote_is_not_faithful(text):
    assert not is_faithful(text, "However, Metformin is safe [1].")


def test_a_comma_between_a_name_and_a_number_parts_them():
    assert terms("enoxaparin,40 mg") == ["enoxaparin", "40", "mg"]
    assert terms("1,000 mg or 2.5 mg") == ["1,000", "mg", "2.5", "mg"]
