"""What stands on the first screen, what is said once, and the words for a patient."""

import itertools
import re

import pytest
from lxml import html as lxml_html

from ragqa.rendering import parse_answer, plain, render
from ragqa.types import Citation, Span, Statement
from ragqa.vocabulary import Audience, SourceKind, StatementRole, StepStage, Support

TEXTUAL = ("terminal", "markdown", "html")
SCREEN = 24  # rows of a terminal as it opens


def saying(text, number=1, document="acp-2017"):
    return Statement(role=StatementRole.RECOMMENDATION, text=text, citations=(Citation(number=number, document_id=document, span=Span(start=0, end=len(text)), quoted=text),))


def for_patient(answers, *texts, glossary=(), grade=None):
    """A patient's answer that states these lines, with hard words explained."""
    stated = tuple(map(saying, texts))
    return answers.plain().model_copy(update={"direct": stated, "bottom_line": stated[0], "glossary": glossary, "reading_grade": grade})


def test_three_statements_stand_on_the_first_screen_of_a_terminal(answers):
    long = "The guideline of the college recommends one of several treatments for adults with chronic low back pain, number {}."
    answer = for_patient(answers, *(long.format(n) for n in (1, 2, 3))).model_copy(update={"audience": Audience.CLINICIAN, "support": Support.MIXED, "currency_warning": "The newest source cited here is from 2017: check for newer evidence."})
    rows = render(answer, "terminal", width=80).splitlines()
    last = next(place for place, row in enumerate(rows) if "number 3. [1]" in row)
    assert last < SCREEN
    assert not any(a == b == "" for a, b in itertools.pairwise(rows))


@pytest.mark.parametrize("form", TEXTUAL)
def test_the_source_of_several_statements_is_named_once_under_them(answers, form, flat):
    text = flat(render(for_patient(answers, "Acupuncture can ease back pain.", "Walking can ease back pain."), form, width=120))
    direct = text[text.find("Short answer") : text.find("Each line is copied")]
    assert direct.count("Noninvasive treatments for low back pain") == 1
    assert direct.index("Walking") < direct.index("Noninvasive")


@pytest.mark.parametrize("form", TEXTUAL)
def test_what_is_loud_of_a_source_is_said_where_it_is_named(answers, form, flat):
    text = flat(render(answers.full(), form, width=120))
    pitfalls = text[text.rfind("Critical pitfalls") : text.rfind("Evidence gaps")]
    assert re.search(r"Consumer information on regenerative medicine therapies · Regulatory source, year not stated (· )?Retracted", pitfalls)


@pytest.mark.parametrize("form", TEXTUAL)
def test_a_bottom_line_that_stands_above_is_pointed_to(answers, form, flat):
    full = answers.full()
    text = flat(render(full, form, width=120))
    assert "The first statement of the direct answer, above." in text
    other = full.model_copy(update={"bottom_line": full.pitfalls[1]})
    shown = flat(render(other, form, width=120))
    assert "above." not in shown[shown.rfind("Bottom line") :].partition("References")[0]
    assert other.bottom_line.text in shown[shown.rfind("Bottom line") :]
    assert "The short answer, above." in flat(render(answers.plain(), form, width=120))


@pytest.mark.parametrize("form", TEXTUAL)
def test_a_table_without_a_statement_is_one_sentence(answers, form, flat):
    full = answers.full()
    empty = tuple(row.model_copy(update={"benefit": None, "harm": None, "monitoring": None}) for row in full.comparison)
    said = "No statement was found on benefit, harm or monitoring that sets electroacupuncture and mesenchymal stem cell therapy side by side."
    assert said in flat(render(full.model_copy(update={"comparison": empty}), form, width=120))
    assert said not in flat(render(full, form, width=120))


def test_a_hard_word_is_explained_once_beside_the_first_statement_that_holds_it(answers):
    words = (("anaemia", "too little haemoglobin"), ("eGFR", "how well the kidneys filter"), ("biopsy", "a small sample"))
    answer = for_patient(answers, "Anemia is common; EGFR is a protein.", "In anaemias, eGFR is measured.", glossary=words)
    text = render(answer, "terminal", width=100)
    first, second, rest = re.split(r"(?<=\[1\])\n", text, maxsplit=2)
    assert first.endswith("Anemia is common; EGFR is a protein. [1]")
    assert "anaemia: too little haemoglobin" in second.splitlines()[0]
    assert "eGFR: how well the kidneys filter" in rest.splitlines()[0]
    assert "anaemia:" not in rest
    assert rest.index("Words explained") < rest.index("biopsy: a small sample")
    student = render(answer.model_copy(update={"audience": Audience.STUDENT}), "terminal", width=100)
    assert student.index("Glossary") < student.index("anaemia: too little haemoglobin")


@pytest.mark.parametrize("form", TEXTUAL)
def test_a_patient_reads_what_a_reading_grade_means(answers, form, flat):
    hard, easy = (flat(render(for_patient(answers, "Acupuncture can ease back pain.", grade=grade), form)) for grade in (16.3, 6.2))
    assert "written for health professionals and are hard to read" in hard
    assert "fairly easy to read" in easy
    assert "16.3" not in hard


@pytest.mark.parametrize("form", TEXTUAL)
@pytest.mark.parametrize("support", Support)
def test_the_fixed_words_of_a_patients_page_are_plain(answers, form, support, flat):
    text = flat(render(answers.full(audience=Audience.PATIENT, support=support), form, width=120))
    for word in ("Support level", "Bottom line", "Critical pitfalls", "Recommendation algorithm", "Refer or avoid", "Index snapshot", "best score", "nearest statements", "Glossary", "Related questions", "Systematic review", "Cohort study", "Regulatory source"):
        assert word not in text
    assert "What the sources say:" in text


def test_each_kind_of_source_has_plain_words():
    assert set(plain.KINDS) == set(SourceKind)
    assert set(plain.STAGES) == set(StepStage)
    assert set(plain.SUPPORT) == set(Support)


def test_rendering_leaves_the_record_as_it_is(answers):
    answer = answers.full(audience=Audience.PATIENT)
    assert parse_answer(render(answer, "json")) == answer


def test_the_pointer_of_a_bottom_line_leads_to_the_direct_answer(answers):
    tree = lxml_html.fromstring(render(answers.full(), "html"))
    (pointer,) = tree.xpath("//a[contains(., 'of the direct answer, above')]")
    (target,) = tree.xpath(f"//*[@id='{pointer.get('href')[1:]}']")
    assert target.text == "Direct answer"
