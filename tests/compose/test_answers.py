"""Whole answers over the test documents: what is shown, what is missing, and that all of it can be checked."""

import pytest

from ragqa.compose.choose import _says_all, choose
from ragqa.types import Filters, Hit, sections_of, statements_of
from ragqa.vocabulary import Audience, Direction, GapKind, SourceKind, Support
from ragqa.vocabulary import StatementRole as Role


def documents_of(answer):
    return {reference.document_id for reference in answer.references}


def quotes_of(answer):
    return {(c.document_id, c.span, c.quoted) for s in statements_of(answer) for c in s.citations}


def said(answer):
    return " ".join(statement.text for statement in statements_of(answer))


def groups_of(answer):
    return [group for section in sections_of(answer.sections) for group in section.groups]


# --- what is shown ------------------------------------------------------------------------------------------------


def test_a_clear_question_is_answered_from_what_the_sources_say(clinic):
    answer = clinic.ask("Does acupuncture help chronic low back pain?")
    assert not answer.abstained
    assert answer.title == "Acupuncture and chronic low back pain: evidence summary"
    assert 1 <= len(answer.direct) <= 3
    assert all("acupuncture" in statement.text.lower() for statement in answer.direct)
    assert answer.bottom_line == answer.direct[0]
    assert {"review-2020-back", "acp-2017-back", "sham-2023-back"} <= documents_of(answer)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is the dose of adrenaline in anaphylaxis?", "500 micrograms"),
        ("colchicine dose for acute gout", "1.2 mg"),
        ("What is the dose of Glucophage for T2D?", "500 mg once daily"),
        ("Can someone with a pacemaker have electroacupuncture?", "pacemaker"),
        ("How should hyponatraemia with severe symptoms be treated?", "150 mL of 3 percent"),
        ("What is asthma?", "chronic disease of the airways"),
        ("What is the prognosis of asthma?", "remission"),
        ("How should patients on warfarin be monitored?", "INR"),
        ("How often should INR be checked on warfarin?", "INR"),
        ("Is any mesenchymal stem cell product approved by the FDA for knee osteoarthritis?", "No mesenchymal stem cell product is approved"),
    ],
)
def test_the_sentence_that_answers_stands_first(clinic, question, words):
    answer = clinic.ask(question)
    assert words in " ".join(statement.text for statement in answer.direct)


def test_a_statement_stands_under_the_heading_that_it_has_in_its_source(memory):
    sections = {
        "Recommendation › Adults": [
            "ESC 2018 recommends colchicine for acute gout in adults.",
            "ESC 2018 recommends naproxen for acute gout in adults whose kidneys are healthy.",
            "ESC 2018 recommends prednisolone for acute gout in adults who cannot take naproxen.",
            "ESC 2018 recommends ice for acute gout in adults with one swollen joint.",
            "ESC 2018 recommends rest of the joint for acute gout in adults of any age.",
        ],
        "Recommendation › Children": [
            "ESC 2018 recommends referral of children with acute gout before colchicine is given.",
            "ESC 2018 recommends genetic tests for children with acute gout of unknown cause.",
        ],
    }
    engine = memory.MemoryEngine(memory.MemoryIndex([memory.make_document("gout", "Acute gout", sections, source={"kind": "guideline"})]))
    groups = groups_of(engine.ask("How should acute gout be treated?"))
    shown = {statement.text: group.run_in for group in groups for statement in group.statements}
    for heading, lines in sections.items():
        below = heading.removeprefix("Recommendation › ")
        assert [shown[line] for line in lines if line in shown] == [f"Acute gout › Recommendation › {below}"] * sum(line in shown for line in lines)
    assert {run_in.split(" › ")[-1] for run_in in shown.values()} == {"Adults", "Children"}


@pytest.mark.parametrize(("lead_in", "quoted"), [("Acute gout is treated with:", True), ("These resources address the treatment of acute gout:", False)])
def test_a_list_of_links_is_not_quoted_with_its_lead_in(memory, lead_in, quoted):
    made = memory.make_document("gout", "Acute gout", {"Treatment": [lead_in, "colchicine for acute gout", "naproxen for acute gout"]})
    first, *items = made.blocks
    blocks = (first, *(item.model_copy(update={"lead_in": first.span}) for item in items))
    engine = memory.MemoryEngine(memory.MemoryIndex([made.model_copy(update={"blocks": blocks})]))
    assert ("naproxen" in said(engine.ask("How is acute gout treated?"))) is quoted


