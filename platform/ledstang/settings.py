"""`ledstang.toml` as typed structs: all that a region and its operators decide outside of what is written in Markdown."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ledstang.access.windows import Rates
from ledstang.api.limits import ApiLimits
from ledstang.attachments.limits import AttachmentLimits
from ledstang.operating import Load, MetricsFrom
from ledstang.patience import Patience
from ledstang.people.limits import ContactLimits, Country, HsaId, RegisterLimits
from ledstang.people.reserve import ReserveFormat
from ledstang.rights.limits import CopyLimits, Retention

Name = Annotated[str, Meta(min_length=1, max_length=200)]
COUNTY, REGION_ID = r"^[0-9]{2}$", r"^[a-z][a-z0-9-]*$"
CountyCode = Annotated[str, Meta(pattern=COUNTY)]


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region whose residents this instance serves. `counties` are Statistics Sweden's two-digit county codes.

    `policies` is the key of the set of policy tables that it goes by, empty for the instance's. `country` is where phone
    numbers without a country's code are, where it is another than the instance's.
    """

    id: Annotated[str, Meta(pattern=REGION_ID)]
    name: Name
    counties: tuple[CountyCode, ...]
    contact: str = ""
    urgent: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    policies: str = ""
    country: Country | None = None


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A care provider: who answers for the units that name it. Its HSA-id is compared without regard to case."""

    hsa_id: HsaId
    name: Name


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A care unit. Its HSA-id is compared without regard to case; `off` names plugins that it does not use.

    `valid_from` and `valid_to` are its first and its last day. Where it has gone into another, `merged_into` is that
    unit's HSA-id, which takes over the day after the last one, or at once where there is none.
    """

    hsa_id: HsaId
    name: Name
    region: str
    contact: str = ""
    off: tuple[str, ...] = ()
    provider: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    merged_into: str = ""


class Staffing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who works at the units. `people_per_role` are advised, so that somebody is there when another is away.

    What the unit directory said, where an instance is connected to one, is good for `directory_minutes`.
    """

    people_per_role: Annotated[int, Meta(ge=1, le=20)] = 2
    directory_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a session lives: without a sign of life, and in all."""

    idle_minutes: Annotated[int, Meta(ge=1, le=240)] = 30
    absolute_minutes: Annotated[int, Meta(ge=1, le=1440)] = 240


class ProblemsKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days it is kept what people say is wrong with a page, also when it is done."""

    keep_days: Annotated[int, Meta(ge=1, le=3650)] = 365


class Postgres(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How PostgreSQL is used, where `database` is an address. One process has at most so many `connections`.

    Behind pgbouncer older than 1.21 in transaction mode `statement_cache` must be 0.
    """

    connections: Annotated[int, Meta(ge=2, le=200)] = 10
    connect_seconds: Annotated[float, Meta(ge=0.1, le=60)] = 3
    statement_seconds: Annotated[float, Meta(ge=0.1, le=600)] = 15
    idle_in_transaction_seconds: Annotated[float, Meta(ge=0.1, le=600)] = 15
    statement_cache: Annotated[int, Meta(ge=0, le=10_000)] = 512


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the outbox is worked off. With `inside_serve` off, `ledstang work` must run.

    A worker carries out so many errands `at_once`. One may take `budget_seconds`; who has taken it up loses it
    `lease_seconds` after the last sign of life. One that fails is tried `tries` times, the first time after about
    `retry_seconds`, then after twice as long each time, `retry_most_minutes` at most. A worker that is stopped gives
    back what it has not done within `stop_seconds`. What was carried out is kept for `keep_days`; what is due since
    `late_minutes` shows on `/health`. The host tidies up every `tidy_minutes`.
    """

    inside_serve: bool = True
    at_once: Annotated[int, Meta(ge=1, le=100)] = 8
    poll_seconds: Annotated[float, Meta(ge=0.05, le=60)] = 0.5
    budget_seconds: Annotated[float, Meta(ge=0.1, le=3600)] = 60
    lease_seconds: Annotated[float, Meta(ge=1, le=3600)] = 30
    tries: Annotated[int, Meta(ge=1, le=100)] = 12
    retry_seconds: Annotated[float, Meta(ge=0.1, le=3600)] = 5
    retry_most_minutes: Annotated[float, Meta(ge=0.1, le=1440)] = 60
    stop_seconds: Annotated[float, Meta(ge=0, le=600)] = 5
    late_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    keep_days: Annotated[int, Meta(ge=2, le=3650)] = 30
    tidy_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a key is replaced. A process goes on with what it knows of the keys for `look_seconds`.

    What an older key has sealed is sealed again: every so many `minutes` so many `portions` of so many values. Nobody
    waits longer for the writer than a `portion` takes.
    """

    look_seconds: Annotated[float, Meta(ge=0.05, le=20)] = 5
    minutes: Annotated[int, Meta(ge=1, le=1440)] = 1
    portion: Annotated[int, Meta(ge=1, le=10_000)] = 100
    portions: Annotated[int, Meta(ge=1, le=100_000)] = 200


class AccessLogKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the access log is kept: for `keep_years`, which are five at the least.

    `anchor` is a file, best on another machine, to which the ends of the chains of the last `anchor_days` are added every
    `anchor_minutes`. While the database cannot be written to, entries wait in a queue in the folder `queue`, of
    `queue_kilobytes` at most. An emergency opening needs a reason of `reason_least` characters and is in force for
    `emergency_minutes`. Every `spot_check_days`, at `spot_checks_at`, so many `spot_checks` are drawn of what the staff
    of a unit have read since the last time. Somebody is to have looked at one within `review_days`, at an emergency
    opening within `emergency_review_days`. An export has `export_rows` at most.

    A region's own log system has `sink_answer_ms` to take a portion of the entries. When more than `sink_waiting` wait for
    it, which each process looks after every `sink_look_seconds`, staff and proxies read nothing.
    """

    keep_years: Annotated[int, Meta(ge=5, le=100)] = 5
    anchor: str = ""
    anchor_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    anchor_days: Annotated[int, Meta(ge=1, le=366)] = 7
    queue: Name = "data"
    queue_kilobytes: Annotated[int, Meta(ge=0, le=10_000_000)] = 16_384
    reason_least: Annotated[int, Meta(ge=1, le=1000)] = 10
    emergency_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    spot_checks: Annotated[int, Meta(ge=0, le=1000)] = 3
    spot_checks_at: time = time(3)
    spot_check_days: Annotated[int, Meta(ge=1, le=366)] = 1
    review_days: Annotated[int, Meta(ge=1, le=366)] = 14
    emergency_review_days: Annotated[int, Meta(ge=1, le=366)] = 3
    export_rows: Annotated[int, Meta(ge=50, le=1_000_000)] = 20_000
    sink_answer_ms: Annotated[int, Meta(ge=10, le=60_000)] = 10_000
    sink_waiting: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 1_000_000
    sink_look_seconds: Annotated[float, Meta(ge=0.05, le=600)] = 5


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `ledstang.toml`. Paths are relative to the folder that the file lies in.

    `drain_seconds` is for how long a process that is told to stop still serves, so that a load balancer may notice.
    `policies` is the key of the set of policy tables for regions that choose none.
    """

    title: Name
    language: Literal["sv", "en"] = "sv"
    database: Name = "data/ledstang.sqlite"
    keys: Name = "data/keys"
    theme: Name = "handrail"
    policies: str = "1177-2022"
    production: bool = False
    strict: bool = False
    drain_seconds: Annotated[float, Meta(ge=0, le=300)] = 0
    disabled: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    providers: tuple[Provider, ...] = ()
    units: tuple[Unit, ...] = ()
    reserve_numbers: tuple[ReserveFormat, ...] = ()
    staffing: Staffing = Staffing()
    signin: SignIn = SignIn()
    postgres: Postgres = Postgres()
    rates: Rates = Rates()
    hosts: tuple[Name, ...] = ()
    proxies: tuple[Name, ...] = ()
    patience: Patience = Patience()
    work: Work = Work()
    rotation: Rotation = Rotation()
    load: Load = Load()
    problems: ProblemsKept = ProblemsKept()
    access_log: AccessLogKept = AccessLogKept()
    metrics: MetricsFrom = MetricsFrom()
    register: RegisterLimits = RegisterLimits()
    copies: CopyLimits = CopyLimits()
    retention: Retention = Retention()
    contact: ContactLimits = ContactLimits()
    attachments: AttachmentLimits = AttachmentLimits()
    api: ApiLimits = ApiLimits()
    connectors: dict[str, str] = {}
    plugins: dict[str, dict[str, Any]] = {}
