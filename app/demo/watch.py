"""What the demo council watches outside its register: accounts found in use, accounts that look like ours, what is new."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.account_register.models import (
    DiscoveredAccount,
    Found,
    HorizonItem,
    LookAlike,
    LookAlikeOutcome,
    LookResult,
    Noticed,
)
from app.account_register.operations import (
    close_discovered,
    close_look_alike,
    note_look,
    record_discovered,
    record_look_alike,
    report_look_alike,
    watch_horizon,
)
from app.core.clock import local_day
from app.core.db import db
from app.demo.timeline import act_at
from app.people.models import Person


def fill_watch(cast: Mapping[str, Person], at: datetime) -> None:
    """One of each that is open, and one that is over. `at` is some weeks ago."""
    _discovered(cast, at)
    _look_alikes(cast, at + timedelta(days=1))
    _horizon(cast, at + timedelta(days=2))


def _found(cast: Mapping[str, Person], name: str, handle: str, words: str, at: datetime) -> object:
    with act_at(at) as now:
        found = Found(name, "Facebook", handle, None, cast["manager"].service_id, local_day(now), words)
        return record_discovered(found, by=cast["employee"], at=now).id


def _discovered(cast: Mapping[str, Person], at: datetime) -> None:
    over = _found(cast, "Northmere Fireworks 2019", "@northmerefireworks", "It was made for one evening.", at)
    with act_at(at + timedelta(days=3)) as now:
        found = db.session.get_one(DiscoveredAccount, over)
        close_discovered(found, "Whoever had made it deleted it.", by=cast["sca"], at=now)
    words = "A resident asked why nobody answers there. A reading group of the library uses it."
    _found(cast, "Northmere Reads", "@northmerereads", words, at + timedelta(days=20))


def _look_alikes(cast: Mapping[str, Person], at: datetime) -> None:
    for number, handle in enumerate(("@northmere_counciI", "@northmerecouncil.help")):
        with act_at(at + timedelta(days=10 * number)) as now:
            noticed = Noticed("X", handle, None, local_day(now), "Our crest, and it offers a refund of council tax.")
            made = record_look_alike(noticed, by=cast["colleague"], at=now).id
        with act_at(at + timedelta(days=10 * number, hours=2)) as now:
            found = db.session.get_one(LookAlike, made)
            report_look_alike(found, local_day(now), f"IMP-{311 + number}", by=cast["sca"], at=now)
        if number == 0:
            with act_at(at + timedelta(days=6)) as now:
                found = db.session.get_one(LookAlike, made)
                close_look_alike(found, LookAlikeOutcome.REMOVED, "After two days.", by=cast["deputy-sca"], at=now)


def _horizon(cast: Mapping[str, Person], at: datetime) -> None:
    for name, what, result in (
        ("Live translation of comments", "The platform translates what residents and we write.", LookResult.GUIDANCE),
        ("A network for neighbours only", "Members must prove their address.", LookResult.WATCH),
    ):
        with act_at(at) as now:
            made = watch_horizon(name, what, local_day(now) + timedelta(days=7), by=cast["deputy-sca"], at=now).id
        with act_at(at + timedelta(days=5)) as now:
            item = db.session.get_one(HorizonItem, made)
            again = local_day(now) + timedelta(days=180)
            note_look(item, result, "Tried it with an account of our own.", again, by=cast["deputy-sca"], at=now)
    with act_at(at + timedelta(days=8)) as now:
        watch_horizon(
            "Voices made by a machine", "Posts can be read aloud in anybody’s voice.", local_day(now) + timedelta(days=14),
            by=cast["sca"], at=now,
        )  # fmt: skip
