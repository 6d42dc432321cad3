"""Every table there is: the host's, and each plugin's, as apps that migrate by themselves."""

from __future__ import annotations

from pathlib import Path

from piccolo.table import Table

from ledstang.access.log.tables import AccessLogChain, AccessLogEntry, AccessReview
from ledstang.access.tables import AccessFact, RateCount
from ledstang.api.tables import ApiProof, ApiSubject, ApiToken
from ledstang.attachments.tables import Attachment, AttachmentPart
from ledstang.content.tables import Answer, ContentVersion, LostText, Response
from ledstang.database import App
from ledstang.delivery.tables import DeliveredItem, DeliveredReading
from ledstang.outbox.tables import OutboxRow
from ledstang.people.tables import AccountLock, Assignment, ContactCode, Person, PersonContact
from ledstang.plugins import Plugins
from ledstang.problems.tables import Problem
from ledstang.rights.tables import DataCopy, DataCopyPart, RetentionCount, RetentionProposal
from ledstang.sealing.tables import KeyHolder, SealKey
from ledstang.signin.tables import RescuedText, Session, WithheldText
from ledstang.switches import PluginSwitch

HOST: tuple[type[Table], ...] = (
    Person,
    Assignment,
    Session,
    RescuedText,
    WithheldText,
    Response,
    Answer,
    LostText,
    ContentVersion,
    PluginSwitch,
    RateCount,
    OutboxRow,
    SealKey,
    KeyHolder,
    Problem,
    AccessLogEntry,
    AccessLogChain,
    AccessReview,
    PersonContact,
    ContactCode,
    AccessFact,
    DeliveredItem,
    DeliveredReading,
    AccountLock,
    DataCopy,
    DataCopyPart,
    RetentionProposal,
    RetentionCount,
    ApiToken,
    ApiProof,
    ApiSubject,
    Attachment,
    AttachmentPart,
)


def apps_of(plugins: Plugins) -> list[App]:
    """Return the host and the plugins that have tables, in the order that their foreign keys ask for."""
    apps = [App("host", HOST, Path(__file__).parent / "database" / "migrations")]
    for plugin in plugins.found.values():
        if plugin.tables and plugin.folder:
            apps.append(App(plugin.name, plugin.tables, plugin.folder / "migrations"))
    return apps


def tables_of(plugins: Plugins) -> list[type[Table]]:
    """Return all tables, to bind them to a database."""
    return [table for app in apps_of(plugins) for table in app.tables]
