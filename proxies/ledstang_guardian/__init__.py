"""Guardians act for their children: custody comes from the register, ages from policy tables, and both end by themselves."""

from __future__ import annotations

from pathlib import Path

from ledstang import ContentFolder, Host, Link, Permission, PersonalData, ProxyGround, hookimpl
from litestar.handlers import BaseRouteHandler

from ledstang_guardian.links import GROUND, link_data
from ledstang_guardian.pages import MANAGE, guardian_pages


@hookimpl
def register_content() -> list[ContentFolder]:
    """Bring the rules for which ages guardians act at."""
    return [ContentFolder("policies", Path(__file__).parent / "policies")]


@hookimpl
def register_proxies() -> list[ProxyGround]:
    """Let custody be a ground."""
    return [GROUND]


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Serve the pages where a guardian adds children and goes over to them."""
    return guardian_pages(host)


@hookimpl
def register_links() -> list[Link]:
    """Lead to one's children from the start page."""
    return [Link("My children", "/guardian/", "See to things for a child that you are the guardian of.", own=True)]


@hookimpl
def register_permissions() -> list[Permission]:
    """Whoever signs in sees to their own links."""
    return [Permission(MANAGE, "Add children and act for them")]


@hookimpl
def register_personal_data(host: Host) -> list[PersonalData]:
    """Hand out and forget the links."""
    return [link_data(host)]
