"""The HTTP API over a small index: answers, streams, passages, review, and what is refused how."""

import json
import logging
import re

import pytest
from fastapi import FastAPI

from ragqa.config import ServeSettings, Settings
from ragqa.engine import Engine, build_index
from ragqa.keys import KeyStore
from ragqa.review import statement_id
from ragqa.server import create_app
from ragqa.server.access import Visitor
from ragqa.server.app import KEYS_FILE
from ragqa.server.desk import Asked, ThreadDesk
from ragqa.server.schemas import Question, Search
from ragqa.types import Answer, Filters, Origin, statements_of
from ragqa.vocabulary import Audience, Role, SourceKind

QUESTION = "Does acupuncture help chronic low back pain?"


def test_an_answer_is_that_of_the_engine_and_is_kept(client, engine):
    given = client.post("/v1/answers", json={"question": QUESTION}).json()
    assert Answer.model_validate(given["answer"]) == engine.ask(QUESTION)
    assert client.get(f"/v1/answers/{given['id']}").json() == given
    assert client.post("/v1/answers", json={"question": QUESTION}).json()["id"] == given["id"]


def test_a_follow_up_is_understood_in_the_light_of_the_question_before(client, engine):
    asked = {"question": "Is it safe?", "history": [QUESTION]}
    assert Answer.model_validate(client.post("/v1/answers", json=asked).json()["answer"]) == engine.ask("Is it safe?", history=[QUESTION])


def test_filters_reach_the_engine(client):
    answer = client.post("/v1/answers", json={"question": QUESTION, "kinds": ["guideline"]}).json()["answer"]
    assert {reference["source"]["kind"] for reference in answer["references"]} == {"guideline"}


FILTERED = {
    "kinds": ["guideline", "cohort", "guideline"], "since": 2010, "until": 2020, "designs": ["randomised controlled trial"], "written_for": ["patient", "clinician"],
    "language": "en", "documents": ["b", "a"],
}  # fmt: skip
FILTERS = Filters(
    kinds=(SourceKind.COHORT, SourceKind.GUIDELINE), since=2010, until=2020, language="en", documents=("a", "b"),
    designs=("randomised controlled trial",), audiences=(Audience.CLINICIAN, Audience.PATIENT),
)  # fmt: skip


def test_each_filter_of_a_body_is_one_of_the_engine():
    assert Search(question=QUESTION, **FILTERED).filters() == FILTERS
    assert Question(question=QUESTION, **FILTERED).asked() == Asked(QUESTION, filters=FILTERS)


def test_a_search_finds_only_what_passes_its_filters(client):
    passages = client.post("/v1/search", json={"question": QUESTION, "documents": ["acp-2017-back"]}).json()["passages"]
    assert {passage["document_id"] for passage in passages} == {"acp-2017-back"}
    assert client.post("/v1/search", json={"question": QUESTION, "designs": ["séance"]}).json()["passages"] == []
    assert client.post("/v1/search", json={"question": QUESTION, "language": "tlh"}).json()["passages"] == []
    assert client.post("/v1/search", json={"question": QUESTION, "documents": ["acp-2017-back"], "written_for": ["student"]}).json()["passages"] == []


@pytest.mark.parametrize("wrong", [{"designs": [""]}, {"designs": ["x"] * 21}, {"documents": ["d"] * 101}, {"language": "English!"}, {"written_for": ["anyone"]}])
def test_a_filter_that_is_none_is_refused(client, wrong):
    for path in ("/v1/answers", "/v1/search"):
        assert client.post(path, json={"question": QUESTION, **wrong}).status_code == 422


def test_years_that_no_source_can_have_are_refused(client):
    for path in ("/v1/answers", "/v1/answers/stream", "/v1/search"):
        response = client.post(path, json={"question": QUESTION, "since": 2020, "until": 2010})
        assert (response.status_code, response.json()["detail"]) == (422, "no year is from 2020 on and until 2010; give the earlier year first")


