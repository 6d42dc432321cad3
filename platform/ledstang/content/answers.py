"""Answers to forms: saved as they are given, sealed, each with a revision, so that two devices never overwrite each other."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec

from ledstang.clock import Clock
from ledstang.content import answer_statements as statements
from ledstang.content.forms.document import Form
from ledstang.content.given import Author, Conflict, Filled, Given, Saved, Value
from ledstang.content.tables import Answer, LostText, Response
from ledstang.database import Bound, Database
from ledstang.database.sealed import Keys

MOST_LOST = 20
"""The most texts that are kept beside one answer."""


def response_id(owner: UUID, place: str) -> UUID:
    """Return the id of the response at a place of its owner: the same each time, so that beginning twice is beginning once."""
    return uuid5(owner, place)


class Answers:
    """The host's store of answers, for every plugin that shows forms.

    `owner` is the id of the plugin's own thing (a participation, a sending); `place` tells several forms of it apart.
    """

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        self._database, self._keys, self._clock = database, keys, clock

    def statements(self, owner: UUID) -> tuple[Bound, Bound]:
        """Return the two bound queries, responses and answers, to be run together with others of the page."""
        return statements.responses_of.bind(owner), statements.answers_of.bind(owner)

    def responses(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, Filled]:
        """Read the rows of the first statement: responses by place."""
        return {row["place"]: self._filled(row) for row in rows}

    def given(
        self, rows: Iterable[Mapping[str, Any]], owner: UUID, place: str, items: Iterable[str]
    ) -> dict[str, Given]:
        """Read the rows of the second statement: the answers at one place to the questions named, unsealing only those."""
        response, wanted = response_id(owner, place), set(items)
        return {
            row["item"]: Given(self._unseal(row), row["revision"], row["changed"])
            for row in rows
            if row["item"] in wanted and row["response"] == response
        }

    def authors(self, rows: Iterable[Mapping[str, Any]], owner: UUID, place: str) -> tuple[Author, ...]:
        """Read the rows of the second statement: who gave the answers that stand at one place, the latest first."""
        response = response_id(owner, place)
        here = sorted(
            (row for row in rows if row["response"] == response), key=lambda row: row["changed"], reverse=True
        )
        return tuple(dict.fromkeys(Author(row["actor"], row["ground"]) for row in here))

    async def save(
        self,
        *,
        person: UUID,
        actor: UUID,
        owner: UUID,
        place: str,
        form: Form,
        values: Mapping[str, Value],
        revisions: Mapping[str, int],
        sent_is_closed: bool = False,
        ground: str = "self",
    ) -> Saved:
        """Save answers in one transaction, with who gave them, and on what ground if for another.

        `revisions` are those that the page was rendered with (0: unanswered).

        Where another answer has come in between, the question is reported as a Conflict, its other text is left
        standing and the one sent now is kept beside it. With `sent_is_closed` a response that has been completed, a
        moment ago by another request even, takes no more answers: its scores are reckoned from those that it has.
        """

        async def work() -> Saved:
            await self._begin(person, owner, place, form)
            if sent_is_closed and await statements.closed(response_id(owner, place)):
                return Saved({}, late=True)
            new: dict[str, int] = {}
            conflicts = []
            for item, value in values.items():
                outcome = await self._put(person, (actor, ground), owner, place, item, value, revisions.get(item, 0))
                if isinstance(outcome, Conflict):
                    conflicts.append(outcome)
                else:
                    new[item] = outcome
            return Saved(new, tuple(conflicts))

        return await self._database.write(work)

    async def complete(
        self,
        *,
        person: UUID,
        owner: UUID,
        place: str,
        form: Form,
        scores: Mapping[str, Any],
        reckoned: Mapping[str, int] | None = None,
    ) -> bool:
        """Close a response with its scores, sealed. A response that is closed already stays as it was.

        `reckoned` are the revisions of the answers that the scores were reckoned from: where one has changed since,
        nothing is closed and the answer is False.
        """

        async def work() -> bool:
            await self._begin(person, owner, place, form)
            response = response_id(owner, place)
            standing = {row["item"]: row["revision"] for row in await statements.revisions_of(response)}
            if reckoned is not None and any(standing.get(item) != number for item, number in reckoned.items()):
                return False
            sealed = self._seal("response", "scores", response, person, dict(scores))
            await statements.complete(sealed, form.hash, self._clock.now(), response)
            return True

        return await self._database.write(work)

    async def export(self, owner: UUID) -> list[dict[str, Any]]:
        """Return all that is kept under an owner, unsealed, for the person themselves: one row a response.

        `others` are the texts that met a later answer from another device and were kept beside it.
        """
        responses, answers, lost = await self._database.together(
            *self.statements(owner), statements.lost_of.bind(owner)
        )
        return [
            {
                "place": response.place,
                "form": response.form,
                "started": response.started,
                "completed": response.completed,
                "scores": response.scores,
                "answers": [
                    {"item": row["item"], "value": self._unseal(row), "saved": row["changed"]}
                    for row in answers
                    if row["response"] == response.id
                ],
                "others": [
                    {"item": row["item"], "value": self._unseal_lost(row), "kept": row["kept"]}
                    for row in lost
                    if row["response"] == response.id
                ],
            }
            for response in self.responses(responses).values()
        ]

    async def forget_unsent(self, owner: UUID, places: Container[str]) -> int:
        """Remove the answers at some places of an owner that were never sent, and return to how many forms they were."""

        async def work() -> int:
            open_ = [row["id"] for row in await statements.unsent(owner) if row["place"] in places]
            for response in open_:
                await statements.lost_gone(response)
                await statements.answers_gone(response)
                await statements.response_gone(response)
            return len(open_)

        return await self._database.write(work)

    async def forget(self, owner: UUID) -> None:
        """Remove all answers under an owner. Joins a transaction that is open already."""

        async def work() -> None:
            answers = Answer.select(Answer.id).where(Answer.owner == owner)
            await LostText.delete().where(LostText.answer.is_in(answers))
            await Answer.delete().where(Answer.owner == owner)
            await Response.delete().where(Response.owner == owner)

        await self._database.write(work)

    async def _begin(self, person: UUID, owner: UUID, place: str, form: Form) -> None:
        response = response_id(owner, place)
        if await statements.begun(response):
            return
        await Response.insert(
            Response(
                id=response,
                person=person,
                owner=owner,
                place=place,
                form=form.key,
                form_hash=form.hash,
                started=self._clock.now(),
            )
        )

    async def _put(
        self, person: UUID, by: tuple[UUID, str], owner: UUID, place: str, item: str, value: Value, base: int
    ) -> int | Conflict:
        response = response_id(owner, place)
        answer = uuid5(response, item)
        sealed = self._seal("answer", "value", answer, person, value)
        now = self._clock.now()
        standing = await statements.one(answer)
        if not standing:
            row = Answer(
                id=answer, response=response, owner=owner, person=person, item=item,
                value=sealed, revision=1, changed=now, actor=by[0], ground=by[1],
            )  # fmt: skip
            await Answer.insert(row)
            return 1
        theirs = self._keys_open("answer", "value", answer, person, standing[0]["value"])
        if theirs == value:
            return int(standing[0]["revision"])
        changed = await statements.change(sealed, *by, now, answer, base)
        if changed:
            return int(changed[0]["revision"])
        await self._keep(answer, person, value, now)
        saved = standing[0]
        return Conflict(
            item, value, theirs, saved["revision"], saved["changed"], Author(saved["actor"], saved["ground"])
        )

    async def _keep(self, answer: UUID, person: UUID, value: Value, now: datetime) -> None:
        """Keep a text beside the answer that stood. A script sends it again as it grows: only the longest is kept.

        Of very many the oldest make room, so that a script gone wrong fills no disk.
        """
        kept = await statements.lost_at(answer)
        for row in kept[MOST_LOST - 1 :]:
            await statements.forget_lost(row["id"])
        for row in kept[: MOST_LOST - 1]:
            before = self._unseal_lost(row)
            if before == value or (isinstance(before, str) and isinstance(value, str) and value.startswith(before)):
                await statements.forget_lost(row["id"])
        lost = uuid4()
        sealed = self._seal("lost_text", "value", lost, person, value)
        await LostText.insert(LostText(id=lost, answer=answer, person=person, value=sealed, kept=now))

    def _filled(self, row: Mapping[str, Any]) -> Filled:
        scores = {}
        if row["scores"]:
            scores = self._keys_open("response", "scores", row["id"], row["person"], row["scores"])
        return Filled(row["id"], row["place"], row["form"], row["form_hash"], row["started"], row["completed"], scores)

    def _unseal(self, row: Mapping[str, Any]) -> Value:
        value: Value = self._keys_open("answer", "value", row["id"], row["person"], row["value"])
        return value

    def _unseal_lost(self, row: Mapping[str, Any]) -> Value:
        value: Value = self._keys_open("lost_text", "value", row["id"], row["person"], row["value"])
        return value

    def _seal(self, table: str, column: str, row: UUID, person: UUID, value: Any) -> bytes:
        plain = msgspec.json.encode(value)
        return self._keys.seal(plain, table=table, column=column, row=row, subject=person)

    def _keys_open(self, table: str, column: str, row: UUID, person: UUID, sealed: bytes) -> Any:
        return msgspec.json.decode(self._keys.unseal(sealed, table=table, column=column, row=row, subject=person))
