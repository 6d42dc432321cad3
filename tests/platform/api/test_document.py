"""The document of the API: valid by another's word, only the API, and true: a machine asks all that it allows, and more."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledstang.api.problem import DETAILS
from ledstang.clock import Clock
from ledstang.instance import FILE
from ledstang.people.numbers import make_test_number
from ledstang.testing import Place
from litestar.routes import HTTPRoute
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode, checks

from .conftest import ADDRESS, SETTINGS, System, write_keys

CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.response_headers_conformance, checks.negative_data_rejection,
    checks.unsupported_method, checks.allow_header_conformance,
]  # fmt: skip
TOKENS = {"/api/v1/token", "/api/v1/revoke"}
"""Where right data may be refused: no machine guesses a proof."""
DOCUMENT = "/api/v1/openapi.json"
MEDIA = "application/problem+json"


@pytest.fixture
def document(place: Place) -> dict[str, Any]:
    """The document, as anybody gets it."""
    return place.client.get(DOCUMENT).json()


def test_the_document_is_valid_by_another_s_word(document: dict[str, Any]) -> None:
    """OpenAPI 3.1, held against its own schema by a library that did not write it."""
    assert document["openapi"].startswith("3.1")
    assert [str(fault) for fault in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_document_has_all_of_the_api_and_nothing_else(place: Place, document: dict[str, Any]) -> None:
    """Every route below `/api/v1/` but itself; no page of people's; each that is not for tokens asks for one."""
    served = {
        (one.path_format, method.lower())
        for one in place.client.app.routes
        if isinstance(one, HTTPRoute) and one.path.startswith("/api/")
        for method in one.methods - {"OPTIONS", "HEAD"}
    }
    told = {(path, method) for path, one in document["paths"].items() for method in one}
    assert told == served - {(DOCUMENT, "get")}
    open_ = {
        path for path, one in document["paths"].items() for operation in one.values() if not operation.get("security")
    }
    assert open_ == TOKENS
    (flow,) = document["components"]["securitySchemes"]["system"]["flows"].values()
    assert (flow["tokenUrl"], set(flow["scopes"])) == ("/api/v1/token", {"contact:read", "contact:changes"})


def test_the_document_says_how_it_is_answered_when_something_is_wrong(document: dict[str, Any]) -> None:
    """RFC 9457 everywhere but for the words of RFC 6749; Litestar's own shape of an error stands nowhere."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    media = {"application/json"} if _is_token(path, status) else {MEDIA}
                    assert set(answer["content"]) == media, (path, status)
    assert "status_code" not in json.dumps(document)


def _is_token(path: str, status: str) -> bool:
    return path in TOKENS and status in ("400", "401")


MISSING = {"/api/v1/nothing": 404, "/api/v1/token": 405, "/api/v2/": 404, "/api/v1/persons/x/contact": 404}


def test_what_there_is_not_is_said_in_the_same_way(place: Place) -> None:
    """No page for people is sent to a system, and no word of what it asked for."""
    for path, status in MISSING.items():
        answer = place.client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA), path
        assert (answer.json()["status"], answer.json()["detail"]) == (status, DETAILS[status]), path


@dataclass
class Far:
    """What a system needs of a place, of one in a process of its own."""

    client: httpx.Client
    clock: Clock = field(default_factory=Clock)


def test_a_machine_that_asks_whatever_the_document_allows_meets_no_fault(
    tmp_path: Path, pairs: dict[str, Any], serving: Any, port: int
) -> None:
    """A real server, some hundreds of requests, right ones and wrong ones: no fault of ours, each answer as the document says.

    Half of what can be asked about somebody is asked about somebody who is there.
    """
    address = f"http://127.0.0.1:{port}"
    (tmp_path / FILE).write_text(SETTINGS.replace(ADDRESS, address), "utf-8")
    write_keys(tmp_path, pairs)
    with serving(tmp_path, "--demo") as served, httpx.Client(base_url=address, timeout=30) as client:
        served.sign_in("Dag Nordin")
        served.post("/settings", phone="070-174 06 05", version="0")
        journal = System(Far(client), "journal", pairs["journal"], address).sign_in()
        number = make_test_number(date(1985, 5, 6))
        id_ = journal.post("/api/v1/persons/lookup", json={"number": number}).json()["id"]
        real = {"/api/v1/persons/{person}/contact": {"person": id_}, "/api/v1/persons/lookup": {"number": number}}
        met: Counter[int] = Counter()
        for result in schemathesis.openapi.from_url(address + DOCUMENT).get_all_operations():
            operation = result.ok()
            ask_all(operation, address, journal.headers, real.get(operation.path, {}), met)
    assert met.keys() >= {200, 400, 404}
    assert not [status for status in met if status >= 500]


def ask_all(operation: Any, address: str, headers: dict[str, str], whose: dict[str, str], met: Counter[int]) -> None:
    """Ask for one thing in many ways, right and wrong, half of the time about somebody who is there."""
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(cases, st.booleans())
    def ask(case: Any, ours: bool) -> None:
        if ours and "person" in whose:
            case.path_parameters = whose
        if ours and "number" in whose:
            case.body = whose
        answer = case.call(base_url=address, headers=headers)
        met[answer.status_code] += 1
        case.validate_response(
            answer, checks=CHECKS if case.path in TOKENS else [*CHECKS, checks.positive_data_acceptance]
        )

    ask()