def test_a_form_that_names_no_year_or_kind_is_refused(client):
    for wrong in ({"since": "20x8"}, {"until": "0"}, {"kinds": "rumour"}, {"since": "2020", "until": "2010"}):
        response = client.post("/ask", data={"question": QUESTION, **wrong})
        assert response.status_code == 422
        assert "<h1>" in response.text


def test_sections_are_streamed_in_reading_order(client, engine):
    with client.stream("POST", "/v1/answers/stream", json={"question": QUESTION}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = [block.split("\n", 1) for block in response.read().decode().strip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in events]
    answer = engine.ask(QUESTION)
    assert names == ["understood", "opening", *["section"] * len(answer.sections), "closing", "done"]
    data = [json.loads(data.removeprefix("data: ")) for _, data in events]
    joined = data[1] | {"sections": data[2:-2]} | data[-2]
    assert Answer.model_validate(joined) == answer
    assert client.get(f"/v1/answers/{data[-1]['id']}").status_code == 200


def test_an_emergency_is_said_before_anything_is_searched(client):
    with client.stream("POST", "/v1/answers/stream", json={"question": "My throat is swelling after peanuts, what now?"}) as response:
        first = response.read().decode().split("\n\n", 1)[0]
    assert json.loads(first.split("data: ")[1])["emergency"]


def test_a_quote_stands_where_its_passage_says(client, engine):
    answer = engine.ask(QUESTION)
    for statement in statements_of(answer):
        for citation in statement.citations:
            place = f"{citation.span.start}-{citation.span.end}"
            found = client.get(f"/v1/passages/{citation.document_id}:{place}", params={"quote": place}).json()
            (quote,) = found["quotes"]
            assert found["text"][quote["start"] : quote["end"]] == citation.quoted == quote["text"]


def test_where_a_file_lies_on_the_machine_is_not_told(memory, clinic_documents, tmp_path, client_of):
    moved = [d.model_copy(update={"origin": Origin(file=f"/srv/secret/{d.id}.md")}) for d in clinic_documents]
    index = memory.MemoryIndex(moved)
    client = client_of(create_app(Engine(index, index.encoder, Settings()), state=tmp_path))
    found = client.get("/v1/passages/acp-2017-back:0-20")
    assert found.json()["file"] == "acp-2017-back.md"
    assert "secret" not in found.text


def test_search_shows_passages_with_the_scores_of_both_arms(client):
    passages = client.post("/v1/search", json={"question": QUESTION, "depth": 3}).json()["passages"]
    assert [passage["rank"] for passage in passages] == [1, 2, 3]
    assert client.get(f"/v1/passages/{passages[0]['id']}").json()["quotes"][0]["text"] == passages[0]["text"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/answers", {"question": ""}, 422),
        ("POST", "/v1/answers", {"question": "x" * 1001}, 422),
        ("POST", "/v1/answers", {"question": QUESTION, "colour": "red"}, 422),
        ("GET", "/v1/answers/" + "0" * 24, None, 404),
        ("GET", "/v1/passages/nowhere:0-10", None, 404),
        ("GET", "/v1/passages/acp-2017-back:0-99999999", None, 404),
        ("GET", "/v1/passages/acp-2017-back:9-3", None, 404),
        ("GET", "/v1/articles/" + "0" * 16, None, 404),
        ("GET", "/v1/nothing", None, 404),
        ("PUT", "/v1/answers", {}, 405),
        ("POST", "/v1/answers", {"question": "x", "history": ["y" * 900] * 80}, 413),
    ],
)
def test_what_is_refused_is_a_problem_that_repeats_nothing(client, method, path, body, status):
    response = client.request(method, path, json=body, headers={"x-request-id": "abc-1"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["x-request-id"] == "abc-1"
    assert "xxxx" not in response.text


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        ('{"question": ', {"content-type": "application/json"}, "the body is no JSON"),
        ('{"question": "gout?"}', {"content-type": "text/plain"}, "Content-Type: application/json"),
        ("[]", {"content-type": "application/json"}, "no JSON object"),
    ],
)
def test_a_body_that_is_no_json_object_is_called_so(client, body, headers, said):
    response = client.post("/v1/answers", content=body, headers=headers)
    assert response.status_code == 422
    assert said in response.json()["detail"]