def test_statements_carry_strength_and_certainty_as_the_source_states_them(clinic):
    answer = clinic.ask("Is bismuth quadruple therapy recommended for H. pylori?")
    (statement, *_) = [s for s in statements_of(answer) if "for 14 days" in s.text]
    assert (statement.strength, statement.certainty) == ("strong recommendation", "moderate-quality evidence")
    plain = [s for s in statements_of(clinic.ask("What is asthma?")) if "airways with variable" in s.text]
    assert (plain[0].strength, plain[0].certainty) == (None, None)


def test_groups_stand_under_their_title_with_kind_and_year(clinic):
    answer = clinic.ask("Does acupuncture help chronic low back pain?")
    cards = {reference.document_id: reference.source for reference in answer.references}
    assert groups_of(answer)
    for group in groups_of(answer):
        (document_id,) = {statement.citations[0].document_id for statement in group.statements}
        source = cards[document_id]
        assert group.run_in.startswith(source.title)
        assert (group.kind, group.year, group.superseded_by) == (source.kind, source.year, source.superseded_by)


def test_several_interventions_stand_side_by_side_and_an_empty_cell_is_a_gap(clinic):
    answer = clinic.ask("What are the benefits and harms of apixaban versus warfarin in atrial fibrillation?")
    assert [row.intervention for row in answer.comparison] == ["apixaban", "warfarin"]
    apixaban, warfarin = answer.comparison
    assert "stroke" in apixaban.benefit.text
    assert "bleeding" in apixaban.harm.text
    assert apixaban.monitoring is None  # nothing in the index says how apixaban is monitored
    assert warfarin.harm is not None


def test_one_intervention_needs_no_table(clinic):
    assert clinic.ask("Is metformin safe in type 2 diabetes?").comparison == ()


def test_sources_that_disagree_stand_side_by_side(clinic):
    answer = clinic.ask("Does acupuncture reduce pain in chronic low back pain?")
    (conflict, *_) = answer.conflicts
    assert {side.statement.direction for side in conflict.sides} == {Direction.BENEFIT, Direction.NO_DIFFERENCE}
    assert {side.year for side in conflict.sides} >= {2023}
    assert {side.kind for side in conflict.sides} <= set(SourceKind)


def test_warnings_are_pitfalls(clinic):
    answer = clinic.ask("What are the contraindications of metformin in type 2 diabetes?")
    said_once = [*answer.direct, *answer.pitfalls]  # what the direct answer says already is no pitfall again
    assert any("contraindicated" in statement.text for statement in said_once)
    assert answer.pitfalls
    assert not {statement.text for statement in answer.pitfalls} & {statement.text for statement in answer.direct}


def test_steps_are_recommendations_in_the_order_of_care(clinic):
    answer = clinic.ask("How should metformin be used in type 2 diabetes: recommendation, dose, monitoring, contraindications?")
    stages = [step.stage for step in answer.algorithm]
    order = list(type(stages[0]))
    assert stages == sorted(stages, key=order.index)
    assert len(stages) >= 3
    assert all(step.statement.citations for step in answer.algorithm)


def test_an_old_answer_carries_a_warning_and_a_new_one_none(clinic):
    assert "2009" in clinic.ask("colchicine dose for acute gout").currency_warning
    assert clinic.ask("What is the dose of metformin in type 2 diabetes?").currency_warning is None


def test_an_emergency_stands_first_and_the_question_is_answered_as_well(clinic):
    answer = clinic.ask("My son's tongue is swelling: what is the dose of adrenaline for anaphylaxis?")
    assert "emergency number" in answer.emergency
    assert "500 micrograms" in said(answer)
    assert clinic.ask("What is the dose of adrenaline for anaphylaxis?").emergency is None


def test_a_correction_is_reported(clinic):
    answer = clinic.ask("What is the dose of metfromin in type 2 diabetes?")
    assert answer.provenance.corrections == (("metfromin", "metformin"),)
    assert answer.question == "What is the dose of metfromin in type 2 diabetes?"


def test_related_questions_are_other_questions(clinic):
    question = "What doses are used in acute gout?"
    related = clinic.ask(question).related_questions
    assert question not in related
    assert len(set(related)) == len(related)


def test_a_follow_up_is_answered_in_the_light_of_the_one_before(clinic):
    history = ("Is metformin recommended for type 2 diabetes?",)
    answer = clinic.ask("What about its side effects?", history=history)
    assert answer.history == history
    assert "diarrhoea" in said(answer)
    assert "ada-2024-metformin" in documents_of(answer)


