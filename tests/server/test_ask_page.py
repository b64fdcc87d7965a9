"""The question box: what is typed into it is asked, or shown again with the reason why it cannot be."""

import re

import pytest

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
