"""The prepared queries of `answers`, by what they are about: an answer, a response, and what was kept beside."""

from __future__ import annotations

from ledstang.content.tables import Answer, LostText, Response
from ledstang.database import prepared

answers_of = prepared(
    lambda owner: Answer.select(
        Answer.id,
        Answer.response,
        Answer.person,
        Answer.item,
        Answer.value,
        Answer.revision,
        Answer.changed,
        Answer.actor,
        Answer.ground,
    ).where(Answer.owner == owner)
)
responses_of = prepared(
    lambda owner: Response.select(
        Response.id,
        Response.person,
        Response.place,
        Response.form,
        Response.form_hash,
        Response.started,
        Response.completed,
        Response.scores,
    ).where(Response.owner == owner)
)
one = prepared(
    lambda id_: Answer.select(Answer.value, Answer.revision, Answer.changed, Answer.actor, Answer.ground).where(
        Answer.id == id_
    )
)
change = prepared(
    lambda value, actor, ground, changed, id_, base: (
        Answer.update(
            {
                Answer.value: value,
                Answer.actor: actor,
                Answer.ground: ground,
                Answer.changed: changed,
                Answer.revision: Answer.revision + 1,
            }
        )
        .where((Answer.id == id_) & (Answer.revision == base))
        .returning(Answer.revision)
    )
)
complete = prepared(
    lambda scores, form_hash, completed, id_: Response.update(
        {Response.scores: scores, Response.form_hash: form_hash, Response.completed: completed}
    ).where((Response.id == id_) & Response.completed.is_null())
)
revisions_of = prepared(lambda response: Answer.select(Answer.item, Answer.revision).where(Answer.response == response))
begun = prepared(lambda id_: Response.select(Response.id).where(Response.id == id_))
closed = prepared(
    lambda id_: Response.select(Response.id).where((Response.id == id_) & Response.completed.is_not_null())
)

lost_of = prepared(
    lambda owner: LostText.select(
        LostText.id,
        LostText.person,
        LostText.value,
        LostText.kept,
        LostText.answer.item.as_alias("item"),
        LostText.answer.response.as_alias("response"),
    ).where(LostText.answer.owner == owner)
)
lost_at = prepared(
    lambda answer: (
        LostText.select(LostText.id, LostText.person, LostText.value)
        .where(LostText.answer == answer)
        .order_by(LostText.kept, ascending=False)
    )
)
unsent = prepared(
    lambda owner: Response.select(Response.id, Response.place).where(
        (Response.owner == owner) & Response.completed.is_null()
    )
)
lost_gone = prepared(
    lambda response: LostText.raw(
        "DELETE FROM lost_text WHERE answer IN (SELECT id FROM answer WHERE response = {})", response
    )
)
answers_gone = prepared(lambda response: Answer.delete().where(Answer.response == response))
response_gone = prepared(lambda response: Response.delete().where(Response.id == response))
forget_lost = prepared(lambda id_: LostText.delete().where(LostText.id == id_))
