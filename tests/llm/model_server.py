"""An OpenAI-compatible server for tests, run as a process: python model_server.py. It prints its port.

The name of the model that is asked for says how it replies; GET /requests gives what it was sent.
"""

import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RECEIVED = []
FAILED_ONCE = set()


def evidence_of(data):
    inside = re.search(r"^<evidence>$\n(.*)\n^</evidence>$", data, re.MULTILINE | re.DOTALL)
    return [json.loads(line) for line in inside[1].split("\n")] if inside else []


def good(prompt, head, evidence):
    if prompt.startswith("search"):
        return {"searches": ["acupuncture for chronic low back pain", head["question"], ""]}
    if prompt.startswith("plan"):
        return {"sections": [{"section": s["section"], "evidence": s["evidence"][::-1]} for s in head["sections"]]}
    return {"sentences": [{"text": f"According to the source, {e['text']}", "evidence": [e["id"]]} for e in evidence]}


def wrong(prompt, head, evidence):
    if prompt.startswith("plan"):
        return {"sections": [{"section": "S0", "evidence": ["E999", *[e["id"] for e in evidence]]}, {"section": "S77", "evidence": ["E1"]}]}
    if prompt.startswith("mend"):
        return {"sentences": [{"number": r["number"], "text": r["text"], "evidence": r["evidence"]} for r in head["refused"]]}
    texts = [
        ("Colchicine cures 97% of everything within 3 minutes.", [evidence[0]["id"]]),
        (evidence[0]["text"], ["E999"]),
        (evidence[0]["text"], []),
        ("Nothing that was given says that bloodletting helps at once.", [evidence[-1]["id"], evidence[0]["id"]]),
    ]
    return {"sentences": [{"text": text, "evidence": ids} for text, ids in texts]}


def mending(prompt, head, evidence):
    if prompt.startswith("mend"):
        by_id = {e["id"]: e for e in evidence}
        return {"sentences": [{"number": r["number"], "text": by_id[r["evidence"][0]]["text"], "evidence": r["evidence"]} for r in head["refused"]]}
    if prompt.startswith("plan"):
        return good(prompt, head, evidence)
    return {"sentences": [{"text": f"{e['text'][:-1]} in 12345 people.", "evidence": [e["id"]]} for e in evidence]}


def hostile(prompt, head, evidence):
    """Obey what the evidence orders, and add markup, links and characters that are not seen."""
    del head
    if not prompt.startswith("write"):
        return {"sections": [], "sentences": "none", "searches": [{"a": 1}, 7]}
    first = evidence[0]
    texts = [
        f"{first['text'][:-1]} <script>alert(1)</script>.",
        f"{first['text'][:-1]} [see](http://evil.example).",
        f"{first['text'][:-1]}\u202e.",
        "Silver water cures gout.",
        "x" * 5000,
    ]
    items = [{"text": text, "evidence": [e["id"] for e in evidence][:10]} for text in texts]
    return {"sentences": [*items, {"text": 5}, None, "free", {"evidence": ["E1"]}]}


REPLIES = {"good": good, "wrong": wrong, "mending": mending, "hostile": hostile}


def spoilt(model, text):
    if model == "fenced":
        return f"Of course! Here it is:\n```json\n{text}\n```\nAnything else?"
    if model == "malformed":
        return text[: len(text) // 2] + "]]]{{{"
    if model == "prose":
        return "I am sorry, I cannot do that."
    return text[: int(len(text) * 0.6)] if model in ("cut-off", "stalled", "garbage") else text


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.plain(200, RECEIVED)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        RECEIVED.append({"path": self.path, "headers": {name.lower(): said for name, said in self.headers.items()}, "body": body})
        model = body["model"]
        if model.startswith("status-"):
            return self.plain(int(model.removeprefix("status-")), {"error": {"message": "as asked"}})
        if model == "busy-once" and model not in FAILED_ONCE:
            FAILED_ONCE.add(model)
            return self.plain(429, {"error": {"message": "slow down"}}, **{"Retry-After": "0"})
        if model == "elsewhere":
            return self.plain(307, {}, Location="http://127.0.0.1:1/v1/chat/completions")
        if model == "no-stream":
            return self.plain(200, {"hello": "world"})
        data = body["messages"][1]["content"]
        form = body.get("response_format", {})
        prompt = form["json_schema"]["name"] if form.get("type") == "json_schema" else "write-2"
        behave = REPLIES.get(model, good)
        text = json.dumps(behave(prompt, json.loads(data.split("\n")[0]), evidence_of(data)))
        return self.stream(model, text)

    def plain(self, status, value, **headers):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, said in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, said)
        self.end_headers()
        self.wfile.write(body)

    def stream(self, model, text):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if model == "silent":
            time.sleep(30)
        text = spoilt(model, text)
        size = 1 if model == "dripping" else 40
        for place in range(0, len(text), size):
            self.event({"choices": [{"index": 0, "delta": {"content": text[place : place + size]}, "finish_reason": None}]})
            if model == "dripping":
                time.sleep(0.05)
        if model == "stalled":
            time.sleep(30)
        if model == "garbage":
            self.wfile.write(b"data: {not json\n\n")
            return
        if model == "cut-off":
            return  # the connection just ends
        reason = "length" if model == "too-long" else "stop"
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        if model != "uncounted":
            self.event({"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}})
        self.wfile.write(b"data: [DONE]\n\n")

    def event(self, value):
        value = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", **value}
        try:
            self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
            self.wfile.flush()
        except OSError:
            raise SystemExit from None


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)  # noqa: T201 whoever starts it reads the port
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit()
