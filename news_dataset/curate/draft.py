"""Write the template of a new record, with examples from its dataset, where the record belongs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from re import fullmatch

from news_dataset.atomic import sweep, write_output
from news_dataset.collection import Collection
from news_dataset.curate.template import Context, blanks, template
from news_dataset.errors import UsageError, known, known_id
from news_dataset.records import BY_TABLE, BY_TYPE
from news_dataset.records.fields import NUMBERED, SLUG

_PREFILLED = ("language", "country", "annotator", "assessed_by")  # with the most frequent value in the dataset


@dataclass(frozen=True, slots=True)
class Draft:
    """A commented template of a record.

    Args:
        text: the template, as YAML.
        path: the file to which it was written, or in which it belongs.
        blanks: the fields to fill in.
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
        slug = _article_slug(ids, article or slug, kind)
        number = next_number(collection, f"{kind}/{slug}/")
        name, record_id = f"{slug}/{number:02d}", f"{kind}/{slug}/{number:02d}"
    else:
        name = _require_slug(slug, kind)
        record_id = f"{kind}/{name}"
    root = root_of(collection, folder)
    path = root / BY_TYPE[kind].table / f"{name}.yaml"
    if output is None:
        sweep(path.absolute())
    if record_id in ids:
        raise UsageError(f"{record_id} is there already: {collection.by_id[record_id].document.path}")
    context = Context(_ids_by_type(ids, slug or ""), _usual_values(collection), date.today().isoformat())
    given = _known_values(kind, record_id, context)
    text = template(kind, given, context, schemas_for(path, root, folder), collection.profile)
    if path.exists() and output is None:
        raise UsageError(f"{path} is there already, and holds another record")
    if output is None:
        write_output(path, text, lambda _: "is there already")
    return Draft(text, path, tuple(blanks(kind, given)))


def _require_slug(slug: str | None, kind: str) -> str:
    """Return a slug; raise a ``UsageError`` if it is missing or malformed."""
    if not slug:
        raise UsageError(f"a new {kind} needs a slug, of which its id and its file are made: {kind}/SLUG")
    if not fullmatch(SLUG, slug):
        raise UsageError(f"{slug!r} is not a slug: small letters and digits, joined by single hyphens")
    return slug


def _article_slug(ids: list[str], named: str | None, kind: str) -> str:
    """Return the slug of the article of a new numbered record: the one named, or the only one."""
    articles = [record_id for record_id in ids if record_id.startswith("article/")]
    if named:
        slug = _require_slug(named.removeprefix("article/"), kind)
        return known_id(f"article/{slug}", articles, "article").partition("/")[2]
    if len(articles) != 1:
        choice = f"one of {', '.join(articles)}" if articles else "news-dataset new article SLUG writes the first"
        raise UsageError(f"a new {kind} belongs to an article: give --article ID, {choice}")
    return articles[0].partition("/")[2]


def next_number(collection: Collection, prefix: str) -> int:
    """Return the number after the highest that an id with *prefix* has or, by ``redirects.yaml``, had."""
    ids = [*collection.by_id, *(redirect.old_id for redirect in collection.redirects)]
    suffixes = [record_id.removeprefix(prefix) for record_id in ids if record_id.startswith(prefix)]
    return max((int(suffix) for suffix in suffixes if is_number(suffix)), default=0) + 1


def is_number(suffix: str) -> bool:
    """Return whether the end of an id is a number; what is no id may end in a million digits, or in ``²``."""
    return fullmatch("[0-9]{1,9}", suffix) is not None


def root_of(collection: Collection, folder: Path) -> Path:
    """Return the parent of the record folders; without any, ``data/curated``."""
    root = collection.root
    exists = root.name == "curated" or any((root / table).is_dir() for table in BY_TABLE)
    return root if exists else folder / "data" / "curated"


def schemas_for(path: Path, root: Path, folder: Path) -> str:
    """Return the folder of the schemas of a dataset, relative to the file of a record.

    Args:
        path: the file.
        root: the folder that contains the record folders.
        folder: the dataset's folder, where no parent of *root* has a folder ``data``.
    """
    home = next((parent for parent in root.parents if (parent / "data").is_dir()), folder)
    return Path(os.path.relpath(home / "schemas", path.parent)).as_posix()


def _ids_by_type(ids: list[str], article: str) -> dict[str, list[str]]:
    """Return ids by record type; of the numbered ones, only those of one article, given by its slug."""
    by_type: dict[str, list[str]] = {}
    for record_id in ids:
        kind, _, rest = record_id.partition("/")
        if kind not in NUMBERED or rest.startswith(f"{article}/"):
            by_type.setdefault(kind, []).append(record_id)
    return by_type


def _usual_values(collection: Collection) -> dict[str, str]:
    """Return the most frequent value of some fields; where no record has any, that of ``dataset.yaml``."""
    about = collection.description
    values = {"country": "", "wikidata": ""}  # rather no example than one from another dataset
    if about:
        curator = about.contributors[0].name
        values |= {"language": about.language or "en", "annotator": curator, "assessed_by": curator}
    counts = Counter(_prefilled_values(collection))
    return values | {name: value for (name, value), _ in reversed(counts.most_common())}


def _prefilled_values(collection: Collection) -> Iterator[tuple[str, str]]:
    """Yield name and value of the fields ``_PREFILLED`` of records; not of children: their language is of a name."""
    for entry in collection.of():
        for name in _PREFILLED:
            if isinstance(value := getattr(entry.row, name, None), str):
                yield name, value


def _known_values(kind: str, record_id: str, context: Context) -> dict[str, str]:
    """Return the fields of a new record that are known before anybody fills it in."""
    values = {"id": record_id}
    if kind == "article":
        values |= {name: context.values.get(name, "") for name in ("language", "annotator")} | {"status": "draft"}
    if kind == "assessment":
        values |= {"assessed_by": context.values.get("assessed_by", ""), "assessed_on": context.today}
    return values
