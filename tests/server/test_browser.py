"""What a reader and a reviewer do, in Debian's chromium, against a real service with the hashing encoder."""

import re
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from ragqa.config import ServeSettings, Settings
from ragqa.engine import Engine, build_index
from ragqa.keys import KeyStore
from ragqa.server import create_app
from ragqa.server.app import KEYS_FILE
from ragqa.server.pages import SUFFIXES
from ragqa.vocabulary import Role

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium: scripts/browser installs it")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ROOT = Path(__file__).parents[2]
QUESTION = "Does acupuncture help chronic low back pain?"
EXAMPLES = [line.split("\t")[1] for line in (ROOT / "examples" / "questions.txt").read_text(encoding="utf-8").splitlines()]
MOST_WEIGHT = 150_000  # bytes of a finished article page, with style sheet and script, uncompressed
AXE = Path(__import__("axe_playwright_python").__file__).parent / "axe.min.js"


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    build_index([ROOT / "corpus"], folder, Settings(encoder="hashing-64"))
    return Engine.open(folder)


@contextmanager
def served(app):
    """The address of an application while it is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def address(engine, tmp_path_factory):
    with served(create_app(engine, state=tmp_path_factory.mktemp("state"), settings=ServeSettings(rate=100_000), approve_own=True)) as found:
        yield found


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    with sync_playwright() as playwright:
        home = tmp_path_factory.mktemp("chromium")
        found = playwright.chromium.launch_persistent_context(
            home, executable_path=CHROMIUM, args=FLAGS, permissions=["clipboard-read", "clipboard-write"], bypass_csp=False
        )
        found.set_default_timeout(20_000)
        yield found
        found.close()


@pytest.fixture
def page(context, address):
    """A page that fails the test for any console error and any request to another address."""
    faults = []
    opened = context.new_page()
    opened.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("request", lambda request: faults.append(request.url) if not request.url.startswith((address, "blob:", "data:")) else None)
    yield opened
    opened.close()
    assert faults == []


@pytest.fixture
def ask(page, address):
    def call(question=QUESTION):
        page.goto(address)
        page.fill("#question", question)
        page.click("button.primary")
        page.wait_for_selector(".references")

    return call


def serious(page):
    """What axe finds that is serious or critical, by the rules of WCAG 2.2 AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger, which no policy of the page binds
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    assert len(found["passes"]) > 10  # it has looked
    return [(v["id"], v["nodes"][0]["html"][:160]) for v in found["violations"] if v["impact"] in {"serious", "critical"}]


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def test_a_citation_opens_the_quoted_passage_highlighted_in_its_section(page, ask, engine):
    ask()
    link = page.locator(".cites a").first
    page.evaluate("scrollTo(0, 200)")
    before = page.evaluate("scrollY")
    link.click()
    page.wait_for_selector("dialog[open] mark")
    document, spans = re.search(r"/sources/([^?]+)\?(.*)", link.get_attribute("href")).groups()
    start, end = map(int, re.search(r"quote=(\d+)-(\d+)", spans).groups())
    marked = " ".join(page.locator("dialog mark").all_inner_texts())
    assert squeezed(marked) == squeezed(engine.index.document(document).text[start:end])
    assert serious(page) == []
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.id") == link.get_attribute("id")
    assert abs(page.evaluate("scrollY") - before) < 300


