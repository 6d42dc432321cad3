"""The front door: all that a plugin may import. What leaves it is deprecated for a release first."""

from __future__ import annotations

import pluggy

from ledstang.access.calendar import Door, Doorway
from ledstang.access.facts import Fact
from ledstang.access.grounds import ProxyGround
from ledstang.access.keeping import Decided
from ledstang.access.log.ports import AccessLogSink, LoggedAccess
from ledstang.access.naming import door_name
from ledstang.access.permissions import AtUnit, Decision, Permission
from ledstang.access.visit import Visit
from ledstang.attachments.attachments import NotTaken
from ledstang.attachments.ports import FileScanner, Verdict
from ledstang.attachments.statements import Attached
from ledstang.attachments.uses import DELIVERED, AttachmentUse
from ledstang.checks import Check
from ledstang.clock import STOCKHOLM, Clock, MovableClock
from ledstang.connectors import Connector
from ledstang.content.answers import Answers
from ledstang.content.blocks import Block, html_of, unknown_settings
from ledstang.content.diagnostics import Diagnostic, error, warning
from ledstang.content.expressions import UNKNOWN, Context, check, evaluate_truth, names_of, parse
from ledstang.content.forms.answers import AnswerFault, Value, as_written, present, raw_answer, read_answer
from ledstang.content.forms.compiling import compile_questions
from ledstang.content.forms.document import Flag, Form, Group, Offer, Option, Page, Question, Questions, Show, Sum, Text
from ledstang.content.forms.evaluating import Result, evaluate, unanswered
from ledstang.content.forms.flags import act_by
from ledstang.content.forms.kind import compile_form
from ledstang.content.forms.paper import Paper, paper_of, plain_edition
from ledstang.content.forms.scope import scope_of
from ledstang.content.forms.walking import parts_of, questions_of
from ledstang.content.front import unknown_keys
from ledstang.content.front_reader import FrontReader
from ledstang.content.given import Author, Conflict, Filled, Given, Saved
from ledstang.content.kinds import Compiled, ContentFolder, ContentKind, Library, content_hash
from ledstang.content.lix import plain_text, readability
from ledstang.content.media import MediaFile, MediaFolder
from ledstang.content.nodes import Box, Code, Document, Heading, Item, Items, Node, Place, Prose, Rule, Setting
from ledstang.content.texts import text
from ledstang.content.words import Words, nearest
from ledstang.database import Bound, Database, Prepared, prepared
from ledstang.delivery.items import Delivery, InboxItem
from ledstang.delivery.messengers import Message, Messenger, NotSent, Undeliverable
from ledstang.delivery.reading import Place as InboxPlace
from ledstang.filling.lent import OWN_GROUNDS, answering_ground, as_lent, is_withheld
from ledstang.filling.pages import Filler, PageByPage, revisions_of, values_of, whose
from ledstang.filling.ports import FormAbout, FormRefused, Forms, FormWanted
from ledstang.filling.seen import brought, on_page
from ledstang.filling.taking import (
    Fillable,
    PostedFields,
    Taken,
    answerable,
    page_questions,
    posted_values,
    take_answers,
    unsaved_answers,
)
from ledstang.host import Host
from ledstang.offers import Link, Panel, Task, TaskSource, WorkList, WorkRow
from ledstang.outbox.events import (
    CodeWanted,
    ContactChanged,
    Event,
    FormCompleted,
    ItemDelivered,
    Listener,
    ModuleCompleted,
    NoticeWanted,
    ParticipationEnded,
    ParticipationStarted,
    PersonChanged,
    PersonProtected,
    ProxyEnded,
    ProxyEnding,
)
from ledstang.outbox.jobs import Daily, Every, Job
from ledstang.people.addresses import Addresses
from ledstang.people.assignments import ROLE_TITLES, Assignment
from ledstang.people.checking import RegisterAway
from ledstang.people.directory import CareUnit, UnitDirectory
from ledstang.people.numbers import NotANumber, born_of, make_test_number, read_number
from ledstang.people.people import People
from ledstang.people.personal_data import ASKED, Ageing, PersonalData
from ledstang.people.persons import Identity, Person
from ledstang.people.ports import PersonRegister, Protection, RegisteredPerson
from ledstang.people.tables import Person as PersonTable
from ledstang.signin.cookies import is_secure
from ledstang.signin.methods import SignInMethod
from ledstang.signin.origins import Origin
from ledstang.web.charts import Level, Point, line_chart
from ledstang.web.days import read_day
from ledstang.web.filters import fill
from ledstang.workdays import end_of, workday_after