def test_beside_a_quote_stands_whose_summary_it_is_and_its_doi(tmp_path, client_of):
    text = "---\nid: gout\ntitle: Gout flares\nkind: guideline\nyear: 2020\nsummary_of:\n  title: A guideline on gout\n  doi: 10.1000/gout.1\nstatus: project-written summary; verify against the source\n---\n\n# Gout flares\n\n## Recommendation\n\nColchicine is recommended for flares of gout.\n"
    (tmp_path / "gout.md").write_text(text, encoding="utf-8")
    settings = Settings(encoder="hashing-64", adapter="none")
    build_index([tmp_path / "gout.md"], tmp_path / "index", settings)
    client = client_of(create_app(Engine.open(tmp_path / "index", settings=settings), state=tmp_path / "state", settings=ServeSettings(rate=100_000)))
    given = client.post("/v1/answers", json={"question": "Is colchicine recommended for gout flares?"}).json()
    page = client.get(f"/answers/{given['id']}").text
    found = client.get(re.search(r'href="(/sources/[^"]+)"', page)[1].replace("&amp;", "&")).text
    assert "Project-written summary of: “A guideline on gout”. Verify against the source." in found
    assert 'href="https://doi.org/10.1000/gout.1"' in found


def test_review_by_the_api_from_submission_to_approval(client):
    answer_id = client.post("/v1/answers", json={"question": QUESTION}).json()["id"]
    article = client.post("/v1/articles", json={"answer_id": answer_id}).json()
    base = f"/v1/articles/{article['id']}"
    assert client.post(f"{base}/approve", json={}).status_code == 409
    assert client.post(f"{base}/start", json={}).json()["may"] == ["edit", "ask again", "approve", "reject"]
    assert client.post(f"{base}/approve", json={"answer": "0" * 64}).status_code == 409
    approved = client.post(f"{base}/approve", json={"answer": article["digest"], "note": "fine"}).json()
    assert approved["status"] == approved["answer"]["review_status"] == "Approved"
    assert [card["id"] for card in client.get("/v1/articles", params={"status": "Approved"}).json()] == [article["id"]]
    assert "pending human review" not in client.get(f"{base}/export").text
    assert client.get("/v1/articles/verification").json() == {"problems": []}


@pytest.mark.parametrize(("path", "as_page"), [("/v1/articles/{}/approve", False), ("/articles/{}/approve", True)])
def test_an_approval_given_while_the_index_is_replaced_is_held_against_the_new_one(client, app, memory, clinic_documents, monkeypatch, path, as_page):
    service = app.state.service
    article = client.post("/v1/articles", json={"answer_id": client.post("/v1/answers", json={"question": QUESTION}).json()["id"]}).json()
    client.post(f"/v1/articles/{article['id']}/start", json={})
    cited = article["answer"]["references"][0]["document_id"]
    index = memory.MemoryIndex([d for d in clinic_documents if d.id != cited])
    approve = service.reviews.approve

    def replaced_meanwhile(*args, **kwargs):
        service._desk = ThreadDesk(Engine(index, index.encoder, Settings()))
        service.checked_reviews()
        return approve(*args, **kwargs)

    monkeypatch.setattr(service.reviews, "approve", replaced_meanwhile)
    sent = {"data": {"seen": article["digest"]}} if as_page else {"json": {"answer": article["digest"]}}
    assert client.post(path.format(article["id"]), **sent).status_code in {200, 303}
    found = service.reviews.article(article["id"])
    assert [entry.action.value for entry in found.history] == ["submit", "start", "approve", "fall back"]


@pytest.mark.parametrize("field", ["thread", "again"])
def test_a_follow_up_and_another_reader_keep_the_filters(client, field):
    first = client.post("/v1/answers", json={"question": QUESTION, "kinds": ["guideline"], "since": 2000}).json()
    location = client.post("/ask", data={"question": "Is it safe?", "audience": "patient", field: first["id"]}).headers["location"]
    answer = client.get(f"/v1{location}").json()["answer"]
    assert answer["provenance"]["filters"] == first["answer"]["provenance"]["filters"]
    assert answer["audience"] == "patient"
    assert (answer["question"], answer["history"]) == ((QUESTION, []) if field == "again" else ("Is it safe?", [QUESTION]))


