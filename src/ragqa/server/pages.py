"""The pages of a reader: ask, an article, a source with its quotes, downloads, the editorial policy, signing in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, NamedTuple
from urllib.parse import quote as quoted

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from ragqa.errors import AccessError, Busy, TookTooLong, Unanswered, UsageError
from ragqa.question import is_readable, mask_identifiers
from ragqa.rendering import render
from ragqa.rendering.citations import to_bibtex, to_ris
from ragqa.rendering.references import identifiers, label_of, summary_line
from ragqa.rendering.wording import kind_and_year
from ragqa.server.access import COOKIE, SESSION, Access, Visitor, needs
from ragqa.server.api import Place, Serving, spans_of
from ragqa.server.api_articles import MEDIA
from ragqa.server.desk import Asked
from ragqa.server.problems import problem_response, status_of
from ragqa.server.schemas import MOST_HISTORY, MOST_QUESTION
from ragqa.server.service import Service, asked_of
from ragqa.server.setting import AUDIENCE_FACT, SAID, set_article
from ragqa.server.sources import lines_of, surroundings
from ragqa.server.views import STATIC, assets, page, script, style_sheet
from ragqa.types import Answer, Filters
from ragqa.vocabulary import Audience, ReviewStatus, Role, SourceKind

Reader = Annotated[Visitor, Depends(needs(Role.READER))]
router = APIRouter(include_in_schema=False)
SUFFIXES = {"md": "markdown", "html": "html", "json": "json", "ris": "ris", "bib": "bibtex"}
_YEAR = re.compile(r"1[5-9]\d\d|2[01]\d\d", re.ASCII)
_OWN_PAGE = re.compile(r"/(?:answers|articles)/[0-9a-f]{16,24}(?:#c[0-9]{1,4}-[0-9]{1,4})?")
_OWN_ADDRESS = re.compile(r"/(?!/|sign-)[!-\[\]-~]*")  # no other host, however it is spelt: "//" and "\\" would lead there
_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}


@router.get("/")
async def ask_page(request: Request, _: Reader, service: Serving) -> Response:
    """Show the question box."""
    return _ask_page(request, service, Typed())


class Typed(NamedTuple):
    """What was typed into the question box, and with which status and why it was not answered, if it was not."""

    question: str = ""
    audience: Audience = Audience.CLINICIAN
    kinds: Sequence[SourceKind] = ()
    since: str = ""
    until: str = ""
    problem: str = ""
    code: int = 200


def _ask_page(request: Request, service: Service, typed: Typed) -> Response:
    index = service.engine.index
    shown = {"examples": request.app.state.examples, "audiences": list(Audience), "snapshot": index.snapshot, "documents": index.document_count}
    return page(request.scope, "ask.html", code=typed.code, most=MOST_QUESTION, kinds=list(SourceKind), typed=typed, **shown)


@router.post("/ask")
async def ask(
    request: Request,
    service: Serving,
    _: Reader,
    question: Annotated[str, Form()] = "",
    audience: Annotated[Audience, Form()] = Audience.CLINICIAN,
    thread: Annotated[str, Form(pattern=r"^[0-9a-f]{0,24}$")] = "",
    again: Annotated[str, Form(pattern=r"^[0-9a-f]{0,24}$")] = "",
    kinds: Annotated[list[SourceKind], Form(max_length=len(SourceKind))] = [],  # noqa: B006 never changed
    since: Annotated[str, Form(max_length=100)] = "",
    until: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Answer a question and lead to its page; `thread` is the answer it follows, `again` one to ask for another reader.

    Kinds and years are those of a new question; one that follows searches what the one before it did. What cannot be asked, or is not
    answered in time, is shown again where it was typed, with the reason.
    """
    before = service.kept(again or thread).answer if again or thread else None
    try:
        if before is None:
            filters = Filters.of(kinds, _year(since), _year(until))
            asked = Asked(_checked(question), audience, filters)
        elif again:
            asked = asked_of(before)._replace(audience=audience)
        else:
            asked = asked_of(before)._replace(question=_checked(question), audience=audience, history=_history(before))
        kept = await service.ask(asked)
    except (UsageError, Busy, TookTooLong, Unanswered) as error:
        typed = Typed(question, audience, kinds, since, until, str(error), status_of(error))
        if before is None:
            return _ask_page(request, service, typed)
        return await run_in_threadpool(_answer_page, request, again or thread, before, service, typed)
    return RedirectResponse(f"{request.scope.get('root_path', '')}/answers/{kept.id}", 303)


@router.get("/answers/{answer_id}")
async def answer_page(request: Request, answer_id: str, service: Serving, _: Reader) -> Response:
    """Show an answer as an article."""
    answer = service.kept(answer_id).answer
    return await run_in_threadpool(_answer_page, request, answer_id, answer, service)


def _answer_page(request: Request, answer_id: str, answer: Answer, service: Service, typed: Typed = Typed()) -> Response:
    article = set_article(answer, root=request.scope.get("root_path", ""), back=f"/answers/{answer_id}", said=(*SAID, AUDIENCE_FACT))
    return page(
        request.scope, "article.html", code=typed.code, typed=typed, article=article, answer=answer, answer_id=answer_id, review=None, may=(), status=answer.review_status,
        statuses=steps_of(answer.review_status), thread=service.thread(answer), audiences=list(Audience), most=MOST_QUESTION, address=f"/answers/{answer_id}",
        identifiers=mask_identifiers(answer.question)[1], said="",
    )  # fmt: skip


