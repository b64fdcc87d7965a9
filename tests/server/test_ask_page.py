"""The question box: what is typed into it is asked, or shown again with the reason why it cannot be."""

import html
import re

import pytest

from ragqa.config import ServeSettings
from ragqa.server import create_app

QUESTION = "Does acupuncture help chronic low back pain?"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"question": "药"}, "ask in English"),
        ({"question": "x" * 1001}, "ask in at most 1000"),
        ({"question": ""}, "The question is empty; type one."),
        ({"question": QUESTION, "since": "20x8"}, "type one such as 2018"),
        ({"question": QUESTION, "until": "٢٠١٨"}, "type one such as 2018"),
    ],
)
def test_what_cannot_be_asked_is_shown_again_with_the_reason(client, typed, said):
    response = client.post("/ask", data={"audience": "patient", "kinds": ["guideline"], **typed})
    assert response.status_code == 422
    assert said in response.text
    assert f">{typed['question']}</textarea>" in response.text
    assert 'value="patient" checked' in response.text
    assert 'value="guideline" checked' in response.text
    assert '<details class="filters" open>' in response.text


def test_what_was_typed_is_shown_as_text(client):
    response = client.post("/ask", data={"question": "<b>药</b>" + "!" * 1001})
    assert "<b>药" not in response.text
    assert "&lt;b&gt;" in response.text


def test_a_follow_up_that_cannot_be_asked_is_shown_again_below_its_answer(client, ask):
    first = ask()
    response = client.post("/ask", data={"question": "药", "thread": first.rsplit("/", 1)[1]})
    assert response.status_code == 422
    assert f'name="thread" value="{first.rsplit("/", 1)[1]}"' in response.text
    assert ">药</textarea>" in response.text
    assert "<h2" in response.text


def test_a_follow_up_names_the_question_before_it_once(client, ask):
    page = client.get(ask("Is it safe?", thread=ask().rsplit("/", 1)[1])).text
    assert len(re.findall(re.escape(QUESTION), page.partition("<h1")[0])) == 1


@pytest.mark.parametrize("path", ["/answers/" + "0" * 24, "/nowhere", "/articles/" + "0" * 16])
def test_a_page_that_is_not_there_says_so_in_plain_words(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "<h1>Not found</h1>" in response.text


def test_a_question_that_is_not_answered_in_time_is_not_lost(engine, tmp_path, client_of):
    client = client_of(create_app(engine, state=tmp_path, settings=ServeSettings(timeout=1e-6)))
    response = client.post("/ask", data={"question": QUESTION, "audience": "patient"})
    assert response.status_code == 504
    assert "No answer within" in response.text
    assert f">{QUESTION}</textarea>" in response.text
    assert 'value="patient" checked' in response.text


def test_an_abstention_shows_no_steps_of_a_review_that_it_cannot_have(client, ask):
    assert 'class="steps"' in client.get(ask()).text
    assert 'class="steps"' not in client.get(ask("Does homeopathic arnica cure Fabry disease?")).text


def test_without_a_script_a_source_leads_back_to_where_it_was_cited(client, ask):
    address = ask()
    page = client.get(address).text
    anchor, source = re.findall(r'<a id="(c\d+-\d+)" href="(/sources/[^"]+)"', page)[2]
    back = re.search(r'class="back-link"><a href="([^"]+)"', client.get(html.unescape(source)).text)[1]
    assert back == f"{address}#{anchor}"