def test_asking_again_and_editing_make_revisions(client, engine):
    answer_id = client.post("/v1/answers", json={"question": QUESTION}).json()["id"]
    article = client.post("/v1/articles", json={"answer_id": answer_id}).json()
    base = f"/v1/articles/{article['id']}"
    client.post(f"{base}/start", json={})
    sections = list(reversed(range(len(article["answer"]["sections"]))))
    last = list(statements_of(engine.ask(QUESTION)))[-1]
    edited = client.post(f"{base}/edit", json={"edit": {"leave_out": [statement_id(last)], "sections": sections}}).json()
    assert edited["digest"] != article["digest"]
    assert last.text not in {s.text for s in statements_of(Answer.model_validate(edited["answer"]))}
    again = client.post(f"{base}/ask-again", json={"note": "as it was"}).json()
    assert again["digest"] == article["digest"]


def test_secure_headers_stand_on_every_response(client):
    for path in ("/", "/v1/nothing", "/healthz", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


def test_no_word_of_a_question_is_logged_unless_it_is_switched_on(engine, tmp_path, client_of, caplog):
    with caplog.at_level(logging.INFO, logger="ragqa.server"):
        client_of(create_app(engine, state=tmp_path)).post("/v1/answers", json={"question": QUESTION})
        assert [record.message for record in caplog.records] == ["request"]
        assert "acupuncture" not in str([vars(record) for record in caplog.records])
        client_of(create_app(engine, state=tmp_path, settings=ServeSettings(log_questions=True))).post("/v1/answers", json={"question": QUESTION})
        assert QUESTION in [getattr(record, "question", "") for record in caplog.records]


def test_nothing_is_written_when_a_question_is_asked(client, tmp_path):
    client.post("/v1/answers", json={"question": QUESTION})
    assert list(tmp_path.rglob("*")) == []


def test_counters_tell_routes_and_no_questions(client):
    client.post("/v1/answers", json={"question": QUESTION})
    text = client.get("/metrics").text
    assert 'ragqa_requests_total{method="POST",route="/v1/answers",status="200"} 1.0' in text
    assert "acupuncture" not in text


def test_a_fault_is_answered_without_its_message(client, app, monkeypatch, caplog):
    monkeypatch.setattr(app.state.service, "kept", lambda name: 1 / 0)
    response = client.get("/v1/answers/" + "0" * 24)
    assert response.status_code == 500
    assert "division" not in response.text
    assert "division" not in caplog.text


class TestWithoutKeys:
    @pytest.mark.parametrize(("host", "peer"), [("ward.example", "127.0.0.1"), ("127.0.0.1", "10.0.0.7"), ("localhost.evil.example", "127.0.0.1")])
    def test_only_this_machine_is_served(self, app, client_of, host, peer):
        assert client_of(app, host=host, peer=peer).get("/healthz").status_code == 403

    @pytest.mark.parametrize("name", ["Via", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"])
    def test_what_a_proxy_passes_on_is_not_of_this_machine(self, client, name):
        assert client.get("/", headers={name: "127.0.0.1"}).status_code == 403

    @pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "http://[x"}])
    def test_a_page_of_another_site_can_send_nothing(self, client, headers):
        assert client.post("/ask", data={"question": QUESTION}, headers=headers).status_code == 403


