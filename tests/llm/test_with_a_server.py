"""A language model over HTTP: whatever it replies, an answer says no more than its quotes."""

import json
import os
from pathlib import Path

import pytest

from ragqa.config import LlmSettings, Settings
from ragqa.engine import Engine, build_index, open_model
from ragqa.errors import ModelError, ReplyError
from ragqa.rendering import parse_answer, render
from ragqa.types import statements_of
from ragqa.vocabulary import Audience, Basis, Fault

ROOT = Path(__file__).parents[2]
QUESTION = "Does acupuncture help chronic low back pain?"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    documents = [ROOT / "corpus" / "musculoskeletal" / name for name in ("acp-2017-low-back-pain.md", "acr-2020-gout.md")]
    build_index(documents, folder, Settings(encoder="hashing-256"))
    return Engine.open(folder)


@pytest.fixture(scope="module")
def quoted(engine):
    return engine.ask(QUESTION)


def texts(answer, basis):
    return [statement.text for statement in statements_of(answer) if statement.basis is basis]


def spans(answer):
    return {(c.document_id, c.span.start) for s in statements_of(answer) for c in s.citations[:1]}


def test_a_good_model_words_the_answer_and_loses_no_quote(engine, model, quoted):
    heard = []
    answer = engine.ask(QUESTION, model=model("good", price_in=1.0, price_out=10.0), on_sentence=heard.append)
    worded = texts(answer, Basis.VERIFIED)
    assert worded
    assert set(worded) <= set(heard)
    assert spans(answer) == spans(quoted)
    writing = answer.provenance.writing
    assert writing.kept >= 0.9 * writing.sentences > 0
    assert writing.prompts in (("plan-1", "write-2"), ("plan-1", "write-2", "mend-2"))
    assert writing.usage.prompt_tokens == 1000 * writing.usage.requests
    assert writing.usage.cost == pytest.approx(writing.usage.requests * (1000 * 1 + 200 * 10) / 1_000_000)
    assert parse_answer(render(answer, "json")) == answer
    for form in ("terminal", "markdown", "html"):
        assert "Worded by good" in " ".join(render(answer, form).split())
    assert all(trace.intact for trace in engine.trace(answer))


def test_trace_finds_a_sentence_that_was_changed_afterwards(engine, model):
    answer = engine.ask(QUESTION, model=model("good"))
    changed = render(answer, "json").replace("According to the source, ", "In children, ")
    assert not all(trace.intact for trace in engine.trace(parse_answer(changed)))


def test_a_wrong_model_gets_nothing_in_and_the_record_says_why(engine, model, quoted):
    answer = engine.ask(QUESTION, model=model("wrong"))
    assert texts(answer, Basis.VERIFIED) == []
    assert set(texts(answer, Basis.QUOTED)) == set(texts(quoted, Basis.QUOTED))
    refusals = answer.provenance.writing.refusals
    assert {Fault.NUMBER, Fault.CITATION} <= {fault for refusal in refusals for fault in refusal.faults}
    assert all(not refusal.mended and refusal.reason for refusal in refusals)
    assert refusals[0].instead
    assert "refused, quotes in their place" in " ".join(render(answer, "terminal").split())


def test_a_refused_sentence_is_asked_for_once_more_with_the_reason(engine, model, received):
    before = len(received())
    answer = engine.ask(QUESTION, model=model("mending"))
    refusals = answer.provenance.writing.refusals
    assert refusals
    assert all(refusal.mended and refusal.again for refusal in refusals)
    asked = received()[before:]
    assert len(asked) == 3  # plan, write, mend
    assert "12345 is not in the quote" in asked[-1]["body"]["messages"][1]["content"]


@pytest.mark.parametrize("name", ["hostile", "malformed", "prose", "cut-off", "garbage", "too-long", "fenced", "uncounted", "no-stream", "status-500", "status-429"])
def test_whatever_comes_back_the_answer_stands(engine, model, quoted, name):
    answer = engine.ask(QUESTION, model=model(name))
    assert spans(answer) == spans(quoted)
    shown = " ".join(texts(answer, Basis.VERIFIED))
    assert not any(strange in shown for strange in ("<script", "evil", "\u202e", "Silver", "xxxx"))
    if name in {"fenced", "uncounted", "too-long", "cut-off"}:
        assert texts(answer, Basis.VERIFIED)
    if name in {"prose", "no-stream", "status-500"}:
        assert answer.provenance.writing.notes
        assert texts(answer, Basis.VERIFIED) == []


@pytest.mark.parametrize("name", ["silent", "stalled"])
def test_a_model_that_falls_silent_is_not_waited_for(engine, model, quoted, name):
    answer = engine.ask(QUESTION, model=model(name, timeout=0.5, retries=0))
    assert spans(answer) == spans(quoted)
    assert answer.provenance.writing.notes


