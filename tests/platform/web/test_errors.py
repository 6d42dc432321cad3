"""Pages about errors: what it means, what to do now, and nothing of what was inside."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from ledstang.settings import Region
from ledstang.web.context import context_of
from ledstang.web.errors import KNOWN, LAST_RESORT, handlers
from ledstang.web.headers import HeadersMiddleware
from ledstang.web.public import public_pages
from ledstang.web.statement import Statement
from ledstang.web.templates import Templates
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.testing import TestClient

STATEMENT = Statement("partial", date(2026, 11, 1), date(2026, 11, 2), "Skriv till oss.")
SECRET = "tolvan-19900101-canary"


class Instance:
    """What the pages ask of an instance."""

    title = "Testregionen"
    regions = (Region("norra", "Region Norra", ("24",), "Ring växeln.", ("Akuten: 0980-319 210",)),)


class ThemeLinks:
    css, logo = "/theme.css", "/logo.svg"
    texts = {"sv": {"footer": ""}, "en": {"footer": ""}}  # noqa: RUF012


@get("/fail/{status:int}", sync_to_thread=False)
def fail(status: FromPath[int]) -> None:
    raise HTTPException(detail=SECRET, status_code=status, headers={"Retry-After": "7", "X-Inside": SECRET})


@get("/break", sync_to_thread=False)
def breaks() -> None:
    raise ValueError(SECRET)


def make(templates: Templates, *, broken: bool = False, demo: bool = True) -> Any:
    def page(request: Request[Any, Any, Any], name: str, *, status: int = 200, **context: Any) -> Response[Any]:
        if broken:
            raise RuntimeError(SECRET)
        here = context_of(request.scope)
        always = {"visit": None, "csrf": "", "nonce": here.nonce, "language": here.language, "instance": Instance(),
                  "path": request.scope["path"], "theme": ThemeLinks(), "look": "", "problem": "/problem",
                  "links": []}  # fmt: skip
        html = templates.render(here.language, name, always | context)
        return Response(html.encode(), status_code=status, media_type="text/html; charset=utf-8")

    state = State({"page": page, "demo": demo, "statement": STATEMENT})
    app = Litestar([fail, breaks, *public_pages()], exception_handlers=handlers(), state=state, openapi_config=None)
    return HeadersMiddleware(app, production=False)


@pytest.fixture
def client(templates: Templates) -> Iterator[TestClient[Any]]:
    with TestClient(make(templates), raise_server_exceptions=False) as made:
        yield made


@pytest.mark.parametrize("status", sorted(KNOWN | {418, 502}))
@pytest.mark.parametrize("language", ["sv", "en"])
def test_says_what_to_do_and_nothing_more(client: TestClient[Any], status: int, language: str) -> None:
    """Every refusal is a whole page in the person's language, with its status, and without what the exception said."""
    answer = client.get(f"/fail/{status}", headers={"cookie": f"language={language}"})
    assert answer.status_code == status
    assert f'<html lang="{language}">' in answer.text
    assert 'href="/urgent"' in answer.text
    assert SECRET not in answer.text + str(answer.headers)
    assert answer.headers["retry-after"] == "7"


def test_fault_of_ours_is_logged_without_what_people_wrote(
    client: TestClient[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """An exception becomes a page with 500; the log gets its type and place, never its message."""
    with caplog.at_level(logging.ERROR):
        answer = client.get("/break")
    ours = [record.getMessage() for record in caplog.records if record.name == "ledstang"]
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert len(ours) == 1
    assert "ValueError" in ours[0]
    assert SECRET not in ours[0]


def test_even_a_broken_page_ends_in_a_page(templates: Templates) -> None:
    """When the page about the error can't be rendered either, a bare one says whom to call."""
    with TestClient(make(templates, broken=True), raise_server_exceptions=False) as client:
        answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.content.startswith(LAST_RESORT.partition(b"</main>")[0])
    assert "Quote this: <strong>" in answer.text
    assert "112" in answer.text


def test_script_gets_json(client: TestClient[Any]) -> None:
    """Who asks for JSON gets the status as JSON, and no page."""
    answer = client.get("/fail/409", headers={"accept": "application/json"})
    assert answer.json() == {"status": 409, "error": "Conflict"}


def test_urgent_names_everybody_to_call(client: TestClient[Any]) -> None:
    """The page about urgent help links the national numbers and shows the region's own."""
    text = client.get("/urgent").text
    for number in ("112", "1177", "90101"):
        assert f'href="tel:{number}"' in text
    assert "Akuten: 0980-319 210" in text


def test_accessibility_statement_has_what_the_law_asks(client: TestClient[Any]) -> None:
    """Degree of conformance, shortcomings, whom to tell, where to appeal, and when it was assessed, in both languages."""
    for language in ("sv", "en"):
        text = client.get("/accessibility", headers={"cookie": f"language={language}"}).text
        for asked in (
            "EN 301 549",
            "Ring växeln.",
            "https://www.digg.se/tdosanmalan",
            "Skriv till oss.",
            "2026",
            "Testregionen",
        ):
            assert asked in text


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/programmes/oro", "/programmes/oro"),
        ("//e.example", "/"),
        ("https://e.example", "/"),
        ("/\\e", "/"),
        ("", "/"),
    ],
)
def test_language_is_kept_and_leads_back_home(client: TestClient[Any], wanted: str, where: str) -> None:
    """Choosing a language sets a cookie and goes back to a page of ours, never to anybody else's."""
    answer = client.get("/language", params={"to": "en", "next": wanted}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    assert answer.cookies["language"] == "en"


def test_unknown_language_changes_nothing(client: TestClient[Any]) -> None:
    """A language that there is none of sets no cookie."""
    assert "set-cookie" not in client.get("/language?to=xx", follow_redirects=False).headers
