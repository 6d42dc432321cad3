"""`ledstang try`: fill in a form from a file of answers, without a server, and tell what it comes to."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from ledstang.content.diagnostics import Diagnostic
from ledstang.content.forms.document import Form
from ledstang.content.forms.trial import Trial, run
from ledstang.content.kinds import Library


@click.command("try")
@click.argument("form")
@click.option("--answers", "answers_file", required=True, type=click.Path(path_type=Path), help="A file of JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else, which it does anyway.")
def command(form: str, answers_file: Path, as_json: bool) -> None:  # noqa: ARG001 - the same with and without
    """Fill in FORM, a file or the key of an installed form, and print its path, scores, flags and errors as JSON.

    The answers are {id: code or score | [codes] | text | number | true | ISO date}. Scores of other forms are given as
    "form.id", and the age, the day of the course and the weekday by those words.
    """
    answers = _answers(answers_file)
    language, library, shelved = _installed()
    made, found = _form(form, library, shelved)
    trial = run(made, answers, library.forms, form) if made else Trial()
    errors = [*found, *trial.errors]
    click.echo(_printed(trial, errors, language))
    sys.exit(1 if any(fault.severity == "error" for fault in errors) else 0)


def _answers(file: Path) -> dict[str, Any]:
    try:
        answers = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise click.UsageError(f"The answers in {file} cannot be read: {fault.strerror or fault}.") from None
    except (ValueError, RecursionError) as fault:
        raise click.UsageError(f"{file} is not JSON: {fault}.") from None
    if not isinstance(answers, dict):
        raise click.UsageError(f'{file} holds no answers: it should be an object such as {{"q1": 2}}.')
    return answers


def _installed() -> tuple[str, Library, dict[str, list[Diagnostic]]]:
    """Return the language, all forms of the instance one stands in or of the installation, and their faults by key."""
    from ledstang.app import assemble
    from ledstang.content.published import compile_instance
    from ledstang.instance import FILE, Instance, open_instance
    from ledstang.settings import Settings

    here = Path.cwd()
    instance = open_instance(here) if (here / FILE).exists() else Instance(here, Settings(title="Ledstång"))
    shelf = compile_instance(instance, assemble(instance).offers)
    faults = {key: list(compiled.diagnostics) for key, compiled in shelf.of("forms").items()}
    return instance.settings.language, shelf.library, faults


def _form(wanted: str, library: Library, shelved: dict[str, list[Diagnostic]]) -> tuple[Form | None, list[Diagnostic]]:
    from ledstang.content.forms.kind import compile_form

    if wanted in library.forms:
        found = shelved.get(wanted, [])
        return (None if _broken(found) else library.forms[wanted]), found
    path = Path(wanted)
    if not path.is_file():
        known = ", ".join(sorted(library.forms)) or "none"
        raise click.UsageError(f"There is no form `{wanted}`: give a file, or one of the installed forms ({known}).")
    compiled = compile_form(path, _beside(path, library))
    return (None if _broken(compiled.diagnostics) else compiled.document), list(compiled.diagnostics)


def _beside(path: Path, library: Library) -> Library:
    """Return a library that holds the forms of the same folder too, when it is a folder of forms."""
    from ledstang.content.forms.kind import compile_form

    if path.resolve().parent.name != "forms":
        return library
    others = (compile_form(other, library) for other in sorted(path.parent.glob("*.md")) if other.name != path.name)
    forms = {other.key: other.document for other in others if other.document and other.key not in library.forms}
    return library.holding(forms)


def _broken(found: Any) -> bool:
    return any(fault.severity == "error" for fault in found)


def _printed(trial: Trial, errors: list[Diagnostic], language: str) -> str:
    from ledstang.content.report import as_data, ordered

    data = {
        "path": trial.path,
        "scores": trial.scores,
        "flags": trial.flags,
        "errors": [as_data(fault, language) for fault in ordered(errors)],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()
