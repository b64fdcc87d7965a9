"""Every part shows in every form, in the order of the anatomy, and every number leads somewhere."""

import base64
import hashlib
import itertools
import re
import subprocess
import sys

import pytest
from lxml import html as lxml_html

from ragqa.errors import RagqaError, UsageError
from ragqa.rendering import RENDERERS, parse_answer, render
from ragqa.rendering.html_style import PALETTES, STYLE
from ragqa.rendering.wording import stage_of
from ragqa.vocabulary import Audience, ReviewStatus, Support

TEXTUAL = ("terminal", "markdown", "html")
IN_ORDER = (
    "Call your local emergency number now",
    "Does electroacupuncture combined",
    "Searched for hyponatraemia instead of hyponatremiaa.",
    "Submitted",
    "2026-03-02",
    "Clinician",
    "Educational purpose only. Exercise caution: this content is pending human review.",
    "Electroacupuncture and mesenchymal stem cell therapy: evidence summary",
    "Direct answer",
    "No document in this index joins electroacupuncture",
    "Support level: insufficient evidence.",
    "No passage states this directly; nearest statements:",
    "as stated: strong recommendation, moderate-quality evidence",
    "The newest source cited here is from 2021",
    "PEACE trial, Mao 2021 › Harms › Common",
    "Comparison",
    "no statement found",
    "Conflicting evidence",
    "Critical pitfalls",
    "Evidence gaps",
    "Searched 1,134 passages; best score 0.41; nearest title:",
    "Related, not the same condition",
    "Recommendation algorithm",
    "Refer or avoid",
    "Bottom line",
    "References",
    "Project-written summary of: “Noninvasive Treatments",
    "Annals of Internal Medicine, 2017.",
    "10.7326/M16-2367",
    "28192789",
    "Superseded by [5]",
    "Retracted",
    "Related questions",
    "Glossary",
    "Reading grade of this page: 11.3",
    "Disclaimer",
)


@pytest.mark.parametrize("form", TEXTUAL)
def test_parts_stand_in_the_order_of_the_anatomy(answers, form, flat):
    text = flat(render(answers.full(), form, width=120))
    place = 0
    for part in IN_ORDER:
        found = text.find(part, place)
        assert found >= 0, f"{part!r} is missing after {text[place - 60 : place]!r}"
        place = found


@pytest.mark.parametrize("form", TEXTUAL)
def test_caution_goes_only_when_approved(answers, form, flat):
    for status in ReviewStatus:
        text = flat(render(answers.full(review_status=status), form, width=120))
        assert status.value in text
        assert ("pending human review" in text) is (status is not ReviewStatus.APPROVED)


@pytest.mark.parametrize("form", TEXTUAL)
def test_an_abstention_says_so_plainly(answers, form, flat):
    text = flat(render(answers.abstaining(), form, width=120))
    for said in (
        "The documents in this index do not answer this question.",
        "neither a yes nor a no follows from it",
        "Searched 1,134 passages; best score 0.22; nearest title: “Benign paroxysmal positional vertigo",
        "A guideline, review or study that covers crystal healing.",
        "A guideline, review or study that examines crystal healing together with Ménière disease.",
        "Tinnitus · Other source, year not stated",
    ):
        assert said in text
    assert "Bottom line" not in text
    assert "References" not in text


@pytest.mark.parametrize("form", TEXTUAL)
@pytest.mark.parametrize("support", Support)
def test_nearest_statements_are_called_so_only_where_evidence_is_insufficient(answers, form, support, flat):
    text = flat(render(answers.full(support=support), form, width=120))
    assert f"Support level: {support.value}." in text
    assert ("No passage states this directly" in text) is (support is Support.INSUFFICIENT)


@pytest.mark.parametrize("form", TEXTUAL)
def test_a_patient_reads_other_headings_over_the_same_statements(answers, form, flat):
    clinician, patient = (
        flat(render(answers.full(audience=a), form, width=120)) for a in (Audience.CLINICIAN, Audience.PATIENT)
    )
    assert "In short" in patient
    assert "Bottom line" not in patient
    for statement in answers.full().direct:
        assert statement.text in patient
        assert statement.text in clinician


@pytest.mark.parametrize("form", TEXTUAL)
def test_only_an_answer_that_quotes_throughout_says_so(answers, form, flat):
    quoting = answers.plain().model_copy(update={"audience": Audience.STUDENT})
    assert "Every statement is quoted" in flat(render(quoting, form, width=120))
    assert "Every statement is quoted" not in flat(render(answers.full(), form, width=120))


@pytest.mark.parametrize("form", TEXTUAL)
def test_every_number_printed_is_in_the_references_and_the_other_way_round(answers, form, flat):
    text = flat(render(answers.full(), form, width=120))
    body, _, listed = text.rpartition("References")
    marks = re.compile(r"\[(\d+(?:, \d+)*)\]")
    printed = {int(n) for found in marks.findall(body) for n in found.split(", ")}
    entries = [int(n) for n in re.findall(r"\[(\d+)\] (?=[A-Z])", listed)]
    assert printed == {1, 2, 3, 4, 5, 6}
    assert entries == [1, 2, 3, 4, 5, 6]


def test_html_links_lead_somewhere_both_ways(answers):
    tree = lxml_html.fromstring(render(answers.full(), "html"))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in tree.xpath("//a/@href") if href.startswith("#")} | set(
        tree.xpath("//@aria-describedby")
    )
    assert targets <= set(ids)
    assert {i for i in ids if re.fullmatch(r"[cr]\d+(-\d+)?", i)} <= targets, (
        "a citation or reference that nothing leads to"
    )


