"""People, organizations and places with their names and offices; sources; redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import codebooks
from news_dataset.testing import words
from news_dataset.testing.arrays import coded, days, joined, only, padded, table, taken, whole
from news_dataset.testing.days import DAYS, dates, since_1970, some_dates
from news_dataset.testing.dice import Ints, spread
from news_dataset.testing.world import World, name_parts

if TYPE_CHECKING:
    import pyarrow as pa

Tables = dict[str, "pa.Table"]


def entities(world: World) -> Tables:
    """Return people, organizations and places with their children."""
    return {
        "people": _people(world), "organizations": _organizations(world), "places": _places(world),
        "names": _names(world), "offices": _offices(world),
    }  # fmt: skip


def names_of(world: World, kind: str, which: Ints) -> pa.Array:
    """Return the English names of some records of a type, by their places in the order of ids."""
    (first, here), (second, there) = name_parts(world.dice, kind, world.made_of[kind][which])
    parts = taken(first, here), taken(second, there)
    return joined(*(reversed(parts) if kind == "person" else parts))


def note(world: World, what: str, at: Ints, percent: int = 8) -> pa.Array:
    """Return remarks, for some of the places."""
    dice = world.dice
    chosen = dice.below(f"{what}, note", at, len(words.NOTES))
    return taken(words.NOTES, chosen, dice.chance(f"{what}, noted", at, percent))


def wikidata(world: World, what: str, at: Ints, percent: int = 60) -> pa.Array:
    """Return items of Wikidata, for some of the places."""
    import pyarrow as pa

    number = pa.array(1 + world.dice.below(f"{what}, item", at, 10**8)).cast(pa.string())
    return only(joined("Q", number, by=""), world.dice.chance(f"{what}, has item", at, percent))


def country(world: World, what: str, at: Ints, percent: int = 80) -> pa.Array:
    """Return countries, for some of the places."""
    chosen = world.dice.zipf(f"{what}, country", at, len(words.COUNTRIES))
    return taken(words.COUNTRIES, chosen, world.dice.chance(f"{what}, has country", at, percent))


def url(world: World, what: str, at: Ints) -> pa.Array:
    """Return addresses of pages."""
    dice = world.dice
    host = taken(words.SLUG_WORDS, dice.below(f"{what}, host", at, len(words.SLUG_WORDS)))
    page = padded(dice.below(f"{what}, page", at, 10**9), 9)
    return joined(joined("https://", host, ".example.org", by=""), page, by="/")


def _people(world: World) -> pa.Table:
    at, dice = world.made_of["person"], world.dice
    (family, first), (given, second) = name_parts(dice, "person", at)
    known = dice.chance("name parts", at, 85)
    columns = {
        "id": world.ids("person"),
        "name": names_of(world, "person", np.arange(len(at))),
        "family_name": taken(family, first, known),
        "given_name": taken(given, second, known),
        **dates().columns("birth_date", some_dates(dice, "birth", at, 20), dice.chance("born", at, 40)),
        "country": country(world, "person", at),
        "wikidata": wikidata(world, "person", at),
        "note": note(world, "person", at),
    }
    return table("people", columns)


def _organizations(world: World) -> pa.Table:
    at, kinds = world.made_of["organization"], tuple(codebooks.ORGANIZATION_KIND.definitions)
    columns = {
        "id": world.ids("organization"),
        "name": names_of(world, "organization", np.arange(len(at))),
        "kind": coded(kinds, world.dice.zipf("organization kind", at, len(kinds))),
        "country": country(world, "organization", at),
        "wikidata": wikidata(world, "organization", at),
        "note": note(world, "organization", at),
    }
    return table("organizations", columns)


def _places(world: World) -> pa.Table:
    import pyarrow as pa

    at, dice, kinds = world.made_of["place"], world.dice, tuple(codebooks.PLACE_KIND.definitions)
    located = dice.chance("located", at, 70)
    columns = {
        "id": world.ids("place"),
        "name": names_of(world, "place", np.arange(len(at))),
        "kind": coded(kinds, dice.zipf("place kind", at, len(kinds))),
        "country": country(world, "place", at),
        "latitude": pa.array((dice.below("latitude", at, 1_800_001) - 900_000) / 10_000, mask=~located),
        "longitude": pa.array((dice.below("longitude", at, 3_600_001) - 1_800_000) / 10_000, mask=~located),
        "wikidata": wikidata(world, "place", at),
        "geonames": whole(1 + dice.below("geonames", at, 2**31 - 1), dice.chance("has geonames", at, 50)),
        "note": note(world, "place", at),
    }
    return table("places", columns)


def _names(world: World) -> pa.Table:
    import pyarrow as pa

    kinds = ("organization", "person", "place")  # in the order of their ids
    return pa.concat_tables([_names_of(world, kind) for kind in kinds]).combine_chunks()


def _names_of(world: World, kind: str) -> pa.Table:
    dice = world.dice
    owner, place = spread(dice.pick(f"{kind}, names", world.made_of[kind], [20, 45, 25, 10]))
    at = world.made_of[kind][owner] * 4 + place
    script = dice.zipf(f"{kind}, script", at, len(words.SCRIPTS))
    family = [f"{language}/{one}" for language, families, _ in words.SCRIPTS for one in families]
    given = [f"{language}/{one}" for language, _, names in words.SCRIPTS for one in names]
    parts = [_word(dice.bits(f"{kind}, {what}", at) >> np.uint64(1), script, among) for what, among in
             (("family", family), ("given", given))]  # fmt: skip
    name_kinds = tuple(codebooks.NAME_KIND.definitions)
    columns = {
        "entity": taken(world.ids(kind), owner),
        "ordinal": whole(place + 1),
        "name": joined(*parts),
        "language": taken([language for language, _, _ in words.SCRIPTS], script),
        "kind": coded(name_kinds, dice.pick(f"{kind}, name kind", at, [30, 20, 45, 5])),
    }
    return table("names", columns)


def _word(chance: np.ndarray[tuple[int], np.dtype[np.uint64]], script: Ints, among: list[str]) -> pa.Array:
    """Return for each place one of the words of its script; *among* lists all words, each behind its language."""
    languages = [one.partition("/")[0] for one in among]
    many = np.array([languages.count(language) for language, _, _ in words.SCRIPTS])
    first = np.cumsum(many) - many
    chosen = first[script] + (chance % many[script].astype(np.uint64)).astype(np.int64)
    return taken([one.partition("/")[2] for one in among], chosen)


def _offices(world: World) -> pa.Table:
    dice = world.dice
    owner, place = spread(dice.pick("offices", world.made_of["person"], [30, 50, 20]))
    at = world.made_of["person"][owner] * 4 + place
    start = dice.below("office start", at, DAYS)
    end = (start + dice.below("office term", at, 2500)).clip(0, DAYS - 1)
    columns = {
        "person": taken(world.ids("person"), owner),
        "ordinal": whole(place + 1),
        "title": taken(words.TITLES, dice.below("office title", at, len(words.TITLES))),
        "organization": taken(
            world.ids("organization"),
            world.among("organization", "office", at),
            dice.chance("office of", at, 70),
        ),
        **dates().columns("start", start, dice.chance("office began", at, 75)),
        **dates().columns("end", end, dice.chance("office ended", at, np.where(place > 0, 90, 10))),
    }
    return table("offices", columns)


def sources(world: World) -> pa.Table:
    """Return the pages that assessments cite."""
    at, dice, kinds = world.made_of["source"], world.dice, tuple(codebooks.SOURCE_KIND.definitions)
    published = dice.below("source published", at, DAYS)
    columns = {
        "id": world.ids("source"),
        "url": url(world, "source", at),
        "publisher": taken(words.BODIES, dice.zipf("source publisher", at, len(words.BODIES))),
        "kind": coded(kinds, dice.pick("source kind", at, [50, 20, 15, 15])),
        **dates().columns("published", published, dice.chance("source dated", at, 80)),
        "accessed": days(since_1970(published + dice.below("source accessed", at, 60)), dice.chance("read", at, 90)),
        "language": taken(words.LANGUAGES, dice.zipf("source language", at, len(words.LANGUAGES)),
                          dice.chance("source in", at, 80)),
        "note": note(world, "source", at),
    }  # fmt: skip
    return table("sources", columns)


def redirects(world: World) -> pa.Table:
    """Return ids that are no more: of people, each but every fifth with another that took its place."""
    many = min(24 + world.count("person") // 20, world.count("person"))
    at = np.arange(many)
    reasons = tuple(codebooks.REDIRECT_REASON.definitions)
    replaced = at % 5 != 4
    columns = {
        "old_id": joined(taken(world.ids("person"), at * world.count("person") // many), "former", by="-"),
        "new_id": taken(world.ids("person"), world.among("person", "redirect", at), replaced),
        "reason": coded(reasons, np.where(replaced, at % 2 * 3, 2)),
        "release": taken(["2026.05.0", "2026.11.12"], at % 2),
    }
    return table("redirects", columns)