class TestWithKeys:
    @pytest.fixture
    def keys(self, tmp_path):
        return KeyStore(tmp_path / "state" / KEYS_FILE)

    def test_each_role_may_do_its_own(self, client, keys):
        of = {role: {"authorization": f"Bearer {keys.create(role.value, role)[1]}"} for role in Role}
        assert client.post("/v1/answers", json={"question": QUESTION}).status_code == 401
        given = client.post("/v1/answers", json={"question": QUESTION}, headers=of[Role.READER]).json()
        article = client.post("/v1/articles", json={"answer_id": given["id"]}, headers=of[Role.READER]).json()
        start = f"/v1/articles/{article['id']}/start"
        assert client.post(start, json={}, headers=of[Role.READER]).status_code == 403
        assert client.post(start, json={}, headers=of[Role.REVIEWER]).json()["history"][-1]["actor"] == "reviewer"
        assert [client.get("/metrics", headers=of[role]).status_code for role in Role] == [403, 403, 200]

    def test_a_revoked_key_opens_nothing_and_leaves_nothing_open(self, client, keys):
        card, key = keys.create("ada", Role.ADMIN)
        client.post("/sign-in", data={"key": key})
        assert client.get("/").status_code == 200
        keys.revoke(card.id)
        assert client.get("/").status_code == 401
        assert client.get("/metrics", headers={"authorization": f"Bearer {key}"}).status_code == 401

    def test_signing_in_sets_a_cookie_that_scripts_cannot_read(self, client, keys):
        _, key = keys.create("ada", Role.READER)
        assert client.post("/sign-in", data={"key": key[:-3] + "xyz"}).status_code == 401
        cookie = client.post("/sign-in", data={"key": key}).headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert key.lower() not in cookie
        assert client.post("/sign-out").status_code == 303
        assert client.get("/").status_code == 401

    def test_any_host_is_served_to_a_key(self, app, client_of, keys):
        _, key = keys.create("ada", Role.READER)
        elsewhere = client_of(app, host="ward.example", peer="10.0.0.7")
        assert elsewhere.get("/", headers={"authorization": f"Bearer {key}"}).status_code == 200
        assert elsewhere.get("/").status_code == 401


def test_too_many_requests_are_put_off(engine, tmp_path, client_of):
    client = client_of(create_app(engine, state=tmp_path, settings=ServeSettings(rate=3)))
    statuses = [client.get("/v1/articles") for _ in range(4)]
    assert [response.status_code for response in statuses] == [200, 200, 200, 429]
    assert 1 <= int(statuses[-1].headers["retry-after"]) <= 60
    assert client.get("/healthz").status_code == 200


def test_keys_that_are_refused_count_for_their_address(engine, tmp_path, client_of):
    app = create_app(engine, state=tmp_path, settings=ServeSettings(rate=3))
    _, key = KeyStore(tmp_path / KEYS_FILE).create("ada", Role.READER)
    guessing = {"authorization": f"Bearer {key[:-3]}xyz"}
    assert [client_of(app).get("/v1/articles", headers=guessing).status_code for _ in range(4)] == [401, 401, 401, 429]
    elsewhere = client_of(app, peer="10.0.0.7")
    assert elsewhere.get("/v1/articles", headers={"authorization": f"Bearer {key}"}).status_code == 200


def test_a_question_that_takes_too_long_is_given_up(engine, tmp_path, client_of):
    client = client_of(create_app(engine, state=tmp_path, settings=ServeSettings(timeout=1e-6)))
    assert client.post("/v1/answers", json={"question": QUESTION}).status_code == 504


def test_it_can_be_mounted_and_asked_by_who_the_other_application_lets_in(engine, tmp_path, client_of):
    inner = create_app(engine, state=tmp_path, authorise=lambda request: Visitor("ada", Role.READER) if "x-ada" in request.headers else None)
    outer = FastAPI()
    outer.mount("/evidence", inner)
    client = client_of(outer, host="hospital.example", peer="10.0.0.7")
    assert client.get("/evidence/").status_code == 401
    response = client.post("/evidence/ask", data={"question": QUESTION}, headers={"x-ada": "1"})
    assert response.headers["location"].startswith("/evidence/answers/")
    page = client.get(response.headers["location"], headers={"x-ada": "1"}).text
    assert 'href="/evidence/sources/' in page
    assert 'href="/sources/' not in page


def test_the_description_has_examples_and_names_every_problem(client):
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) >= {"/v1/answers", "/v1/answers/{answer_id}", "/v1/search", "/v1/passages/{passage_id}", "/v1/articles"}
    assert schema["components"]["schemas"]["Question"]["examples"]
    assert "application/problem+json" in schema["paths"]["/v1/answers"]["post"]["responses"]["422"]["content"]