def test_a_citation_in_html_carries_its_quote_and_source(answers):
    tree = lxml_html.fromstring(render(answers.full(), "html"))
    cards = {card.get("id"): card.text_content() for card in tree.xpath("//*[@class='card']")}
    assert len(cards) == len(tree.xpath("//*[@class='cite']"))
    assert cards["c3-2q"].startswith("“However, mesenchymal stromal cells were associated with fever")
    assert "Thompson 2020 · Systematic review, 2020" in cards["c3-2q"]


def test_html_headings_have_landmarks_and_no_gaps(answers):
    for name in ("full", "abstaining", "plain"):
        tree = lxml_html.fromstring(render(getattr(answers, name)(), "html"))
        levels = [int(h.tag[1]) for h in tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
        assert [len(tree.xpath(f"//{tag}")) for tag in ("header", "nav", "main")] == [1, 1, 1]
        assert tree.get("lang") == "en"


def test_html_loads_nothing_and_its_policy_allows_only_its_own_style(answers):
    text = render(answers.full(), "html")
    tree = lxml_html.fromstring(text)
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert tree.xpath("//style/text()") == [STYLE]
    assert not tree.xpath(
        "//script|//link|//img|//iframe|//object|//form|//@style|//@src|//@*[starts-with(name(),'on')]"
    )
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert all(href.startswith(("#", "https://")) for href in tree.xpath("//a/@href"))
    assert len(text.encode()) < 150_000


@pytest.mark.parametrize("filters", ["no JSON", "[1]", "[" * 100_000, '{"since": 2015}'])
def test_filters_are_said_as_they_are(answers, filters, flat):
    provenance = answers.provenance(filters=filters, writing=answers.writing())
    text = flat(render(answers.full(provenance=provenance), "markdown"))
    assert f"Searched only: {'since 2015' if 'since' in filters else filters}" in text


def test_a_long_answer_stays_a_small_page(answers):
    answer = answers.full()
    section = answer.sections[1]
    long = answer.model_copy(update={"sections": (answer.sections[0], *[section] * 20)})
    assert len(render(long, "html").encode()) < 150_000


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("mode", PALETTES)
def test_contrast_is_aa(mode):
    palette = PALETTES[mode]
    pairs = [(ink, "ground") for ink in ("text", "muted", "link", "mark", "alarm")]
    pairs += [
        ("text", "alarm-ground"),
        ("alarm", "alarm-ground"),
        ("text", "caution-ground"),
        ("muted", "caution-ground"),
        ("link", "caution-ground"),
    ]
    for ink, ground in pairs:
        light, dark = sorted((luminance(palette[ink]), luminance(palette[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {ground} in {mode}"


def test_an_unknown_form_is_refused_with_the_forms(answers):
    with pytest.raises(UsageError, match="unknown form 'pdf'; choose one of terminal, markdown, html, json"):
        render(answers.plain(), "pdf")


def test_json_comes_back_equal(answers):
    for name in ("full", "abstaining", "plain"):
        answer = getattr(answers, name)()
        assert parse_answer(render(answer, "json")) == answer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "nonsense",
        "[" * 5000,
        '{"question": 1}',
        "\ud800",
        '{"question\x1b[31m\n": "\\u202e"}',
        '"\\ud800"',
    ],
)
def test_a_bad_answer_file_is_refused_in_one_line(text):
    with pytest.raises(RagqaError) as caught:
        parse_answer(text)
    message = str(caught.value)
    assert message.startswith("not an answer of ragqa")
    assert "\n" not in message
    assert message.isprintable()
    assert len(message) < 500


def test_a_forged_quote_is_refused(answers):
    text = render(answers.plain(), "json")
    forged = text.replace('"text": "Acupuncture can ease', '"text": "Acupuncture cannot ease')
    assert forged != text
    with pytest.raises(RagqaError, match="a statement that is not its quote"):
        parse_answer(forged)


def test_same_answer_gives_the_same_bytes(answers):
    for form in RENDERERS:
        assert render(answers.full(), form) == render(answers.full(), form)


def test_rendering_needs_no_rich():
    code = "import sys, ragqa.rendering; sys.exit('rich' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )


@pytest.mark.parametrize("audience", [Audience.CLINICIAN, Audience.PATIENT])
def test_the_label_of_a_stage_stands_once_and_its_steps_are_numbered_throughout(answers, audience):
    full = answers.full()
    first, *rest = full.algorithm
    steps = (first, first, *rest, rest[-1])
    answer = full.model_copy(update={"algorithm": steps, "audience": audience})
    labels = [stage_of(stage, audience) for stage in dict.fromkeys(step.stage for step in steps)]
    lines = [line.strip() for line in render(answer, "terminal", width=80).splitlines()]
    assert [lines.count(label) for label in labels] == [1] * len(labels)
    tree = lxml_html.fromstring(render(answer, "html"))
    begun = [int(found.get("start", 1)) for found in tree.xpath("//h3/following-sibling::*[1][self::ol]")]
    assert begun == [1, 3, 4]
    markdown = render(answer, "markdown")
    assert [f"\n{place}. " in markdown for place in range(1, 6)] == [True] * 5
    assert "\n6. " not in markdown
