"""New records: a template that speaks of the dataset, written where the record belongs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from re import fullmatch

from news_dataset.atomic import sweep, write_output
from news_dataset.collection import Collection, rows
from news_dataset.curate.template import Context, blanks, template
from news_dataset.errors import UsageError, known
from news_dataset.records import BY_TABLE, BY_TYPE
from news_dataset.records.fields import NUMBERED, SLUG

_USUAL = ("language", "country", "annotator", "assessed_by")


@dataclass(frozen=True, slots=True)
class Draft:
    """A commented template of a record.

    Args:
        text: the template, as YAML.
        path: the file that it was written to, or belongs into.
        blanks: the fields that are to be filled in.
    """

    text: str
    path: Path
    blanks: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the template."""
        return self.text


def draft(folder: Path, record_type: str, slug: str | None, article: str | None, output: str | None) -> Draft:
    """Write the template of a new record of a dataset; arguments and errors as ``Dataset.new``."""
    kind = known(record_type, list(BY_TYPE), "record type")
    collection = Collection.open(folder)
    ids = [*collection.by_id, *(entry.id for entry in collection.host if entry.id)]
    if kind in NUMBERED:
        slug = _article(ids, article or slug, kind)
        number = next_number(collection, f"{kind}/{slug}/")
        name, record_id = f"{slug}/{number:02d}", f"{kind}/{slug}/{number:02d}"
    else:
        name = _slug(slug, kind)
        record_id = f"{kind}/{name}"
    root = root_of(collection, folder)
    path = root / BY_TYPE[kind].table / f"{name}.yaml"
    if output is None:
        sweep(path.absolute())
    if record_id in ids:
        raise UsageError(f"{record_id} is there already: {collection.by_id[record_id].document.path}")
    context = Context(_ids(ids, slug or ""), _usual(collection), date.today().isoformat())
    given = _given(kind, record_id, context)
    text = template(kind, given, context, schemas_for(path, root, folder), collection.profile)
    if path.exists() and output is None:
        raise UsageError(f"{path} is there already, and holds another record")
    if output is None:
        write_output(path, text, lambda _: "is there already")
    return Draft(text, path, tuple(blanks(kind, given)))


def _slug(slug: str | None, kind: str) -> str:
    """Return a slug for an id, if it is one."""
    if not slug:
        raise UsageError(f"a new {kind} needs a slug, of which its id and its file are made: {kind}/SLUG")
    if not fullmatch(SLUG, slug):
        raise UsageError(f"{slug!r} is no slug: small letters and digits, joined by single hyphens")
    return slug


def _article(ids: list[str], named: str | None, kind: str) -> str:
    """Return the slug of the article that a numbered record belongs to: the one that is named, or the only one."""
    articles = [one for one in ids if one.startswith("article/")]
    if named:
        return known(f"article/{_slug(named.removeprefix('article/'), kind)}", articles, "article").partition("/")[2]
    if len(articles) != 1:
        there = f"one of {', '.join(articles)}" if articles else "news-dataset new article SLUG writes the first"
        raise UsageError(f"a new {kind} belongs to an article: give --article ID, {there}")
    return articles[0].partition("/")[2]


def next_number(collection: Collection, prefix: str) -> int:
    """Return the first number that no record in the dataset has, nor a number after it."""
    ids = [*collection.by_id, *(redirect.old_id for redirect in collection.redirects)]
    numbers = [int(one.removeprefix(prefix)) for one in ids if one.startswith(prefix) and one[len(prefix) :].isdigit()]
    return max(numbers, default=0) + 1


def root_of(collection: Collection, folder: Path) -> Path:
    """Return the folder of the record folders: that in which some are, else ``data/curated``."""
    root = collection.root
    is_there = root.name == "curated" or any((root / table).is_dir() for table in BY_TABLE)
    return root if is_there else folder / "data" / "curated"


def schemas_for(path: Path, root: Path, folder: Path) -> str:
    """Return where the schemas of a dataset are, relative to the file of a record."""
    home = next((one for one in root.parents if (one / "data").is_dir()), folder)
    return Path(os.path.relpath(home / "schemas", path.parent)).as_posix()


def _ids(ids: list[str], article: str) -> dict[str, list[str]]:
    """Return the ids by type; numbered ones only of one article."""
    found: dict[str, list[str]] = {}
    for one in ids:
        kind, _, rest = one.partition("/")
        if kind not in NUMBERED or rest.startswith(f"{article}/"):
            found.setdefault(kind, []).append(one)
    return found


def _usual(collection: Collection) -> dict[str, str]:
    """Return what most records have in some fields, and where none has any what ``dataset.yaml`` says."""
    about = collection.description
    found = {"country": "", "wikidata": ""}  # rather no example than one of another dataset
    if about:
        curator = about.contributors[0].name
        found |= {"language": about.language or "en", "annotator": curator, "assessed_by": curator}
    counts = Counter(_values(collection))
    return found | {name: value for (name, value), _ in reversed(counts.most_common())}


def _values(collection: Collection) -> Iterator[tuple[str, str]]:
    for entry in collection.of():
        for pointer, row in rows(entry):
            for name in _USUAL:
                # a child's language is that of a name, and hardly that of a text
                if not pointer and isinstance(value := getattr(row, name, None), str):
                    yield name, value


def _given(kind: str, record_id: str, context: Context) -> dict[str, str]:
    """Return what is known of a record before anybody fills it in."""
    given = {"id": record_id}
    if kind == "article":
        given |= {name: context.values.get(name, "") for name in ("language", "annotator")} | {"status": "draft"}
    if kind == "assessment":
        given |= {"assessed_by": context.values.get("assessed_by", ""), "assessed_on": context.today}
    return given