@router.get("/answers/{answer_id}/download.{suffix}")
async def download(answer_id: str, suffix: str, service: Serving, _: Reader) -> Response:
    """Return an answer as a file."""
    answer = service.kept(answer_id).answer
    form = SUFFIXES.get(suffix)
    if form is None:
        raise UsageError("there is no such form", remedy=f"choose one of {', '.join(SUFFIXES)}")
    text = await run_in_threadpool(answer_as, answer, form)
    return Response(text, media_type=MEDIA[form], headers=attachment(f"ragqa-{answer_id[:8]}.{suffix}"))


@router.get("/sources/{document_id:path}")
async def source(
    request: Request,
    document_id: str,
    service: Serving,
    _: Reader,
    quote: Annotated[list[Place], Query(min_length=1, max_length=20)],
    number: Annotated[int | None, Query(ge=1)] = None,
    back: str = "",
    part: Annotated[bool, Query()] = False,  # noqa: FBT002 an address has no keywords
) -> Response:
    """Show quotes in their section; as a `part`, what a page shows beside itself."""
    found = await run_in_threadpool(surroundings, service.engine.index, document_id, spans_of(quote, document_id))
    back = back if _OWN_PAGE.fullmatch(back) else ""
    template = "_source.html" if part else "source.html"
    facts = kind_and_year(found.source.kind, found.source.year)
    shown = {"lines": list(lines_of(found)), "facts": facts, "summary": summary_line(found.source), "identifiers": identifiers(found.source)}
    return page(request.scope, template, found=found, number=number, back=back, label=label_of(found.source), shown=shown)


@router.get("/policy")
async def policy(request: Request, _: Reader) -> Response:
    """Show the editorial policy."""
    return page(request.scope, "policy.html")


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """Ask for a key; lead to the question box where none is needed."""
    access: Access = request.app.state.access
    if access.keyless() or not access.takes_keys():
        return RedirectResponse(f"{request.scope.get('root_path', '')}/", 303)
    return page(request.scope, "sign_in.html", wrong=False, onward="/")


@router.post("/sign-in")
async def sign_in(request: Request, key: Annotated[str, Form(max_length=200)], onward: Annotated[str, Form(max_length=4000)] = "/") -> Response:
    """Open a session for who holds a key, and lead to the page of this service that was asked for before; to the question box where none is needed."""
    onward = onward if _OWN_ADDRESS.fullmatch(onward) else "/"
    access: Access = request.app.state.access
    access.count(request)
    if access.keyless() or not access.takes_keys():
        return RedirectResponse(f"{request.scope.get('root_path', '')}/", 303)
    try:
        token = access.open_session(key.strip())
    except AccessError:
        return page(request.scope, "sign_in.html", code=401, wrong=True, onward=onward)
    root = request.scope.get("root_path", "")
    response = RedirectResponse(f"{root}{onward}", 303)
    response.set_cookie(COOKIE, token, max_age=SESSION, path=root or "/", httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End a session."""
    root = request.scope.get("root_path", "")
    request.app.state.access.end_session(request.cookies.get(COOKIE, ""))
    response = RedirectResponse(f"{root}/sign-in", 303)
    response.delete_cookie(COOKIE, path=root or "/")
    return response


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    """Return the style sheet, the script or the mark of the pages."""
    if name == assets()["style"]:
        return Response(style_sheet(), media_type="text/css", headers=_FOREVER)
    if name == assets()["script"]:
        return Response(script(), media_type="text/javascript", headers=_FOREVER)
    if name == "mark.svg":
        return Response((STATIC / name).read_text(encoding="utf-8"), media_type="image/svg+xml", headers=_FOREVER)
    return problem_response(request.scope, 404, "there is no such file")


def answer_as(answer: Answer, form: str) -> str:
    """Return an answer in a form of MEDIA."""
    if form in {"ris", "bibtex"}:
        return (to_ris if form == "ris" else to_bibtex)(answer)
    return render(answer, form)


def attachment(name: str) -> dict[str, str]:
    """Return the header that has a response saved under a name."""
    return {"content-disposition": f'attachment; filename="{quoted(name)}"'}


def steps_of(status: ReviewStatus) -> list[ReviewStatus]:
    """Return the steps of review as a page shows them: what was rejected is not approved."""
    end = ReviewStatus.REJECTED if status is ReviewStatus.REJECTED else ReviewStatus.APPROVED
    return [ReviewStatus.SUBMITTED, ReviewStatus.UNDER_REVIEW, end]


def _year(typed: str) -> int | None:
    if not typed.strip():
        return None
    if not _YEAR.fullmatch(typed.strip()):
        raise UsageError("what is typed as a year is none", remedy="type one such as 2018, or nothing")
    return int(typed)


def _history(answer: Answer) -> tuple[str, ...]:
    return (*answer.history, answer.question)[-MOST_HISTORY:]


def _checked(question: str) -> str:
    if not question.strip():
        raise UsageError("the question is empty", remedy="type one")
    if len(question) > MOST_QUESTION:
        raise UsageError(f"the question has {len(question)} characters", remedy=f"ask in at most {MOST_QUESTION}")
    if not is_readable(question):
        raise UsageError("the question holds no word in Latin letters", remedy="ask in English, the one language that ragqa understands")
    return question
