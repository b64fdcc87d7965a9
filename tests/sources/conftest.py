"""The test server as a process of its own, with the faults that a test plans."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ragqa.sources import Access, Client, Folder
from ragqa.sources.dailymed import DailyMed
from ragqa.sources.ncbi import Caller, Ncbi
from ragqa.sources.trials import Trials
from ragqa.vocabulary import Library

SERVER = Path(__file__).with_name("library_server.py")


class Running:
    """A server that runs: its address, and what it was asked and has given."""

    def __init__(self, url, log):
        self.url, self._log = url, log

    def requests(self):
        return [said for said in self._said() if "request" in said]

    def given(self):
        return Counter(name for said in self._said() for name in said.get("given", ()))

    def _said(self):
        return [json.loads(line) for line in self._log.read_text().splitlines()]


@pytest.fixture
def serve(tmp_path):
    """`serve(records=3, faults={"2": 429})`: a server with a plan."""
    processes = []

    def start(**plan):
        log = tmp_path / f"server-{len(processes)}.log"
        log.touch()
        process = subprocess.Popen(
            [sys.executable, str(SERVER), json.dumps({"log": str(log)} | plan)], stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        return Running(f"http://127.0.0.1:{process.stdout.readline().strip()}", log)

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "fetched")


@pytest.fixture
def feed():
    """`feed(server, Library.PUBMED)`: a feed that waits for nothing; `feed.waits` holds what it would have waited."""
    opened = []

    def make(server, library=Library.PUBMED, *, key=None, tries=6):
        client = Client(a_second=1e6, timeout=5, tries=tries, sleep=make.waits.append)
        opened.append(client)
        client.__enter__()
        if library in (Library.PUBMED, Library.PMC):
            return Ncbi(client, server.url, library, Caller("ragqa", "a@example.org", key))
        return (Trials if library is Library.CLINICALTRIALS else DailyMed)(client, server.url)

    make.waits = []
    yield make
    for client in opened:
        client.__exit__()


def access_to(server):
    return Access(dict.fromkeys(Library, server.url), "ragqa", "", "key", 5, 6)
