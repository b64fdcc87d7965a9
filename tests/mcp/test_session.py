"""A session of an MCP client with `ragqa mcp`, over both transports, and in one process."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ragqa.config import Settings
from ragqa.engine import Engine, build_index
from ragqa.mcp.serving import server_of

mcp = pytest.importorskip("mcp")
ROOT = Path(__file__).parents[2]
QUESTION = "Does acupuncture help chronic low back pain?"
COMMAND = [sys.executable, "-c", "from ragqa.cli import main; main()", "mcp"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agents") / "index"
    build_index([ROOT / "corpus" / "musculoskeletal" / "acp-2017-low-back-pain.md"], folder, Settings(encoder="hashing-128"))
    return folder


async def whole_session(server):
    async with mcp.Client(server) as client:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["ask", "search", "trace"]
        asked = await client.call_tool("ask", {"question": QUESTION})
        assert not asked.is_error
        assert "## References" in asked.content[0].text
        answer = asked.structured_content
        assert answer["references"][0]["document_id"] == "acp-2017-low-back-pain"
        traced = await client.call_tool("trace", {"answer": answer})
        assert traced.structured_content["all_intact"]
        answer["direct"][0]["citations"][0]["quoted"] = "x" * len(answer["direct"][0]["citations"][0]["quoted"])
        assert (await client.call_tool("trace", {"answer": answer})).is_error  # no longer its quote
        found = (await client.call_tool("search", {"question": "acupuncture", "depth": 2})).structured_content["passages"]
        assert [passage["rank"] for passage in found] == [1, 2]
        only = await client.call_tool("search", {"question": "acupuncture", "documents": ["acp-2017-low-back-pain"], "written_for": ["clinician"], "kinds": ["guideline"]})
        assert only.structured_content["passages"]
        for none in ({"documents": ["another"]}, {"written_for": ["patient"]}, {"designs": ["cohort study"]}, {"language": "de"}):
            assert (await client.call_tool("search", {"question": "acupuncture", **none})).structured_content["passages"] == []
        told = await client.call_tool("ask", {"question": QUESTION, "written_for": ["patient"]})
        assert told.structured_content["abstained"]
        read = await client.read_resource(found[0]["uri"])
        passage = json.loads(read.contents[0].text)
        assert passage["text"] == found[0]["text"]
        assert passage["source"]["title"] == found[0]["title"]
        wrong = await client.call_tool("search", {"question": "acupuncture", "depth": 0})
        assert wrong.is_error
        missing = await client.call_tool("trace", {"answer": {"question": "?"}})
        assert missing.is_error
        assert "no answer of ragqa" in missing.content[0].text
        off = await client.call_tool("ask", {"question": "Who won the 1998 World Cup?"})
        assert off.structured_content["abstained"]


def test_a_session_in_one_process(folder):
    asyncio.run(whole_session(server_of(Engine.open(folder))))


def test_a_session_over_standard_input_and_output(folder):
    words = [*COMMAND, "--index", str(folder)]
    asyncio.run(whole_session(mcp.StdioServerParameters(command=words[0], args=words[1:], env=dict(os.environ))))


def test_a_session_over_streamable_http(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*COMMAND, "--http", "--port", str(port), "--index", str(folder)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        asyncio.run(whole_session(f"http://127.0.0.1:{port}/mcp"))
    finally:
        process.terminate()
        process.wait()


async def told_of(server, *calls):
    async with mcp.Client(server) as client:
        return [await client.call_tool(*call) for call in calls]


def test_an_agent_is_told_of_what_identifies_a_patient_and_the_answer_stays_what_trace_takes(folder):
    question = "Mr John Smith, MRN 1234567, has low back pain: does acupuncture help?"
    calls = [("ask", {"question": question}), ("ask", {"question": "Does it help?", "history": [question]}), ("search", {"question": question}), ("ask", {"question": QUESTION})]
    one, later, found, none = asyncio.run(told_of(server_of(Engine.open(folder)), *calls))
    for told in (one, later):
        _, notice = told.content
        assert notice.text == "Privacy: the question seems to hold: record number, name. It is not stored; leave it out of further questions."
        assert told.meta["identifiers"] == ["record number", "name"]
    assert "Smith" not in one.content[1].text
    traced = asyncio.run(told_of(server_of(Engine.open(folder)), ("trace", {"answer": one.structured_content})))[0]
    assert traced.structured_content["all_intact"]
    assert found.structured_content["identifiers"] == ["record number", "name"]
    assert len(none.content) == 1
    assert "identifiers" not in (none.meta or {})
