"""What the pages of review and of signing in say: that a step was taken, why one was not, and who may take it."""

import html
import re

import pytest

from ragqa.keys import KeyStore
from ragqa.server import create_app, pages_review
from ragqa.server.app import KEYS_FILE
from ragqa.vocabulary import Role

QUESTION = "Does acupuncture help chronic low back pain?"
ADA, BEA = {"x-who": "ada"}, {"x-who": "bea"}


def seen_in(page):
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page)[1]


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def sent(client_of_two):
    """An answer that Ada has sent to review: its page's address, and where she was led."""
    asked = client_of_two.post("/ask", data={"question": QUESTION}, headers=ADA).headers["location"]
    led = client_of_two.post("/articles", data={"answer_id": asked.rsplit("/", 1)[1]}, headers=ADA).headers["location"]
    return led.partition("?")[0], led


@pytest.fixture
def begun(client_of_two, sent):
    """The same, taken under review by Bea: its address, and what a form says it was shown."""
    address, _ = sent
    seen = seen_in(client_of_two.get(address, headers=BEA).text)
    assert client_of_two.post(f"{address}/start", data={"seen": seen}, headers=BEA).status_code == 303
    return address, seen


def test_a_reader_is_told_that_an_answer_was_sent_to_review(client_of_two, sent):
    address, led = sent
    said = "Sent to review. This page is its article"
    assert said in client_of_two.get(led, headers=ADA).text
    assert said not in client_of_two.get(address, headers=ADA).text
    assert "Approved by" not in client_of_two.get(f"{address}?done=approve", headers=ADA).text  # an address cannot make the page say what was not done


def test_each_step_is_confirmed(client_of_two, begun):
    address, seen = begun
    assert "The review has begun." in client_of_two.get(f"{address}?done=start", headers=BEA).text
    led = client_of_two.post(f"{address}/reject", data={"seen": seen, "note": "off the point"}, headers=BEA).headers["location"]
    page = client_of_two.get(led, headers=BEA).text
    assert "Rejected." in page
    assert "off the point" in page


def test_an_answer_sent_twice_leads_to_its_one_article(client_of_two, begun):
    address, _ = begun
    asked = client_of_two.post("/ask", data={"question": QUESTION}, headers=BEA).headers["location"]
    led = client_of_two.post("/articles", data={"answer_id": asked.rsplit("/", 1)[1]}, headers=BEA).headers["location"]
    assert led.startswith(address)
    assert "was sent to review before" in client_of_two.get(led, headers=BEA).text


def test_a_rejection_without_a_note_is_asked_for_it_beside_the_field(client_of_two, begun):
    address, seen = begun
    response = client_of_two.post(f"{address}/reject", data={"seen": seen, "note": "  "}, headers=BEA)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert "A rejection needs a note that says why." in response.text
    assert f"{address}/reject" in response.text  # the form is there still
    assert client_of_two.post(f"/v1{address}/reject", json={}, headers=BEA).status_code == 422


def test_a_text_that_was_edited_in_between_is_not_approved_and_the_note_stays(client_of_two, begun):
    address, _ = begun
    response = client_of_two.post(f"{address}/approve", data={"seen": "0" * 64, "note": "all checked"}, headers=BEA)
    assert response.status_code == 409
    assert "edited since it was read" in response.text
    assert ">all checked</textarea>" in response.text
    assert "aria-invalid" not in response.text


def test_an_edit_that_changes_nothing_shows_the_form_again(client_of_two, begun):
    address, seen = begun
    response = client_of_two.post(f"{address}/edit", data={"seen": seen, "note": "hm"}, headers=BEA)
    assert response.status_code == 409
    assert "The edit changes nothing." in response.text
    assert ">hm</textarea>" in response.text


