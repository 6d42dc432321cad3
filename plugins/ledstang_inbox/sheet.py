"""The sheet that one writes on, for whoever writes: what its form sends, and what the script that saves it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from ledstang import Host, Visit, as_written, text
from litestar import Request, Response

from ledstang_inbox.case_types import LONGEST
from ledstang_inbox.threads import TEXT, Thread
from ledstang_inbox.unit_texts import texts_of
from ledstang_inbox.waiting import LOCALE

AnyRequest = Request[Any, Any, Any]
EMPTY = "Write something before you send."
TOO_LONG = "That is too long. Shorten it, or send it in two messages."


class Written(msgspec.Struct, frozen=True):
    """What a page sent: the text, the revision that it was made with, which of the writer's messages it was to be.

    It `sends`, or a script `saves`; `part` says that more is to come, and with `attaches` files are to be added first.
    """

    text: str
    base: int
    turn: int
    sends: bool
    saves: bool
    part: bool = False
    attaches: bool = False


def read_sheet(request: AnyRequest, form: Any) -> Written:
    """Read what a form sent; what cannot be read is nothing, or 0."""
    text, saves = form.get(TEXT, ""), "application/json" in request.headers.get("accept", "")
    return Written(
        as_written(text) if isinstance(text, str) else "",
        number_of(form.get(f"_revision.{TEXT}")),
        number_of(form.get("_turn")),
        not saves and (form.get("send") is not None or form.get("part") is not None),
        saves,
        form.get("part") is not None,
        not saves and form.get("attach") is not None,
    )


def put_in(host: Host, staff: Visit, form: Any, written: Written) -> Written:
    """Return what staff wrote with the text of their unit's below it that they asked for; it is kept then, and not sent."""
    wanted = form.get("ready") if form.get("put") is not None else None
    ready = next((one for one in texts_of(host, staff.unit or "") if one.key == wanted), None)
    if ready is None:
        return written
    return msgspec.structs.replace(written, text=f"{written.text.rstrip()}\n\n{ready.text}".lstrip(), sends=False)


def fault_of(written: Written) -> str:
    """Return what is wrong with a text that is to be sent, as a message id; "" when nothing is."""
    if not written.text.strip():
        return EMPTY
    return TOO_LONG if len(written.text) > LONGEST else ""


def errors_of(written: Written, language: str) -> dict[str, str]:
    """Return what a page says beside a text that cannot be sent, or not even be kept; nothing for what a script saves."""
    fault = fault_of(written)
    told = fault and not written.saves and (written.sends or fault is TOO_LONG)
    return {TEXT: text(fault, language, (LOCALE,))} if told else {}


def unkept(written: Written) -> Response[Any]:
    """Answer the script that saves what cannot be kept."""
    return kept({}, faults=[TEXT] if fault_of(written) is TOO_LONG else [])


def saved(thread: Thread | None, outcome: Any) -> Response[Any]:
    """Answer the script that saves: with the revision that stands now, or that another device has written meanwhile."""
    if outcome != "saved" or thread is None or thread.draft is None:
        return Response({"revisions": {}, "faults": [], "conflicts": [TEXT]}, status_code=409)
    return kept({TEXT: thread.draft.revision})


def kept(revisions: dict[str, int], faults: Sequence[str] = ()) -> Response[Any]:
    """Answer the script that saves: what was kept, and what could not be."""
    return Response({"revisions": revisions, "faults": list(faults), "conflicts": []})


def number_of(text: Any) -> int:
    """Read a number that our own page had sent, 0 for anything else."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else 0