# --- superseded, retracted, filtered ------------------------------------------------------------------------------


def test_what_is_superseded_is_shown_as_such_and_after_what_replaced_it(clinic):
    answer = clinic.ask("How is H. pylori treated?")
    assert {"pylori-2017", "pylori-2024"} <= documents_of(answer)
    old = [group for group in groups_of(answer) if "2017" in group.run_in]
    assert old
    assert all(group.superseded_by == "pylori-2024" for group in old)
    sides = [side for conflict in answer.conflicts for side in conflict.sides]
    assert [side.superseded_by for side in sides][:2] == [None, "pylori-2024"]
    assert {s.citations[0].document_id for s in answer.direct} == {"pylori-2024"}  # a direct answer carries no such mark
    assert not [step for step in answer.algorithm if step.statement.citations[0].document_id == "pylori-2017"]
    (listed,) = [r for r in answer.references if r.document_id == "pylori-2017"]
    assert listed.source.superseded_by == "pylori-2024"


def test_what_is_retracted_is_never_found(clinic):
    answer = clinic.ask("Does metformin cure type 2 diabetes compared with placebo at 1 week?")
    assert "retracted-2018-metformin" not in documents_of(answer) | {near.document_id for near in answer.near_misses}
    assert "99 percent" not in said(answer)


def test_what_is_retracted_is_not_quoted_even_where_a_hit_names_it(clinic, clinic_index):
    query = clinic.understand("Does metformin cure type 2 diabetes?")
    retracted = [
        Hit(passage_id=p.id, score=1.0, rank=rank) for rank, p in enumerate(clinic_index.passages_of("retracted-2018-metformin"), 1)
    ]
    answer = clinic.compose(query, [*retracted, *clinic.hits(query)], asked=query.text)
    assert "retracted-2018-metformin" not in documents_of(answer)
    assert "99 percent" not in said(answer)


def test_filters_bind_the_answer_and_are_recorded(clinic, clinic_index):
    filters = Filters(kinds=(SourceKind.GUIDELINE,))
    answer = clinic.ask("Does acupuncture help chronic low back pain?", filters=filters)
    assert documents_of(answer)
    assert {clinic_index.document(i).source.kind for i in documents_of(answer)} == {SourceKind.GUIDELINE}
    assert "guideline" in answer.provenance.filters
    assert clinic.ask("Does acupuncture help chronic low back pain?").provenance.filters is None


# --- what is missing ----------------------------------------------------------------------------------------------

JOINED = "What are the benefits and risks of electroacupuncture combined with mesenchymal stem cell therapy?"


def test_two_things_that_nothing_joins_are_a_gap_that_says_so(clinic):
    answer = clinic.ask(JOINED)
    (gap,) = [gap for gap in answer.gaps if gap.kind is GapKind.CONJUNCTION]
    assert "electroacupuncture" in gap.message
    assert "mesenchymal stem cell" in gap.message
    assert gap.decisive
    assert gap.receipt.passages_searched == clinic.index.passage_count
    assert answer.support is Support.INSUFFICIENT
    assert answer.gaps[0] == gap  # it is said first


def test_the_sentence_that_says_nothing_joins_them_does_not_join_them(clinic):
    answer = clinic.ask(JOINED)
    headings = [section.heading for section in answer.sections]
    assert not [h for h in headings if "lectroacupuncture and" in h]
    assert "No randomised trial has tested electroacupuncture combined" in said(answer)


def test_each_of_two_things_that_nothing_joins_gets_a_section_of_its_own(clinic):
    answer = clinic.ask(JOINED)
    assert {"ea-2019-safety", "msc-2022-knee"} <= documents_of(answer)
    headings = " | ".join(section.heading.lower() for section in answer.sections)
    assert "electroacupuncture" in headings
    assert "mesenchymal" in headings


def test_two_things_that_a_document_joins_are_no_gap(clinic):
    answer = clinic.ask("Is apixaban better than warfarin for atrial fibrillation?")
    assert not [gap for gap in answer.gaps if gap.kind is GapKind.CONJUNCTION]