def test_an_edit_is_shown_to_who_approves_and_no_form_read_before_it_is_taken(client_of_two, begun):
    address, seen = begun
    form = client_of_two.get(f"{address}/edit", headers=BEA).text
    assert seen_in(form) == seen
    name, text = re.search(r'name="leave_out" value="(\w+)".*?</span>(.*?)<small>', form).groups()
    assert client_of_two.post(f"{address}/edit", data={"seen": seen, "leave_out": name}, headers=BEA).status_code == 303
    for step in ("edit", "ask-again"):
        response = client_of_two.post(f"{address}/{step}", data={"seen": seen, "leave_out": name, "note": "mine"}, headers=ADA)
        assert response.status_code == 409
        assert "edited since it was read" in response.text
        assert ">mine</textarea>" in response.text
        refused = client_of_two.post(f"/v1{address}/{step}", json={"answer": seen} | ({"edit": {"leave_out": [name]}} if step == "edit" else {}), headers=ADA)
        assert refused.status_code == 409
    page = client_of_two.get(address, headers=ADA).text
    assert f"<del>{text}</del>" in page
    changes = client_of_two.get(f"/v1{address}", headers=ADA).json()["changes"]
    assert [change["left_out"] for change in changes.values()] == [[html.unescape(text)]]
    client_of_two.post(f"{address}/ask-again", data={"seen": seen_in(page)}, headers=ADA)
    assert f"<ins>{text}</ins>" in client_of_two.get(address, headers=ADA).text


def test_who_edits_is_told_that_another_approves(client_of_two, begun, engine, tmp_path, client_of):
    address, _ = begun
    assert "leaves the approval to another reviewer" in client_of_two.get(f"{address}/edit", headers=BEA).text
    alone = client_of(create_app(engine, state=tmp_path / "state", approve_own=True))
    assert "leaves the approval to another reviewer" not in alone.get(f"{address}/edit").text


def test_what_is_no_article_is_missing_as_before(client_of_two):
    for step in ("start", "reject", "approve", "edit", "ask-again"):
        assert client_of_two.post(f"/articles/{'0' * 16}/{step}", data={"seen": "0" * 64}, headers=BEA).status_code == 404


def test_who_brought_a_text_in_does_not_approve_it(client_of_two, begun):
    address, seen = begun
    page = client_of_two.get(address, headers=ADA).text
    assert f"{address}/approve" not in page
    assert "You brought this text in, so another reviewer approves it." in page
    assert f"{address}/approve" in client_of_two.get(address, headers=BEA).text
    refused = client_of_two.post(f"{address}/approve", data={"seen": seen}, headers={"x-who": " ADA "})
    assert refused.status_code == 403
    assert "brought this text in (submit) and does not approve it" in refused.text
    assert client_of_two.post(f"/v1{address}/approve", json={}, headers=ADA).status_code == 403
    assert "approve" not in client_of_two.get(f"/v1{address}", headers=ADA).json()["may"]
    assert "approve" in client_of_two.get(f"/v1{address}", headers=BEA).json()["may"]
    assert client_of_two.post(f"{address}/approve", data={"seen": seen}, headers=BEA).status_code == 303
    assert "no second person" not in client_of_two.get(address, headers=BEA).text


def test_a_house_of_one_is_told_how_and_its_approvals_say_that_nobody_else_has_looked(engine, tmp_path, client_of):
    client = client_of(create_app(engine, state=str(tmp_path)))
    answer = client.post("/v1/answers", json={"question": QUESTION}).json()["id"]
    article = client.post("/v1/articles", json={"answer_id": answer}).json()
    address = f"/articles/{article['id']}"
    client.post(f"/v1{address}/start", json={})
    assert "review.approve_own" in plain(client.get(address).text)
    assert client.post(f"/v1{address}/approve", json={}).status_code == 403
    alone = client_of(create_app(engine, state=tmp_path, approve_own=True))
    assert alone.post(f"/v1{address}/approve", json={}).json()["status"] == "Approved"
    assert "no second person has answered for it" in alone.get(address).text
    assert alone.get("/v1/articles/verification").json() == {"problems": []}