def test_the_audience_is_changed_and_a_follow_up_keeps_the_thread(page, ask):
    ask()
    page.click(".segments button:text-is('Patient')")
    page.wait_for_selector(".segments button[aria-pressed=true]:text-is('Patient')")
    assert page.locator("h2:text-is('Short answer')").count() == 1
    page.fill("#question", "Is it safe?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".thread")
    assert page.locator(".thread a").inner_text() == QUESTION
    assert page.locator("h1").inner_text()
    page.click(".thread a")
    page.wait_for_selector("h2:text-is('Short answer')")


def test_an_article_is_submitted_reviewed_and_approved(page, ask, address):
    ask("What is first-line treatment for gout flares?")
    page.click("text=Send to review")
    page.wait_for_selector(".review")
    assert page.locator("[role=status]").first.inner_text().startswith("Sent to review.")
    assert "done" not in page.url  # to be told once: not where the page is loaded again
    page.click("text=Start review")
    page.wait_for_selector(".steps [aria-current]:text-is('Under review')")
    page.click("text=Edit")
    page.wait_for_selector(".edit-form")
    assert serious(page) == []
    left_out = page.locator(".leave input").last
    left_out.check()
    page.click("text=Save as a new revision")
    page.wait_for_selector("text=1 left out")
    page.fill("#note", "Checked against the sources")
    page.click("button:text-is('Approve')")
    page.wait_for_selector(".notice.approved")
    assert page.locator("text=pending human review").count() == 0
    assert serious(page) == []
    page.goto(f"{address}/articles?status=Approved")
    assert page.locator(".articles .badge.approved").count() == 1
    assert serious(page) == []


def test_a_rejection_without_a_note_leads_to_the_field(context, address):
    page = context.new_page()  # one that may say on its console that the server refused
    page.goto(address)
    page.fill("#question", "How is osteoarthritis of the knee treated?")
    page.click("button.primary")
    page.click("text=Send to review")
    page.click("text=Start review")
    page.click("button:text-is('Reject')")
    page.wait_for_selector("#problem")
    assert "needs a note" in page.locator("#problem").inner_text()
    assert page.evaluate("document.activeElement.id") == "note"
    assert page.locator("#problem").bounding_box()["y"] < page.viewport_size["height"]
    assert serious(page) == []
    page.fill("#note", "off the point")
    page.click("button:text-is('Reject')")
    page.wait_for_selector("[role=status]:text-is('Rejected.')")
    page.close()


def test_two_people_with_keys_bring_an_answer_to_approval(context, engine, tmp_path):
    keys = {name: KeyStore(tmp_path / KEYS_FILE).create(name, Role.REVIEWER)[1] for name in ("Ada", "Bea")}
    page = context.new_page()  # one that may say on its console that it was asked to sign in

    def sign_in(name, address):
        page.goto(address)
        page.fill("#key", keys[name])
        page.click("button.primary")

    with served(create_app(engine, state=tmp_path, settings=ServeSettings(rate=100_000))) as address:
        page.goto(address)
        assert page.locator("h1").inner_text() == "Sign in"
        assert serious(page) == []
        page.fill("#key", "ragqa_no")
        page.click("button.primary")
        page.wait_for_selector("[role=alert]")
        assert serious(page) == []
        sign_in("Ada", address)
        page.fill("#question", QUESTION)
        page.click("button.primary")
        page.click("text=Send to review")
        page.click("text=Start review")
        page.wait_for_selector("text=another reviewer approves it")
        assert page.locator("button:text-is('Approve')").count() == 0
        article = page.url
        page.click("text=Sign out")
        sign_in("Bea", article)
        page.click("button:text-is('Approve')")
        page.wait_for_selector(".notice.approved:has-text('by Bea')")
        assert page.url.startswith(article)
    page.close()


def test_all_is_done_by_the_keyboard_alone(page, address):
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "question"
    page.keyboard.type(QUESTION)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".segments [aria-pressed=true]:text-is('Patient')")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.cites') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] mark")
    assert page.evaluate("document.activeElement.className") == "close"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('.cites') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_nothing_serious_stands_in_the_way_and_nothing_is_cut_off(page, ask, address, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    ask(EXAMPLES[0])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert serious(page) == []
    for path in ("/", "/policy", "/articles"):
        page.goto(f"{address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious(page) == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_what_a_citation_is_cited_for_stays_in_sight_and_the_head_of_the_page_can_be_reached(page, ask, width):
    page.set_viewport_size({"width": width, "height": 780})
    ask()
    link = page.locator(".cites a").first
    link.click()
    page.wait_for_selector("dialog[open] mark")
    page.wait_for_timeout(300)  # the panel has arrived
    uncovered = "link => { const { x, y, width, height } = link.getClientRects()[0]; return link.contains(document.elementFromPoint(x + width / 2, y + height / 2)); }"
    assert link.evaluate(uncovered)
    page.evaluate("scrollTo(0, 0)")
    assert page.locator(".masthead nav a").last.evaluate(uncovered)
    mark = page.locator("dialog mark").first
    assert mark.evaluate(uncovered)


@pytest.mark.parametrize(("width", "height", "whole"), [(1280, 800, True), (1920, 1080, True), (768, 1024, True), (360, 740, False)])
def test_the_direct_answer_stands_on_the_first_screen(page, ask, width, height, whole):
    page.set_viewport_size({"width": width, "height": height})
    ask()
    statements = page.locator(".tools ~ ul").first.locator("> li")
    last = statements.last if whole else statements.first
    box = last.bounding_box()
    assert page.evaluate("scrollY") == 0
    assert box["y"] + box["height"] <= height


def test_what_can_be_saved_unfolds_and_folds_again(page, ask):
    ask()
    page.click("summary:text-is('Save as')")
    assert page.locator(".tools a:text-is('References: RIS')").is_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    assert page.locator(".tools a:text-is('References: RIS')").is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Save as"
    page.click("summary:text-is('Save as')")
    page.click("h1")
    assert page.locator(".tools a:text-is('References: RIS')").is_hidden()


def test_a_narrow_page_has_its_contents_too(page, ask):
    page.set_viewport_size({"width": 360, "height": 780})
    ask()
    page.click(".on-page summary")
    page.click(".on-page a:text-is('References')")
    page.wait_for_function("() => document.querySelector('.references').getBoundingClientRect().top < innerHeight")
    assert page.locator(".contents").is_hidden()


def test_only_some_sources_are_asked_and_a_follow_up_keeps_to_them(page, address):
    page.goto(address)
    page.fill("#question", QUESTION)
    page.click(".filters summary")
    page.check(".filters label:text-is('Guideline') input")
    page.fill("[name=since]", "2017")
    assert serious(page) == []
    page.click("button.primary")
    page.wait_for_selector(".references")
    assert set(page.locator(".references .kind").all_inner_texts()) == {"Guideline"}
    assert "2017" in page.locator(".facts").inner_text()
    page.fill("#question", "Is it safe?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".thread")
    assert "2017" in page.locator(".facts").inner_text()


def test_pages_are_light_and_painted_before_any_script(page, context, address):
    for question in EXAMPLES:
        weights = {}
        page.on("response", lambda response, weights=weights: weights.setdefault(response.url, len(response.body()) if response.status == 200 else 0))
        page.goto(address)
        page.fill("#question", question)
        weights.clear()
        page.click("button.primary")
        page.wait_for_selector("footer")
        page.wait_for_load_state("networkidle")
        shared = sum(len(page.request.get(page.evaluate(f"document.querySelector('{what}').{how}")).body()) for what, how in (("link[rel=stylesheet]", "href"), ("script", "src")))
        html = len(page.request.get(page.url).body())
        assert html + shared < MOST_WEIGHT, question
    scripts = page.evaluate("[...document.scripts].map(script => script.defer && script.src !== '')")
    assert scripts == [True]


def test_a_page_is_read_and_asked_without_scripts(context, address):
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(address)
    page.fill("#question", QUESTION)
    page.click("button.primary")
    page.wait_for_selector(".references")
    page.locator(".cites a").first.click()
    page.wait_for_selector("main.source mark")
    assert page.locator(".back-link a").count() == 1
    page.click(".back-link a")
    page.wait_for_selector(".references")
    page.close()


def test_it_is_copied_and_downloaded(page, ask, address):
    ask()
    page.click("button:text-is('Copy')")
    page.wait_for_selector("text=Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    markdown = page.request.get(f"{page.url}/download.md").text()
    assert copied == markdown
    for suffix in SUFFIXES:
        response = page.request.get(f"{page.url}/download.{suffix}")
        assert response.ok
        assert "attachment" in response.headers["content-disposition"]
