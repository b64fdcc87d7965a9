"""Fetching from a server that is slow, busy, cut off and wrong: nothing is lost, and nothing is fetched twice."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext

import pytest

from ragqa.errors import SourceError
from ragqa.ingest import FailedFile, ReadDocument, read_paths
from ragqa.sources import Client, fetch, open_feed, sync
from ragqa.vocabulary import Library, SourceKind

from .conftest import access_to


def documents(folder):
    results = list(read_paths([folder.home]))
    assert not [result for result in results if isinstance(result, FailedFile)]
    return {result.document.id: result.document for result in results if isinstance(result, ReadDocument)}


def test_two_thousand_records_survive_busy_answers_a_cut_connection_and_a_kill(serve, folder, tmp_path):
    server = serve(records=2000, faults={"2": 429, "3": 429, "5": "cut", "7": 500}, slow=0.1)
    command = [
        sys.executable,
        "-c",
        "from ragqa.cli import main; main()",
        "corpus",
        "fetch",
        "pubmed",
        "drug A",
        "--into",
        str(folder.home),
    ]
    environment = os.environ | {
        "RAGQA_SOURCES__PUBMED": server.url,
        "RAGQA_NCBI_KEY": "secret",
        "NO_PROXY": "127.0.0.1",
    }
    first = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path
    )
    records = folder.home / "pubmed"
    while not records.is_dir() or len(list(records.glob("*.xml"))) < 500:
        assert first.poll() is None, "it ended before it could be killed"
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    held = {path.stem for path in records.glob("*.xml")}
    assert 500 <= len(held) < 2000
    before = server.given()

    second = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert second.returncode == 0, second.stderr
    asked_again = server.given() - before
    assert not held & asked_again.keys()  # what was on disk is not fetched again
    assert {path.stem for path in records.glob("*.xml")} == {str(10_000_000 + n) for n in range(2000)}
    assert sum(server.given().values()) <= 2000 + 200  # the page that was on its way when the process was killed


def test_a_record_has_what_it_states(serve, folder, feed):
    report = fetch(feed(serve(records=3)), folder, "drug A", most=None)
    assert (report.found, report.fetched, report.changed, report.quarantined) == (3, 3, 3, ())
    source = documents(folder)["doi:10.1000/x10000001"].source
    assert (source.pmid, source.doi, source.year, source.retracted) == ("10000001", "10.1000/x10000001", 2020, False)


def test_what_is_malformed_or_missing_is_named_and_the_rest_is_kept(serve, folder, feed):
    server = serve(records=450, malformed=["10000123"], missing=["10000321"])
    report = fetch(feed(server), folder, "drug A", most=None)
    assert [name for name, _ in report.quarantined] == ["10000123", "10000321"]
    assert len(documents(folder)) == 448
    kept = (folder.home / ".fetch" / "quarantine" / "pubmed-10000123.txt").read_text()
    assert "<oops>" in kept


def test_more_than_a_search_gives_is_asked_for_in_spans_of_dates(serve, folder, feed):
    server = serve(records=90, most=20)
    feed = feed(server)
    feed._esearch.__globals__["MOST_IDS"], kept = 20, feed._esearch.__globals__["MOST_IDS"]
    try:
        report = fetch(feed, folder, "drug A", most=None)
    finally:
        feed._esearch.__globals__["MOST_IDS"] = kept
    assert report.fetched == 90
    assert len(documents(folder)) == 90


def test_at_most_as_many_as_are_wanted(serve, folder, feed):
    assert fetch(feed(serve(records=90)), folder, "drug A", most=7).fetched == 7
    assert len(documents(folder)) == 7


def test_a_sync_brings_what_changed_and_marks_what_was_retracted(serve, folder, feed):
    first, second = feed(serve(records=5)), feed(serve(records=6, changed=["10000005"], retracted=["10000002"]))
    fetch(first, folder, "drug A", most=None)
    (report,) = sync(lambda _library: nullcontext(second), folder)
    assert (report.changed, report.retracted) == (2, 1)
    found = documents(folder)
    assert len(found) == 6
    assert found["doi:10.1000/x10000002"].source.retracted
    (again,) = sync(lambda _library: nullcontext(second), folder)
    assert again.changed == 0


def test_a_sync_that_was_stopped_goes_on(serve, folder, feed):
    changed = [str(10_000_000 + n) for n in range(400)]
    fetch(feed(serve(records=400)), folder, "drug A", most=None)
    stopping = serve(records=400, changed=changed, faults={"4": 500, "5": 500, "6": 500, "7": 500, "8": 500, "9": 500})
    with pytest.raises(SourceError, match="did not answer"):
        sync(lambda _library: nullcontext(feed(stopping)), folder)
    done = stopping.given()
    assert len(done) == 200
    going_on = serve(records=400, changed=changed)
    sync(lambda _library: nullcontext(feed(going_on)), folder)
    assert not done.keys() & going_on.given().keys()


def test_full_text_of_pmc_keeps_its_licence(serve, folder, feed):
    server = serve(records=2)
    fetch(feed(server, Library.PMC), folder, "fever", most=None)
    assert server.requests()[0]["fields"]["term"] == "(fever) AND open access[filter]"
    found = documents(folder)
    assert {document.source.licence for document in found.values()} == {"CC BY"}
    assert sorted(found) == ["pmcid:PMC10000000", "pmcid:PMC10000001"]


def test_studies_come_in_pages_with_tokens(serve, folder, feed):
    server = serve(records=25, page=10, missing=["NCT00000007"])  # one that the list lacks is asked for by itself
    assert fetch(feed(server, Library.CLINICALTRIALS), folder, "gout", most=None).fetched == 25
    found = documents(folder)
    study = found["nct:NCT00000007"]
    assert study.source.study_design == "trial registration"
    assert study.source.status == "registered as NCT00000007, completed, updated 2024-05-06"
    assert study.subject.condition == "Gout"
    assert "Pain (time frame: 12 weeks)" in study.text
    assert [block.span.of(study.text) for block in study.blocks][2:4] == ["One item", "Two items"]


def test_labels_of_dailymed(serve, folder, feed):
    labels = feed(serve(records=103), Library.DAILYMED)
    assert [len(part.ids) for part in labels.search("brandol")] == [103]  # in two pages
    assert fetch(labels, folder, "brandol", most=3).fetched == 3
    label = documents(folder)["setid:00000000-1111-2222-3333-444444444444"]
    assert label.source.kind is SourceKind.REGULATORY
    assert (label.source.title, label.source.organisation, label.source.year) == ("Brandol (genericine)", "Maker", 2023)
    assert "Dose: 10 mg; Times: twice daily" in label.text
    assert label.subject.interventions == ("genericine", "Brandol")


def test_the_server_is_not_asked_faster_than_it_allows(serve):
    server, now = serve(records=1), [100.0]

    def sleep(seconds):
        now[0] += seconds

    asked = []
    with Client(a_second=10, sleep=sleep, clock=lambda: now[0]) as client:
        for _ in range(5):
            client.get(f"{server.url}/studies/NCT00000001", {}, lambda data: asked.append(now[0]))
    assert asked == pytest.approx([100.0, 100.1, 100.2, 100.3, 100.4])


def test_the_ncbi_is_asked_three_times_a_second_and_with_a_key_ten(serve):
    access = access_to(serve(records=1))
    for key, least in ((None, 1 / 3), ("key", 1 / 10)):
        with open_feed(Library.PUBMED, access._replace(key=key)) as feed:
            assert feed._client._least >= least


def test_the_key_is_in_no_address_and_no_log(serve, folder, feed, caplog):
    server = serve(records=1)
    with caplog.at_level(logging.DEBUG):
        fetch(feed(server, key="sesame"), folder, "drug A", most=None)
    assert all("sesame" not in request["path"] for request in server.requests())
    assert {request["fields"]["api_key"] for request in server.requests()} == {"sesame"}
    assert "sesame" not in caplog.text


@pytest.mark.parametrize(("fault", "said"), [(400, "refuses"), (302, "redirected"), (503, "did not answer in 3 tries")])
def test_what_is_wrong_is_said_in_one_line(serve, folder, feed, fault, said):
    with pytest.raises(SourceError, match=said) as raised:
        fetch(feed(serve(records=1, always=fault), tries=3), folder, "drug A", most=None)
    assert "\n" not in str(raised.value)


def test_a_server_that_is_not_there(folder, feed, serve):
    server = serve(records=1)
    server.url = "http://127.0.0.1:9"
    with pytest.raises(SourceError, match="did not answer"):
        fetch(feed(server, tries=2), folder, "drug A", most=None)


def test_waits_grow_and_follow_the_server(serve, folder, feed):
    server = serve(records=1, faults={"1": 503, "2": 503, "3": 429})
    fetch(feed(server), folder, "drug A", most=None)
    assert [wait for wait in feed.waits if wait >= 1] == [1, 2]  # and none after a Retry-After of 0


def test_an_id_that_is_no_name_becomes_no_file(folder):
    assert folder.path(Library.PUBMED, "../../etc/passwd", ".xml") is None
    assert folder.path(Library.DAILYMED, "..", ".xml") is None


def test_two_processes_do_not_fetch_into_one_folder(folder):
    with folder.open(), pytest.raises(SourceError, match="another process"), folder.open():
        pass


def test_a_folder_knows_what_filled_it(serve, folder, feed):
    fetch(feed(serve(records=1)), folder, "drug A", most=1)
    (kept,) = json.loads((folder.home / ".fetch" / "state.json").read_text())["queries"]
    assert (kept["library"], kept["query"], kept["most"]) == ("pubmed", "drug A", 1)
