"""Every hook of the host, in the order of a plugin's life.

A plugin implements those it needs as functions of its module, decorated with `hookimpl`, and leaves the rest. All are
called once, when the host starts, and *return things*; the work happens later, in the async methods of the things.
Answers are collected from all plugins; for a decision, the denial wins. An argument that you don't need may be left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec
import pluggy
from litestar.handlers import BaseRouteHandler

from ledstang.access.grounds import ProxyGround
from ledstang.access.permissions import Permission
from ledstang.attachments.uses import AttachmentUse
from ledstang.checks import Check
from ledstang.connectors import Connector
from ledstang.content.blocks import Block
from ledstang.content.kinds import ContentFolder, ContentKind
from ledstang.offers import Link, Panel, TaskSource, WorkList
from ledstang.outbox.events import Listener
from ledstang.outbox.jobs import Job
from ledstang.people.personal_data import PersonalData
from ledstang.signin.methods import SignInMethod

if TYPE_CHECKING:
    from ledstang.host import Host

hookspec = pluggy.HookspecMarker("ledstang")

# --- settings and content: before anything is served ---


@hookspec
def register_settings() -> type[msgspec.Struct]:
    """Return the struct that `[plugins.<name>]` in `ledstang.toml` must fit.

    Read it back with `host.settings(YourStruct)`. Unknown keys stop the start. Called before all other hooks. A plugin
    without this hook must have no such table.
    """


@hookspec
def register_content(host: Host) -> list[ContentKind | ContentFolder]:
    """Return the kinds of Markdown that this plugin reads, and folders of Markdown that it brings.

    A kind names a folder of an instance and says how to compile what lies there; a folder is more of a kind that
    somebody has registered. Called before the content is compiled; `host.content(kind)` has the result afterwards.
    """


@hookspec
def register_blocks() -> list[Block]:
    """Return the `:::` boxes that authors may write thanks to this plugin.

    Called before the content is compiled. A word that another plugin has taken is a fault.
    """


# --- what people meet ---


@hookspec
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Return Litestar handlers; the host mounts them below `/<plugin>/`.

    A handler that takes `visit: Visit` needs somebody signed in, one with `staff: Visit` somebody at work; one that does
    neither is public and gets no access to persons. Forms that are posted carry the field `_csrf`, which the host checks.
    """


@hookspec
def register_links(host: Host) -> list[Link]:
    """Return the services that the start page lists. Each is shown to whom its `shown` says."""


@hookspec
def register_panels(host: Host) -> list[Panel]:
    """Return boxes for named slots of other plugins' pages.

    Slots so far: `participant` (a participant's page in a programme; given the participation), `staff` (the front
    page of those at work; given an `AtUnit`), `settings` (*How to reach you*; given None), and `sent` (the demo's page of
    what was sent; given None). A slot that no page has is never rendered.
    """


@hookspec
def register_tasks(host: Host) -> list[TaskSource]:
    """Return sources of what needs the person now; the start page merges them by deadline. Each fails alone."""


@hookspec
def register_work_lists(host: Host) -> list[WorkList]:
    """Return the lists of what waits for staff at their unit, each for whoever may do its `action` there.

    `/staff/` shows how many wait, `/staff/lists/<plugin>/<name>` the rows. Each fails alone, within a time budget.
    """


# --- who may do what ---


@hookspec
def register_permissions() -> list[Permission]:
    """Return the actions of this plugin and who may do them. What nobody has registered is denied to everybody."""


@hookspec
def register_proxies(host: Host) -> list[ProxyGround]:
    """Return the grounds on which somebody may act for another.

    A ground's `name` is the relation that policy tables speak of. The plugin's own page ends by `await
    host.people.act_for(request, subject, ground)`; from then on each request asks whether the ground still stands.
    """


@hookspec
def register_signin(host: Host) -> list[SignInMethod]:
    """Return ways to sign in. The plugin's own route ends by `await host.sign_in(request, identity, next)`."""


@hookspec
def register_attachments(host: Host) -> list[AttachmentUse]:
    """Return the things of this plugin that files may be attached to, and who may add and read them there.

    The host takes the files in, looks through them, keeps them sealed and hands them out; `host.inbox.files` is the
    plugin's way to them. A name that another plugin has taken is a fault. `find` is awaited at each request.
    """


@hookspec
def register_personal_data(host: Host) -> list[PersonalData]:
    """Return how to hand out and how to forget what this plugin keeps of a person.

    A plugin with a table that points at a person must have one: a house test holds it to that.
    """


# --- the region's other systems ---


@hookspec
def register_connectors(host: Host) -> list[Connector]:
    """Return what serves the host's ports, such as `Connector("PersonRegister", service)` or `Connector("FileScanner", service)`.

    Called once; `service` is asked with a time budget, and left alone for a while after it has failed too often. Where
    several plugins serve a port, `[connectors]` in `ledstang.toml` names the one.
    """


# --- what happens afterwards, and by the clock ---


@hookspec
def register_listeners(host: Host) -> list[Listener]:
    """Return what hears the events that others `host.emit`. Each hears alone, after the event is safe in the database.

    A listener that fails is asked again later, so it may hear the same event twice: it keeps `once` with what it does.
    """


@hookspec
def register_jobs(host: Host) -> list[Job]:
    """Return what is to be done by the clock. Each occasion is made once, however many machines there are."""


# --- for those who run it ---


@hookspec
def register_commands() -> list[click.Command]:
    """Return commands for `ledstang` on the command line. A name that is taken is a fault."""


@hookspec
def register_checks(host: Host) -> list[Check]:
    """Return what `ledstang doctor` is to look at: the systems that this plugin leans on.

    Each is awaited alone and answers "" or a sentence that says what is wrong. One that raises or hangs is a fault of
    its own. Nothing asks them while people are served.
    """