@pytest.mark.parametrize("drug", ["zorblaxinib", "quexumab", "flibvastatin"])
def test_a_drug_that_no_passage_names_makes_the_answer_abstain(clinic, drug):
    answer = clinic.ask(f"Is {drug} safe?")
    assert answer.abstained
    assert answer.support is Support.INSUFFICIENT
    (gap, *_) = answer.gaps
    assert gap.kind is GapKind.TOPIC
    assert drug in gap.message
    assert gap.receipt.passages_searched == clinic.index.passage_count


def test_a_drug_that_no_passage_names_is_said_so_where_its_condition_is_known(clinic):
    answer = clinic.ask("Does zorblaxinib cure type 2 diabetes?")
    assert answer.support is Support.INSUFFICIENT
    assert "zorblaxinib" in answer.gaps[0].message
    assert "zorblaxinib" not in said(answer)


@pytest.mark.parametrize(
    "question",
    ["What is the capital of France?", "Who won the football match yesterday?", "How do I bake bread?", "asdf qwer zxcv", "?!", "😀🔥", "'; DROP TABLE documents; --"],
)
def test_what_is_not_medicine_is_not_answered_with_medicine(clinic, question):
    answer = clinic.ask(question)
    assert answer.abstained
    assert answer.references == ()


def test_the_gap_of_an_aspect_is_tested_on_what_is_shown(clinic):
    answer = clinic.ask("What is the dose of acupuncture for chronic low back pain, and what are its harms?")
    aspects = {gap.aspect for gap in answer.gaps}
    assert Role.DOSING.value in aspects
    assert Role.HARM.value not in aspects
    assert "bruising" in said(answer) or "adverse events" in said(answer)


def test_a_question_that_is_fully_covered_has_no_gap(clinic):
    assert clinic.ask("What is the dose of metformin in type 2 diabetes?").gaps == ()


def test_a_gap_names_the_nearest_title(clinic):
    answer = clinic.ask("Does zorblaxinib cure type 2 diabetes?")
    assert answer.gaps[0].receipt.nearest_title


# --- sources of another shape -------------------------------------------------------------------------------------


def test_tables_captions_and_fragments_are_not_quoted(memory, clinic_documents):
    document = memory.make_document(
        "gout-table",
        "Allopurinol for gout: review 2024",
        {
            "Effect": [
                "Allopurinol for gout | 300 mg | 62 percent",
                "In adults with gout, allopurinol lowered uric acid compared with placebo.",
                "This drug is effective against gout in most adults with gout.",
                "It prevents attacks of gout.",
                "Allopurinol for gout includes:",
            ]
        },
    )
    answer = memory.MemoryEngine(memory.MemoryIndex([*clinic_documents, document])).ask("Does allopurinol help gout?")
    mine = {c.quoted for s in statements_of(answer) for c in s.citations if c.document_id == "gout-table"}
    assert mine == {"In adults with gout, allopurinol lowered uric acid compared with placebo."}


def test_the_same_claim_of_two_documents_is_shown_once_with_both_citations(memory, clinic_documents):
    claim = "In adults with gout, allopurinol lowered uric acid by 30 percent compared with placebo."
    twins = [
        memory.make_document(name, f"Allopurinol for gout: {name}", {"Effect": [text]}, source={"year": 2024})
        for name, text in (("trial-a", claim), ("trial-b", claim.replace("In adults", "In the adults")))
    ]
    other = memory.make_document("trial-c", "Allopurinol for gout: trial-c", {"Effect": [claim.replace("30", "3")]}, source={"year": 2024})
    answer = memory.MemoryEngine(memory.MemoryIndex([*clinic_documents, *twins, other])).ask("Does allopurinol lower uric acid in gout?")
    (both,) = {s.text: s for s in statements_of(answer) if "30 percent" in s.text}.values()
    assert {c.document_id for c in both.citations} == {"trial-a", "trial-b"}
    assert [s for s in statements_of(answer) if "by 3 percent" in s.text]  # another number is another claim


def test_an_index_without_sentence_vectors_answers_too(memory, clinic_documents):
    engine = memory.MemoryEngine(memory.MemoryIndex(clinic_documents, with_sentence_vectors=False))
    answer = engine.ask("What is the dose of adrenaline in anaphylaxis?")
    assert "500 micrograms" in " ".join(statement.text for statement in answer.direct)


def test_an_empty_index_abstains(memory):
    answer = memory.MemoryEngine(memory.MemoryIndex([])).ask("Is metformin safe?")
    assert answer.abstained
    assert answer.gaps[0].receipt.passages_searched == 0


