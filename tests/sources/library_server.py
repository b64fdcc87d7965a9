"""A server that speaks as the NCBI, ClinicalTrials.gov and DailyMed do, with the faults that a test asks for.

Started with a JSON plan: how many records there are, and which requests go wrong. It prints its port, and writes each id that
it has given whole, and each form that it was sent, into a log.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

PLAN = json.loads(sys.argv[1])
LOG = Path(PLAN["log"]).open("a", encoding="utf-8")  # noqa: SIM115 as long as the server lives
COUNT = 0  # requests so far
SETID = "{:08x}-1111-2222-3333-444444444444"


def pmids():
    return [str(10_000_000 + n) for n in range(PLAN["records"])]


def pubmed(pmid):
    if pmid in PLAN.get("malformed", []):
        return f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><oops></MedlineCitation></PubmedArticle>"
    types = "<PublicationType>Journal Article</PublicationType>"
    if pmid in PLAN.get("retracted", []):
        types += "<PublicationType>Retracted Publication</PublicationType>"
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal><Title>A journal</Title><JournalIssue><PubDate><Year>2020</Year>"
        f"</PubDate></JournalIssue></Journal><ArticleTitle>Trial {pmid} of drug A.</ArticleTitle><Abstract><AbstractText>Drug A lowered pain in"
        f" study {pmid}.</AbstractText></Abstract><PublicationTypeList>{types}</PublicationTypeList></Article></MedlineCitation><PubmedData>"
        f'<ArticleIdList><ArticleId IdType="doi">10.1000/x{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
    )


def article(number):
    return (
        f'<article article-type="research-article"><front><article-meta><article-id pub-id-type="pmcid">PMC{number}</article-id><title-group>'
        f"<article-title>Open article {number}</article-title></title-group><permissions><license><license-p>This is an open access article under"
        " the terms of the Creative Commons Attribution License.</license-p></license></permissions></article-meta></front>"
        "<body><sec><title>Results</title><p>Drug B lowered fever.</p></sec></body></article>"
    )


def study(name):
    return {
        "protocolSection": {
            "identificationModule": {"nctId": name, "briefTitle": f"Study {name}"},
            "statusModule": {"overallStatus": "COMPLETED", "lastUpdatePostDateStruct": {"date": "2024-05-06"}},
            "descriptionModule": {
                "briefSummary": "Drug C is compared with placebo in gout.",
                "detailedDescription": "First.\n\n* One item\n* Two items",
            },
            "conditionsModule": {"conditions": ["Gout"]},
            "armsInterventionsModule": {"interventions": [{"name": "Drug C", "description": "10 mg daily"}]},
            "outcomesModule": {"primaryOutcomes": [{"measure": "Pain", "timeFrame": "12 weeks"}]},
            "eligibilityModule": {"eligibilityCriteria": "Adults with gout."},
        }
    }


def label(name):
    return (
        f'<?xml version="1.0"?><document xmlns="urn:hl7-org:v3"><setId root="{name}"/><versionNumber value="3"/><effectiveTime value="20230401"/>'
        "<title>These highlights do not include all the information</title><author><assignedEntity><representedOrganization><name>Maker</name>"
        "</representedOrganization></assignedEntity></author><component><structuredBody>"
        '<component><section><code code="48780-1"/><subject><manufacturedProduct><manufacturedProduct><name>Brandol</name>'
        '<ingredient classCode="ACTIB"><ingredientSubstance><name>genericine</name></ingredientSubstance></ingredient></manufacturedProduct>'
        "</manufacturedProduct></subject></section></component>"
        '<component><section><code code="34067-9"/><title>1 INDICATIONS AND USAGE</title><text><paragraph>Brandol is indicated for:</paragraph>'
        "<list><item>gout flares in adults</item></list><table><thead><tr><th>Dose</th><th>Times</th></tr></thead><tbody><tr><td>10 mg</td>"
        "<td>twice daily</td></tr></tbody></table></text></section></component></structuredBody></component></document>"
    )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self):
        self.answer(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))

    def answer(self, fields):
        global COUNT  # noqa: PLW0603 one for the server
        COUNT += 1
        path = urlsplit(self.path).path
        say(request=COUNT, path=self.path, fields=fields, at=time.monotonic())
        fault = PLAN.get("faults", {}).get(str(COUNT), PLAN.get("always"))
        if fault in (429, 500, 503, 400, 302):
            return self.reply(
                b"no",
                status=fault,
                headers={"Retry-After": "0"} if fault == 429 else {"Location": "http://example.invalid/"},
            )
        body, ids = self.page(path, fields)
        if fault == "cut":
            self.reply(body, cut=True)
            return None
        time.sleep(PLAN.get("slow", 0))
        self.reply(body)
        say(given=ids)
        return None

    def page(self, path, fields):
        if path.endswith("esearch.fcgi"):
            return self.esearch(fields), []
        if path.endswith("efetch.fcgi"):
            return self.efetch(fields)
        if path.endswith("/studies"):
            return self.studies(fields)
        if "/studies/" in path:
            name = path.rpartition("/")[2]
            return json.dumps(study(name)).encode(), [name]
        if path.endswith("spls.json"):
            start = (int(fields["page"]) - 1) * int(fields["pagesize"])
            found = [SETID.format(n) for n in range(PLAN["records"])][start : start + int(fields["pagesize"])]
            pages = -(-PLAN["records"] // int(fields["pagesize"]))
            return json.dumps(
                {"data": [{"setid": name} for name in found], "metadata": {"total_pages": pages}}
            ).encode(), []
        name = path.rpartition("/")[2].removesuffix(".xml")
        return label(name).encode(), [name]

    def esearch(self, fields):
        found = PLAN.get("retracted", []) if "retracted publication[pt]" in fields["term"] else pmids()
        if fields.get("datetype") == "mdat":
            found = PLAN.get("changed", [])
        elif "mindate" in fields:
            # one record a day: what lies between the two dates, counted from 2000
            first, last = (day_of(fields[key]) for key in ("mindate", "maxdate"))
            found = [pmid for n, pmid in enumerate(found) if first <= n <= last]
        shown = found[: min(int(fields["retmax"]), PLAN.get("most", 9_999))]
        return json.dumps(
            {"esearchresult": {"count": str(len(found)), "idlist": shown, "webenv": "MCID_1", "querykey": "1"}}
        ).encode()

    def efetch(self, fields):
        if "WebEnv" in fields:
            start = int(fields["retstart"])
            ids = pmids()[start : start + int(fields["retmax"])]
        else:
            ids = fields["id"].split(",")
        ids = [pmid for pmid in ids if pmid not in PLAN.get("missing", [])]
        if fields["db"] == "pmc":
            return f"<pmc-articleset>{''.join(map(article, ids))}</pmc-articleset>".encode(), ids
        return f"<?xml version='1.0'?><PubmedArticleSet>{''.join(map(pubmed, ids))}</PubmedArticleSet>".encode(), ids

    def studies(self, fields):
        if "filter.ids" in fields:
            ids = [name for name in fields["filter.ids"].split("|") if name not in PLAN.get("missing", [])]
            return json.dumps({"studies": [study(name) for name in ids]}).encode(), ids
        start = int(fields.get("pageToken", "0"))
        end = min(start + min(int(fields["pageSize"]), PLAN.get("page", 1000)), PLAN["records"])
        token = {"nextPageToken": str(end)} if end < PLAN["records"] else {}
        return json.dumps({"studies": [study(f"NCT{n:08d}") for n in range(start, end)], **token}).encode(), []

    def reply(self, body, *, status=200, headers=None, cut=False):
        self.send_response(status)
        for name, said in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, said)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.wfile.flush()
        if cut:
            self.close_connection = True


def day_of(text):
    year, month, day = map(int, text.split("/"))
    return (year - 2000) * 372 + (month - 1) * 31 + day - 1


def say(**what):
    LOG.write(json.dumps(what) + "\n")
    LOG.flush()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)  # noqa: T201 whoever starts it reads the port
    server.serve_forever()