__all__ = [
    "ASKED",
    "DELIVERED",
    "OWN_GROUNDS",
    "ROLE_TITLES",
    "STOCKHOLM",
    "UNKNOWN",
    "AccessLogSink",
    "Addresses",
    "Ageing",
    "AnswerFault",
    "Answers",
    "Assignment",
    "AtUnit",
    "Attached",
    "AttachmentUse",
    "Author",
    "Block",
    "Bound",
    "Box",
    "CareUnit",
    "Check",
    "Clock",
    "Code",
    "CodeWanted",
    "Compiled",
    "Conflict",
    "Connector",
    "ContactChanged",
    "ContentFolder",
    "ContentKind",
    "Context",
    "Daily",
    "Database",
    "Decided",
    "Decision",
    "Delivery",
    "Diagnostic",
    "Document",
    "Door",
    "Doorway",
    "Event",
    "Every",
    "Fact",
    "FileScanner",
    "Fillable",
    "Filled",
    "Filler",
    "Flag",
    "Form",
    "FormAbout",
    "FormCompleted",
    "FormRefused",
    "FormWanted",
    "Forms",
    "FrontReader",
    "Given",
    "Group",
    "Heading",
    "Host",
    "Identity",
    "InboxItem",
    "InboxPlace",
    "Item",
    "ItemDelivered",
    "Items",
    "Job",
    "Level",
    "Library",
    "Link",
    "Listener",
    "LoggedAccess",
    "MediaFile",
    "MediaFolder",
    "Message",
    "Messenger",
    "ModuleCompleted",
    "MovableClock",
    "Node",
    "NotANumber",
    "NotSent",
    "NotTaken",
    "NoticeWanted",
    "Offer",
    "Option",
    "Origin",
    "Page",
    "PageByPage",
    "Panel",
    "Paper",
    "ParticipationEnded",
    "ParticipationStarted",
    "People",
    "Permission",
    "Person",
    "PersonChanged",
    "PersonProtected",
    "PersonRegister",
    "PersonTable",
    "PersonalData",
    "Place",
    "Point",
    "PostedFields",
    "Prepared",
    "Prose",
    "Protection",
    "ProxyEnded",
    "ProxyEnding",
    "ProxyGround",
    "Question",
    "Questions",
    "RegisterAway",
    "RegisteredPerson",
    "Result",
    "Rule",
    "Saved",
    "Setting",
    "Show",
    "SignInMethod",
    "Sum",
    "Taken",
    "Task",
    "TaskSource",
    "Text",
    "Undeliverable",
    "UnitDirectory",
    "Value",
    "Verdict",
    "Visit",
    "Words",
    "WorkList",
    "WorkRow",
    "act_by",
    "answerable",
    "answering_ground",
    "as_lent",
    "as_written",
    "born_of",
    "brought",
    "check",
    "compile_form",
    "compile_questions",
    "content_hash",
    "door_name",
    "end_of",
    "error",
    "evaluate",
    "evaluate_truth",
    "fill",
    "hookimpl",
    "html_of",
    "is_secure",
    "is_withheld",
    "line_chart",
    "make_test_number",
    "names_of",
    "nearest",
    "on_page",
    "page_questions",
    "paper_of",
    "parse",
    "parts_of",
    "plain_edition",
    "plain_text",
    "posted_values",
    "prepared",
    "present",
    "questions_of",
    "raw_answer",
    "read_answer",
    "read_day",
    "read_number",
    "readability",
    "revisions_of",
    "scope_of",
    "take_answers",
    "text",
    "unanswered",
    "unknown_keys",
    "unknown_settings",
    "unsaved_answers",
    "values_of",
    "warning",
    "whose",
    "workday_after",
]

hookimpl = pluggy.HookimplMarker("ledstang")
"""Marks a function of a plugin's module as the implementation of the hook of that name."""
