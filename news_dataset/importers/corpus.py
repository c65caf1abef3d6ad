"""A corpus of annotated documents becomes a dataset, or is added to one: all of it, with a list of what is left."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from news_dataset import strict_json
from news_dataset.annotations import OWN, Document, Quarantined
from news_dataset.collection import Collection, records_in
from news_dataset.credit import NOT_STATED, NOT_STATED_URL
from news_dataset.curate.canonical import canonical, formatted
from news_dataset.curate.draft import root_of
from news_dataset.curate.folder import base_of
from news_dataset.curate.mapping import text_of
from news_dataset.curate.scaffold import ABOUT, scaffold_files
from news_dataset.errors import UsageError
from news_dataset.files import MAX_BYTES
from news_dataset.folders import holds_records
from news_dataset.importers import mappings
from news_dataset.importers.articles import imported_from
from news_dataset.importers.beside import beside
from news_dataset.importers.conversion import ENTITIES, Conversion, Converted, Corpus, Leftover
from news_dataset.importers.entities import Data, Entities, Slugs
from news_dataset.importers.fitting import UNKNOWN, fit
from news_dataset.importers.imported import Imported
from news_dataset.importers.prose import without_prose
from news_dataset.importers.reading import documents
from news_dataset.importers.rules import Rules
from news_dataset.importers.soundness import sound
from news_dataset.importers.statements import convert
from news_dataset.importers.suggestion import suggestion
from news_dataset.importers.uses import Uses
from news_dataset.journal import write_files
from news_dataset.layered import folders_in
from news_dataset.profile import BASE, FOLDER, Profile, profile_of
from news_dataset.records import BY_TYPE, Description
from news_dataset.records.fields import id_pattern
from news_dataset.records.mapping import Mapping
from news_dataset.spans import Text

_ROOM = 50_000_000  # characters of texts, about, that are kept in memory
_FULL = 900_000  # characters of a file of statements; beyond them each statement has its own


def _kept(found: Iterator[Document], kept: list[Document]) -> Iterator[Document]:
    """Yield documents, and keep them as long as they are few, so that they need not be read again."""
    room = _ROOM
    for document in found:
        room -= len(document.text or "") + 500 * len(document.annotations)
        if room > 0:
            kept.append(document)
        else:
            kept.clear()
        yield document


def suggested(form: str, source: Path) -> Imported:
    """Return a mapping that suits a corpus, as far as names tell."""
    mapping = suggestion(documents(form, source))
    remark = f"A suggestion by the names of types and roles: news-dataset import --from {form} SRC --mapping FILE"
    return Imported(mapping=text_of(mapping, remark))


def import_corpus(folder: Path, form: str, source: Path, mapping: Path | None, strict: bool) -> Imported:
    """Import a corpus; arguments and errors as ``Dataset.import_from``."""
    kept: list[Document] = []
    used = mappings.read(mapping) if mapping else suggestion(_kept(documents(form, source), kept))
    there = Collection.open(folder) if folder.is_dir() and holds_records(folder) else None
    import_, uses = _Import(form, used, there), Uses(used)
    if used.unit and form != "doccano":
        raise UsageError(f"{form} says itself what its offsets count; unit is for doccano")
    for document in kept or documents(form, source, used.unit):
        import_.add(document)
        if mapping:  # a suggested one fits
            uses.add(document)
    if not import_.counts["documents"]:
        aside = "; ".join(sorted({f"{one.type}: {one.why}" for one in import_.leftovers}))
        raise UsageError(f"{source} has nothing to import: {aside}")
    remark = f"What an import from {form} made of the annotations: use it with --mapping"
    text = text_of(used, remark)
    files = import_.write(folder, text)
    return Imported(
        files, (), dict(import_.counts), tuple(import_.quarantined), tuple(import_.leftovers), text, strict,
        tuple(import_.folders),
        tuple(mappings.located(mapping, uses.faults(import_.profile))) if mapping else (),
        None if there else folder / ABOUT, import_.namesakes(),
    )  # fmt: skip


@dataclass
class _Import:
    """A corpus on its way into a dataset."""

    form: str
    mapping: Mapping
    there: Collection | None
    layers: dict[str, list[Converted]] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    articles: dict[tuple[str, str], str] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    folders: list[Path] = field(default_factory=list)
    seen: dict[str, set[tuple[str, str | None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = set(self.there.by_id) if self.there else set()
        for layer in folders_in(base_of(self.there)) if self.there else ():  # so that no id means two things
            taken |= {one.id for one in records_in(layer, BASE)}
        self.profile = self.there.profile if self.there else BASE
        self.slugs = Slugs(taken)
        self.corpus = Corpus(
            Rules(self.mapping), self.profile, self.form, self.slugs, Entities(self.slugs)
        )  # fmt: skip
        hashes = ((one.data.get("text_sha256"), one.id) for one in (self.there.of("article") if self.there else ()))
        self.known = {str(sha256): identity for sha256, identity in hashes if sha256}

    def add(self, document: Document) -> None:
        """Convert a document."""
        for one in document.aside:
            said = strict_json.parse(one.content)
            self.leftovers.append(Leftover(one.path, "annotations", one.type, "", said, one.id, one.line, one.why))
        if document.aside and not document.is_article and not document.annotations:
            return
        self.counts["documents"] += 1
        document = self._with_annotator(document)
        if document.text is not None and not _is_utf8(document.text):
            document = _without_text(document)
        elif document.text == "":  # in which there is nothing to find
            document = replace(document, text=None)
        if document.text is None and not document.annotations and _is_unreadable(document):
            document = replace(document, is_article=False)  # one of which nothing is known is none
        article = self._article(document) if document.is_article else ""
        done = convert(Conversion(document, self.corpus, article))
        self.layers.setdefault(document.annotator, []).append(done)
        self.quarantined += done.quarantined
        self.leftovers += done.leftovers
        self._count(done)

    def _with_annotator(self, document: Document) -> Document:
        first, _, rest = document.id.partition("/")
        if self.mapping.annotator != "folder" or not rest:
            return document
        return replace(document, annotator=first, id=rest)

    def _article(self, document: Document) -> str:
        """Return the id of the article of a document: that of other layers, of the dataset, or a new one."""
        text, is_again = document.text, self._is_again(document)
        found = "" if is_again else self.known.get(Text(text).sha256, "") if text is not None else ""
        if found:
            if not document.annotator:
                moved = "" if "/" in document.id else "move its files into a folder named after them inside SRC, and "
                layer = f"as another annotator's layer, {moved}write annotator: folder in the mapping"
                raise UsageError(f"{document.path} is there already: {found}; leave it out, or to import it {layer}")
            return found
        key = (document.id, text or "")
        article = self.articles.get(key, "") if document.annotator and not is_again else ""
        article = article or self._new_article(document)
        self.articles.setdefault(key, article)
        self.texts[article] = text
        if is_again:
            why = f"another document has the id {document.id}; this one becomes {article}"
            self.quarantined.append(Quarantined(document.path, "duplicate_id", why, document.id))
        return article

    def _is_again(self, document: Document) -> bool:
        """Return whether another document has the id of this one, and not as the work of another annotator."""
        seen = self.seen.setdefault(self._given(document) or document.id, set())
        work = document.annotator, document.text
        is_again = work in seen or (bool(seen) and all(text != document.text for _, text in seen))
        seen.add(work)
        return is_again

    def _new_article(self, document: Document) -> str:
        """Return an id for an article: the one that it has from an export, where that is free, else one by its name."""
        given = self._given(document)
        if re.fullmatch(id_pattern("article"), given) and self.slugs.take(given):
            return given
        return self.slugs.new("article", document.id.removeprefix(OWN))

    def _given(self, document: Document) -> str:
        """Return the id that the article of a document has from an export; empty if it has none."""
        named = self.mapping.article_fields.get("id", "")
        return str(document.attributes.get(named, "")) if named else ""

    def _count(self, done: Converted) -> None:
        self.counts["articles"] = len(self.texts)
        self.counts["statements"] += len(done.statements)
        for rows in [done.article.get("mentions", ()), *(one.get("evidence", ()) for one in done.statements)]:
            fragments = {(row.get("role"), row["mention"], row["fragment"]) for row in rows}
            self.counts["mentions"] += len({one[:2] for one in fragments})
            self.counts["fragments"] += len(fragments)

    def write(self, folder: Path, mapping: str) -> tuple[Path, ...]:
        """Write everything, all or nothing, and return the files of records."""
        if self.there is None:
            self.profile = self._own_profile()
        else:
            self._use_codes_of(self.profile, root_of(self.there, folder).parent)
        records = self._records(folder)
        beside = self._beside(folder, mapping)
        for path in (*records, *(path for path in beside if path.parent.name == "texts")):
            if path.exists():
                raise UsageError(f"{path} is there already; each annotator's document is imported once")
        files = records | beside
        if self.there is None:
            new = scaffold_files(folder, self._about())
            if self.corpus.codes:  # whose files are among those that are written with it
                names = "".join(f"- {name}\n" for name in sorted(self.corpus.codes))
                new[ABOUT] = canonical(f"{new[ABOUT]}codebooks:\n{names}", Description)
            files = {folder / name: text for name, text in new.items()} | files
        write_files(folder, files)
        return tuple(records)

    def namesakes(self) -> tuple[str, ...]:
        """Return the names that people, organizations or places of several documents have, each with a record."""
        there = self.there.of(*ENTITIES) if self.there else ()
        return self.corpus.entities.namesakes((one.kind, one.data.get("name")) for one in there)

    def _use_codes_of(self, profile: Profile, data: Path) -> None:
        """Raise if a code is none of a dataset, whose codebooks, in the folder of its data, stay as they are."""
        known = {name: {one.code for one in codes} for name, codes in profile.codes.items()}
        missing = {name: sorted(codes - known.get(name, set())) for name, codes in self.corpus.codes.items()}
        if books := {name: codes for name, codes in missing.items() if codes}:
            listed = "; ".join(f"{name}: {', '.join(codes)}" for name, codes in books.items())
            name, (code, *_) = min(books.items())
            raise UsageError(
                f"the dataset does not have the codes {listed}; add them to {data / FOLDER / '<name>.yaml'}, such as "
                f"'- {{code: {code}, definition: …}}' to {name}.yaml, and name {' and '.join(sorted(books))} in "
                f"the list codebooks of {data / 'dataset.yaml'}; or give others by values, codes or links in a mapping"
            )
        self.corpus.codes.clear()

    def _own_profile(self) -> Profile:
        books = {name: self._codebook(name) for name in self.corpus.codes}
        return profile_of({"name": "imported", "codebooks": [*books]}, books)

    def _codebook(self, name: str) -> list[dict[str, str]]:
        about = "A type of event" if name == "event_type" else "A part in an event"
        definition = f"{about} of the corpus that was imported from {self.form}."
        return [{"code": code, "definition": definition} for code in sorted(self.corpus.codes[name])]

    def _about(self) -> Data:
        has_dates = any("date" in one for one in self.corpus.entities.records.values())
        unbacked = [{"check": "unbacked_date", "severity": "warning"}]  # they are dates as annotated
        about: Data = {
            "description": f"Annotated documents, imported from {self.form}.",
            "license": NOT_STATED, "license_url": NOT_STATED_URL,
        }  # fmt: skip
        return about | ({"severities": unbacked} if has_dates else {})

    def _records(self, folder: Path) -> dict[Path, str]:
        """Return the files of all records."""
        root = root_of(self.there, folder) if self.there else folder / "data" / "curated"
        files: dict[Path, str] = {}
        folders = self._folders(root)
        self.folders = sorted({*folders.values()} - {root})
        for kind in ("person", "organization", "place", "event"):
            files |= self._entities(folders, kind)
        for annotator, some in self.layers.items():
            for done in some:
                files |= self._of_document(folders[annotator], done)
                if folders[annotator] != root and done.article and done.article["id"] in self.texts:
                    bare = {name: value for name, value in done.article.items() if name != "mentions"}
                    bare["annotator"] = imported_from(self.form)  # none of those whose layers there are
                    files = self._of_document(root, Converted(bare, [], [], [])) | files
        return files

    def _folders(self, root: Path) -> dict[str, Path]:
        """Return for each annotator the folder of their records: a layer, or that of the dataset, which all share."""
        names = [name for name in self.layers if name]
        is_layered = len(names) > 1 or (bool(names) and self.there is not None)
        slugs = Slugs(set())
        layers = {name: root.parent / "layers" / slugs.new("", name)[1:] if is_layered else root for name in names}
        return {"": root, **layers}

    def _entities(self, folders: dict[str, Path], kind: str) -> dict[Path, str]:
        """Return the files of the people, organizations, places or events."""
        table, model = BY_TYPE[kind].table, self.profile.by_type[kind]
        some = {identity: UNKNOWN.get(kind, {}) | data for identity, data in self.corpus.entities.records.items()
                if identity.startswith(f"{kind}/")}  # fmt: skip
        places = [self.corpus.entities.places[one] for one in some]
        self.quarantined += fit(kind, [*some.values()], places, self.profile)
        self.quarantined += without_prose(kind, [*some.values()], places, self._texts())
        kept = {identity: data for identity, data in some.items() if data}
        self.counts[table] += len(kept)
        self.counts["participants"] += sum(len(one.get("event_participants", ())) for one in kept.values())
        whose = self.corpus.entities.annotators
        return {folders[whose[identity]] / table / f"{identity.partition('/')[2]}.yaml": formatted([data], model)
                for identity, data in kept.items()}  # fmt: skip

    def _texts(self) -> Iterator[tuple[str | None, str]]:
        """Yield the text of each document with its headline."""
        for done in (one for some in self.layers.values() for one in some if one.article):
            yield self.texts.get(done.article["id"]), str(done.article.get("headline", ""))

    def _of_document(self, root: Path, done: Converted) -> dict[Path, str]:
        if not done.article:
            return {}
        name = done.article["id"].partition("/")[2]
        whole = formatted([done.article], self.profile.by_type["article"])
        if len(whole.encode()) > MAX_BYTES:
            advice = "give fewer types the record mention in a mapping, or divide the document"
            raise UsageError(f"{done.article['id']} has more mentions than {MAX_BYTES:,} bytes hold: {advice}")
        files = {root / "articles" / f"{name}.yaml": whole}
        if done.statements:
            model = self.profile.by_type["statement"]
            text = formatted(done.statements, model)
            files |= {root / "statements" / f"{name}.yaml": text} if len(text) < _FULL else {
                root / "statements" / name / f"{one['id'].rpartition('/')[2]}.yaml": formatted([one], model)
                for one in done.statements
            }  # fmt: skip
        return files

    def _beside(self, folder: Path, mapping: str) -> dict[Path, str]:
        """Return the files beside the records: texts, codebooks, the mapping, and what was not taken over."""
        files = {folder / "texts" / f"{article.partition('/')[2]}.txt": text
                 for article, text in self.texts.items() if text is not None}  # fmt: skip
        for name in self.corpus.codes:
            data = json.dumps(self._codebook(name))
            files[folder / "data" / FOLDER / f"{name}.yaml"] = canonical(data, None)
        return files | beside(folder, mapping, self.quarantined, self.leftovers)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_unreadable(document: Document) -> bool:
    return any(one.reason == "unreadable" for one in document.quarantined)


def _without_text(document: Document) -> Document:
    """Return a document whose text no file can hold, with all that it marks in quarantine."""
    why = Quarantined(
        document.path, "unreadable", "the text holds half a surrogate pair, so it is no Unicode text", document.id
    )
    return sound(replace(document, text=None, quarantined=(*document.quarantined, why)))
