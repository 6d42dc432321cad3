"""*Something is wrong*: a form that every page leads to, for whoever meets it, signed in or not."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import uuid4

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang.problems.problems import Problems, Said, nameless

WORDS, CONTACT = "words", "contact"
LONGEST = {WORDS: 4000, CONTACT: 200}
AnyRequest = Request[Any, Any, Any]


def problem_href(page: str) -> str:
    """Return the address of the form about a page, whose own address may name somebody: this one never does."""
    return f"/problem?page={quote(nameless(page), safe='/')}"


@get("/problem", name="problem")
async def ask(request: AnyRequest) -> Response[Any]:
    """Ask what is wrong."""
    return _form(request, request.query_params.get("page", "/"), {}, {})


@post("/problem", name="report_problem")
async def report(request: AnyRequest) -> Response[Any]:
    """Keep what somebody wrote, or show it again with what is to be mended."""
    form = await request.form()
    page, written = str(form.get("page", "/")), {name: str(form.get(name, "")).strip() for name in LONGEST}
    faults: dict[str, str] = {}
    if not written[WORDS]:
        faults[WORDS] = "Write what does not work."
    faults |= {name: "That is too long. Shorten it." for name, most in LONGEST.items() if len(written[name]) > most}
    if faults:
        return _form(request, page, written, faults)
    problems: Problems = request.app.state.problems
    await problems.report(page, Said(written[WORDS], written[CONTACT]), str(form.get("_once", ""))[:36])
    return Redirect("/problem/thanks", status_code=303)


@get("/problem/thanks", name="problem_reported")
async def thanks(request: AnyRequest) -> Response[Any]:
    """Say what happens with it, and where help is if that was what somebody needed."""
    page: Response[Any] = request.app.state.page(request, "host/problem-thanks.html")
    return page


def problem_pages() -> list[BaseRouteHandler]:
    """Return the handlers. They look in `app.state` for `page` and `problems`."""
    return [ask, report, thanks]


def _form(request: AnyRequest, about: str, written: dict[str, str], faults: dict[str, str]) -> Response[Any]:
    page: Response[Any] = request.app.state.page(
        request,
        "host/problem.html",
        status=422 if faults else 200,
        about=nameless(about),
        written=written,
        faults=faults,
        errors=faults,
        longest=LONGEST,
        once=uuid4(),
    )
    return page