def test_a_reply_that_never_ends_is_cut(model, engine):
    answer = engine.ask(QUESTION, model=model("dripping", longest=0.5))
    assert any("cut off" in note for note in answer.provenance.writing.notes)


@pytest.mark.parametrize(
    ("name", "said"), [("status-401", "RAGQA_LLM_KEY"), ("status-404", "knows no model"), ("status-400", "structured"), ("elsewhere", "do not follow")]
)
def test_what_a_person_must_mend_is_said_and_nothing_is_answered(engine, model, name, said):
    with pytest.raises(ModelError, match=said) as caught:
        engine.ask(QUESTION, model=model(name))
    assert not isinstance(caught.value, ReplyError)


def test_a_server_that_is_not_there_is_said(engine):
    pytest.importorskip("openai")
    with pytest.raises(ModelError, match="cannot be reached"):
        engine.ask(QUESTION, model=open_model(LlmSettings(model="m", base_url="http://127.0.0.1:1/v1", retries=0)))


def test_a_busy_server_is_asked_again(engine, model):
    assert texts(engine.ask(QUESTION, model=model("busy-once")), Basis.VERIFIED)


def test_identifiers_never_leave_and_neither_does_an_environment_of_others(engine, model, received, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "of-another")
    monkeypatch.setenv("OPENAI_ORG_ID", "of-another")
    question = "Does acupuncture help chronic low back pain of Mr. John Smith, mrn 12345678, j.smith@example.org?"
    before = len(received())
    engine.ask(question, history=["Is Mrs. Jane Miller's back pain chronic?"], model=model("good"))
    sent = received()[before:]
    assert len(sent) == 3  # search, plan, write
    assert not any(word in str(sent) for word in ("Smith", "12345678", "j.smith", "Miller", "of-another"))
    assert "[name]" in str(sent)


def test_the_key_goes_to_its_endpoint_and_into_no_answer(engine, server, received, monkeypatch):
    pytest.importorskip("openai")
    monkeypatch.setenv("RAGQA_LLM_KEY", "sk-secret")
    answer = engine.ask(QUESTION, model=open_model(LlmSettings(model="good", base_url=f"{server}/v1")))
    assert received()[-1]["headers"]["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in render(answer, "json")
    with pytest.raises(ModelError, match="unencrypted"):
        open_model(LlmSettings(model="good", base_url="http://models.example.org/v1"))


def test_no_proxy_and_no_header_of_the_environment_is_used(engine, model, server, received, monkeypatch):
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Of-Another: yes\nAuthorization: Bearer of-another")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, server)  # a proxy is sent the whole address as path
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    asked = model("good")
    engine.ask(QUESTION, model=asked)
    monkeypatch.undo()
    sent = received()[-1]
    assert sent["path"] == "/v1/chat/completions"
    assert "of-another" not in str(sent["headers"]).lower()
    assert sent["headers"]["authorization"] == "Bearer none"


def test_a_models_searches_are_shown_and_only_add(engine, model):
    lay = engine.ask("my back hurts for months, do needles help?", audience=Audience.PATIENT, model=model("good"))
    assert lay.provenance.writing.searches == ("acupuncture for chronic low back pain",)
    off_topic = engine.ask("Who won the 1998 World Cup?", model=model("good"))
    assert off_topic.abstained  # however near the model's words are to what the index holds
    assert off_topic.provenance.writing.searches
    assert off_topic.provenance.writing.sentences == 0


def test_nothing_is_sent_unless_a_model_is_given(engine, received):
    before = len(received())
    assert engine.ask(QUESTION).provenance.writing is None
    assert len(received()) == before


def test_a_dry_run_shows_what_is_sent_then(engine, model, received, server):
    shown = []
    dry = open_model(LlmSettings(model="prose", base_url=f"{server}/v1"), dry_run=shown.append)
    before = len(received())
    answer = engine.ask(QUESTION, model=dry)
    assert len(received()) == before
    assert answer.provenance.writing.kept == 0
    engine.ask(QUESTION, model=model("prose"))
    sent = [request["body"] for request in received()[before:]]
    bodies = [json.loads(text.split("\n", 1)[1]) for text in shown]
    assert bodies == sent[:2]  # plan and write; the second write of an unreadable reply needs a reply


@pytest.mark.skipif("RAGQA_TEST_LLM_URL" not in os.environ, reason="set RAGQA_TEST_LLM_URL and RAGQA_TEST_LLM_MODEL to ask a real endpoint")
def test_a_real_endpoint(engine, quoted):
    settings = LlmSettings(model=os.environ["RAGQA_TEST_LLM_MODEL"], base_url=os.environ["RAGQA_TEST_LLM_URL"])
    answer = engine.ask(QUESTION, model=open_model(settings))
    assert spans(answer) >= spans(quoted)
    assert answer.provenance.writing.sentences > 0