def test_the_number_of_quoted_words_is_bounded(memory, clinic_index):
    answer = memory.MemoryEngine(clinic_index, most_words=60).ask("Does acupuncture help chronic low back pain?")
    quoted = {s.text for s in statements_of(answer)}
    assert 0 < sum(len(text.split()) for text in quoted) <= 66  # words are counted by the tokeniser, which parts less than blanks do


@pytest.mark.parametrize("audience", list(Audience))
def test_audiences_differ_in_order_and_headings_only(clinic, audience):
    question = "What are the benefits and harms of metformin in type 2 diabetes?"
    answer = clinic.ask(question, audience=audience)
    assert answer.audience is audience
    assert quotes_of(answer) <= quotes_of(clinic.ask(question))
    assert answer.support is clinic.ask(question).support


def test_what_is_told_of_a_disease_and_not_asked_for_leaves_room(memory):
    sections = {
        "Recommendation": ["ESC 2018 recommends colchicine for acute gout in adults."],
        "Prognosis": [
            "Acute gout settles within 14 days without treatment in most adults.",
            "Acute gout returns within 12 months in 60 percent of adults.",
            "Acute gout shortens life by 2 years in adults with kidney disease.",
            "Acute gout damages joints in 20 percent of adults after 10 years.",
        ],
    }
    engine = memory.MemoryEngine(memory.MemoryIndex([memory.make_document("gout", "Acute gout", sections, source={"kind": "guideline"})]))

    def told(question):
        return {statement.text for statement in statements_of(engine.ask(question)) if statement.role is Role.PROGNOSIS}

    assert len(told("How should acute gout be treated?")) == 2
    assert len(told("What is the prognosis of acute gout?")) == 4


@pytest.mark.parametrize(("question", "told"), [("How should severe hyponatraemia be treated?", True), ("What is the prognosis of severe hyponatraemia?", False)])
def test_a_treatment_is_told_with_its_limit(memory, monkeypatch, question, told):
    sections = {
        "Recommendation": ["ESC 2018 recommends hypertonic saline for severe hyponatraemia in adults."],
        "Prognosis": ["Severe hyponatraemia ends in death in 10 percent of adults."],
        "Dosing": ["ESC 2018 sets a limit of 8 mmol/L in any 24 hours in severe hyponatraemia."],
    }
    engine = memory.MemoryEngine(memory.MemoryIndex([memory.make_document("salt", "Severe hyponatraemia", sections, source={"kind": "guideline"})]))
    shown = []

    def far(query, topics, plan, found, *, most_words):  # the limit as far from the best as it is in a long guideline
        best = found[0].relevance
        found = [c._replace(relevance=best - 4.8) if "limit" in c.text else c for c in found]
        shown.extend(choose(query, topics, plan, sorted(found, key=lambda c: -c.relevance), most_words=most_words))
        return shown

    monkeypatch.setattr("ragqa.compose.extractive.choose", far)
    engine.ask(question)
    assert any("limit of 8 mmol/L" in chosen.candidate.text for chosen in shown) is told


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The society recommends corticosteroid injection for knee osteoarthritis in adults.", "The society recommends hyaluronic acid injection for knee osteoarthritis in adults.", False),
        ("In the trial, adverse events did not differ between the drug and placebo in women.", "In the trial, thromboembolic events did not differ between the drug and placebo in women.", False),
        ("A single CLN8 gene mutation causes Northern epilepsy in children.", "A CLN8 gene mutation causes Northern epilepsy in children.", True),
        ("The dose is 5 mg once daily for adults with gout.", "The dose is 10 mg once daily for adults with gout.", False),
    ],
)
def test_two_claims_that_differ_by_a_word_each_are_two(one, other, same):
    assert (_says_all(one, other) or _says_all(other, one)) is same


def test_a_source_that_says_less_is_not_cited_for_more():
    more = "A single CLN8 gene mutation causes Northern epilepsy in children."
    assert _says_all(more, "A CLN8 gene mutation causes Northern epilepsy in children.")
    assert not _says_all("A CLN8 gene mutation causes Northern epilepsy in children.", more)


def test_a_part_that_nothing_joins_to_the_rest_leaves_the_rest_answered(clinic):
    answer = clinic.ask("Adult with anaphylaxis. What is the dose of adrenaline? Also, would tai chi help in anaphylaxis?")
    alone = clinic.ask("Would tai chi help in anaphylaxis?")
    assert alone.abstained or alone.support is Support.INSUFFICIENT
    assert any("500 micrograms" in statement.text for statement in statements_of(answer))