class TestSigningIn:
    @pytest.fixture
    def key(self, tmp_path):
        return KeyStore(tmp_path / "state" / KEYS_FILE).create("ada", Role.READER)[1]

    def test_the_first_visit_is_asked_for_a_key_and_then_led_on(self, client, key):
        response = client.get("/articles?status=Approved", headers={"accept": "text/html"})
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert "<h1>Sign in</h1>" in response.text
        assert 'type="password"' in response.text
        assert "Unauthorized" not in response.text
        assert "/policy" not in response.text  # nothing that cannot be opened yet
        onward = re.search(r'name="onward" value="([^"]*)"', response.text)[1]
        assert client.post("/sign-in", data={"key": key, "onward": onward}).headers["location"] == "/articles?status=Approved"

    def test_a_wrong_key_is_asked_for_again_and_the_way_is_kept(self, client, key):
        response = client.post("/sign-in", data={"key": "ragqa_no", "onward": "/policy"})
        assert response.status_code == 401
        assert 'aria-invalid="true"' in response.text
        assert 'name="onward" value="/policy"' in response.text

    @pytest.mark.parametrize("onward", ["//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil.example", "/a b", "/sign-in", "/x\r\nset-cookie: a=b", ""])
    def test_signing_in_leads_to_no_other_host(self, client, key, onward):
        assert client.post("/sign-in", data={"key": key, "onward": onward}).headers["location"] == "/"

    def test_what_was_sent_by_a_form_is_not_sent_again(self, client, key):
        response = client.post("/ask", data={"question": QUESTION})
        assert response.status_code == 401
        assert 'name="onward" value="/"' in response.text

    def test_nobody_is_asked_for_a_key_where_none_is_needed(self, client):
        assert client.get("/sign-in").headers["location"] == "/"


def test_another_application_asks_for_its_own_permission(engine, tmp_path, client_of):
    client = client_of(create_app(engine, state=tmp_path, authorise=lambda request: None))
    response = client.get("/")
    assert response.status_code == 401
    assert 'type="password"' not in response.text
    assert client.get("/sign-in").status_code == 303


def test_who_is_signed_in_is_named_where_a_step_is_taken(engine, tmp_path, client_of):
    client = client_of(create_app(engine, state=tmp_path / "state"))
    _, key = KeyStore(tmp_path / "state" / KEYS_FILE).create("Bea Ramos", Role.REVIEWER)
    client.post("/sign-in", data={"key": key})
    asked = client.post("/ask", data={"question": QUESTION}).headers["location"]
    address = client.post("/articles", data={"answer_id": asked.rsplit("/", 1)[1]}).headers["location"]
    page = plain(client.get(address).text)
    assert "Bea Ramos Sign out" in page
    assert "Note for the history, under the name Bea Ramos" in page


def test_a_long_list_is_shown_by_sheets(client_of_two, engine, monkeypatch):
    monkeypatch.setattr(pages_review, "ON_A_SHEET", 2)
    for question in (QUESTION, "Is acupuncture safe?", "How is osteoarthritis of the knee treated?"):
        asked = client_of_two.post("/ask", data={"question": question}, headers=ADA).headers["location"]
        assert client_of_two.post("/articles", data={"answer_id": asked.rsplit("/", 1)[1]}, headers=ADA).status_code == 303
    first, second, beyond = (client_of_two.get(f"/articles?status=Submitted&sheet={sheet}", headers=ADA).text for sheet in (1, 2, 3))
    assert [page.count('class="asked"') for page in (first, second, beyond)] == [2, 1, 0]
    assert 'href="/articles?status=Submitted&amp;sheet=2" rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'href="/articles?status=Submitted&amp;sheet=1" rel="prev"' in second
    assert 'rel="next"' not in second
    assert "no article so far down" in beyond
    assert "All <span>3</span>" in first
    listed = [client_of_two.get("/v1/articles", params=asked, headers=ADA).json() for asked in ({}, {"limit": 2}, {"offset": 2, "limit": 2})]
    assert listed[1] + listed[2] == listed[0]
    assert len(listed[0]) == 3


def test_where_no_key_is_needed_none_is_asked_for(client, client_of_two):
    for one in (client, client_of_two):
        for response in (one.get("/sign-in"), one.post("/sign-in", data={"key": "x"})):
            assert (response.status_code, response.headers["location"]) == (303, "/")
