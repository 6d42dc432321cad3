"""What the host's own pages ask about, and who may do it by the host's own rules: one list of each, from where it is done."""

from __future__ import annotations

from ledstang.access import deciding, emergencies
from ledstang.access.log import pages as log_pages
from ledstang.access.log import review_pages
from ledstang.api import persons
from ledstang.attachments import left
from ledstang.attachments import pages as attachment_pages
from ledstang.people import contact_page, lock_pages
from ledstang.rights import permissions as rights
from ledstang.signin import listing, withheld_pages
from ledstang.web import staff

PERMISSIONS = (
    *listing.PERMISSIONS, *log_pages.PERMISSIONS, *staff.PERMISSIONS, *deciding.PERMISSIONS, *withheld_pages.PERMISSIONS,
    *contact_page.PERMISSIONS, *emergencies.PERMISSIONS, *review_pages.PERMISSIONS, *lock_pages.PERMISSIONS,
    *rights.PERMISSIONS, *persons.PERMISSIONS, *attachment_pages.PERMISSIONS,
    *left.PERMISSIONS,
)  # fmt: skip
POLICIES = (*listing.POLICIES, *contact_page.POLICIES, *rights.POLICIES, *left.POLICIES)
