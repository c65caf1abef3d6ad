"""A corpus of annotated documents becomes a dataset, or is added to one: all of it, with a list of what is left."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from news_dataset import reader, strict_json
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
from news_dataset.importers.conversion import ENTITIES, Conversion, Converted, Corpus, Leftover
from news_dataset.importers.entities import Data, Entities, Slugs
from news_dataset.importers.fitting import UNKNOWN, fit, without_prose
from news_dataset.importers.imported import Imported, files_beside, mapping_path
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

_MAX_KEPT = 50_000_000  # the size of documents that are kept in memory: characters of text, and annotations
_OF_ANNOTATION = 500  # the size of an annotation, in characters
_MAX_FILE = 900_000  # characters of a file of statements; if they have more, each has its own file


def _keeping(documents: Iterator[Document], kept: list[Document]) -> Iterator[Document]:
    """Yield documents, and add them to *kept*; empty it if they are too large."""
    size = 0
    for document in documents:
        size += len(document.text or "") + _OF_ANNOTATION * len(document.annotations)
        if size < _MAX_KEPT:
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
    file = mappings.document_of(mapping, source, folder)
    mapping_used = mappings.read(file) if file else suggestion(_keeping(documents(form, source), kept))
    dataset = Collection.open(folder) if folder.is_dir() and holds_records(folder) else None
    import_, uses = _Import(form, mapping_used, dataset), Uses(mapping_used)
    if mapping_used.unit and form != "doccano":
        raise UsageError(f"{form} says itself what its offsets count; unit is for doccano")
    for document in kept or documents(form, source, mapping_used.unit):
        import_.add(document)
        if file:  # a suggested mapping fits, but for roles without a code
            uses.add(document)
    if not import_.layers:
        aside = "; ".join(sorted({f"{one.type}: {one.why}" for one in import_.leftovers}))
        raise UsageError(f"{source} has nothing to import: {aside}")
    remark = f"What an import from {form} made of the annotations: use it with --mapping"
    text = text_of(mapping_used, remark)
    files = import_.write(folder, text)
    faults = uses.faults(import_.profile) if file else uses.unknown_roles(import_.profile)
    return Imported(
        files, (), dict(import_.counts), tuple(import_.quarantined), tuple(import_.leftovers), text, strict,
        tuple(import_.folders),
        tuple(mappings.located(file or reader.read(mapping_path(folder, text)), faults)),
        None if dataset else folder / ABOUT, import_.namesakes(), file.path if file and not mapping else "",
    )  # fmt: skip


@dataclass
class _Import:
    """An import of a corpus into a dataset, which is None if a new one is made.

    *layers* are by annotator; *texts* are those of new articles, by id; *articles* are ids by document id and text;
    *works* are annotator and text of the documents of each id.
    """

    form: str
    mapping: Mapping
    dataset: Collection | None
    layers: dict[str, list[Converted]] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    articles: dict[tuple[str, str], str] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    folders: list[Path] = field(default_factory=list)
    works: dict[str, set[tuple[str, str | None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = set(self.dataset.by_id) if self.dataset else set()
        for layer in folders_in(base_of(self.dataset)) if self.dataset else ():  # so that no id is used twice
            taken |= {record.id for record in records_in(layer, BASE)}
        self.profile = self.dataset.profile if self.dataset else BASE
        self.slugs = Slugs(taken)
        self.corpus = Corpus(Rules(self.mapping), self.profile, self.form, self.slugs, Entities(self.slugs))
        articles = self.dataset.of("article") if self.dataset else ()
        self.article_ids = {
            str(sha256): article.id for article in articles if (sha256 := article.data.get("text_sha256"))
        }

    def add(self, document: Document) -> None:
        """Convert a document and keep its records."""
        for aside in document.aside:
            value = strict_json.parse(aside.content)
            leftover = Leftover(aside.path, "annotations", aside.type, "", value, aside.id, aside.line, aside.why)
            self.leftovers.append(leftover)
        if document.aside and not document.is_article and not document.annotations:
            return
        document = self._with_annotator(document)
        if document.text is not None and strict_json.flaw_in(document.text):
            document = _without_text(document)
        elif document.text == "":  # an empty text counts as none
            document = replace(document, text=None)
        reasons = {fault.reason for fault in document.quarantined}
        if document.text is None and not document.annotations and "unreadable" in reasons:
            document = replace(document, is_article=False)  # nothing is known of it
        else:
            self.counts["documents"] += 1
        article = self._article_id(document) if document.is_article else ""
        converted = convert(Conversion(document, self.corpus, article))
        self.layers.setdefault(document.annotator, []).append(converted)
        self.quarantined += converted.quarantined
        self.leftovers += converted.leftovers
        self._count_rows(converted)

    def _with_annotator(self, document: Document) -> Document:
        """Return a document whose annotator its first folder names, if the mapping does."""
        first, _, rest = document.id.partition("/")
        if self.mapping.annotator != "folder" or not rest:
            return document
        return replace(document, annotator=first, id=rest)

    def _article_id(self, document: Document) -> str:
        """Return the id of a document's article: of a layer, of the dataset, or new."""
        text, repeats_id = document.text, self._repeats_id(document)
        known = "" if repeats_id else self.article_ids.get(Text(text).sha256, "") if text is not None else ""
        if known:
            if not document.annotator:
                moved = "" if "/" in document.id else "put its files into SRC/NAME, and "
                layer = f"to import it as another annotator's layer: {moved}annotator: folder into the mapping"
                raise UsageError(f"{document.path} is there already: {known}\n{layer}")
            return known
        key = (document.id, text or "")
        article = self.articles.get(key, "") if document.annotator and not repeats_id else ""
        article = article or self._new_article_id(document)
        self.articles.setdefault(key, article)
        self.texts[article] = text
        if repeats_id:
            message = f"another document has the id {document.id}; this one becomes {article}"
            self.quarantined.append(Quarantined(document.path, "duplicate_id", message, document.id))
        return article

    def _repeats_id(self, document: Document) -> bool:
        """Return whether a document has an id in use, and is no other annotator's work."""
        works = self.works.setdefault(self._exported_id(document) or document.id, set())
        work = document.annotator, document.text
        repeats = work in works or (bool(works) and all(text != document.text for _, text in works))
        works.add(work)
        return repeats

    def _new_article_id(self, document: Document) -> str:
        """Return the id that an export gave an article, if free, or one of its name."""
        id_ = self._exported_id(document)
        if re.fullmatch(id_pattern("article"), id_) and self.slugs.take(id_):
            return id_
        return self.slugs.new("article", document.id.removeprefix(OWN))

    def _exported_id(self, document: Document) -> str:
        """Return the id that an export gave the article of a document, or an empty text."""
        attribute = self.mapping.article_fields.get("id", "")
        return str(document.attributes.get(attribute, "")) if attribute else ""

    def _count_rows(self, converted: Converted) -> None:
        """Count the records, mentions and fragments of a document."""
        self.counts["articles"] = len(self.texts)
        self.counts["statements"] += len(converted.statements)
        evidence = (statement.get("evidence", ()) for statement in converted.statements)
        for rows in [converted.article.get("mentions", ()), *evidence]:
            fragments = {(row.get("role"), row["mention"], row["fragment"]) for row in rows}
            self.counts["mentions"] += len({(role, mention) for role, mention, _ in fragments})
            self.counts["fragments"] += len(fragments)

    def write(self, folder: Path, mapping: str) -> tuple[Path, ...]:
        """Write all files, with the text of the mapping, or none; return those of records."""
        if self.dataset is None:
            self.profile = self._new_profile()
        else:
            self._check_codes(self.profile, root_of(self.dataset, folder).parent)
        records = self._record_files(folder)
        others = self._other_files(folder, mapping)
        for path in (*records, *(path for path in others if path.parent.name == "texts")):
            if path.exists():
                raise UsageError(f"{path} is there already; each annotator's document is imported once")
        files = records | others
        if self.dataset is None:
            new = scaffold_files(folder, self._description())
            if self.corpus.codes:  # whose files are among the others
                names = "".join(f"- {name}\n" for name in sorted(self.corpus.codes))
                new[ABOUT] = canonical(f"{new[ABOUT]}codebooks:\n{names}", Description)
            files = {folder / name: text for name, text in new.items()} | files
        write_files(folder, files)
        return tuple(records)

    def namesakes(self) -> tuple[str, ...]:
        """Return the names that entities of several documents have, each with a record."""
        records = self.dataset.of(*ENTITIES) if self.dataset else ()
        return self.corpus.entities.namesakes((record.kind, record.data.get("name")) for record in records)

    def _check_codes(self, profile: Profile, data: Path) -> None:
        """Raise UsageError if the dataset, with that folder of data, lacks a needed code."""
        known_codes = {name: {entry.code for entry in codes} for name, codes in profile.codes.items()}
        missing = {name: sorted(codes - known_codes.get(name, set())) for name, codes in self.corpus.codes.items()}
        if books := {name: codes for name, codes in missing.items() if codes}:
            listed = "; ".join(f"{name}: {', '.join(codes)}" for name, codes in books.items())
            name, (code, *_) = min(books.items())
            raise UsageError(
                f"the dataset does not have the codes {listed}; add them to {data / FOLDER / '<name>.yaml'}, such as "
                f"'- {{code: {code}, definition: …}}' to {name}.yaml, and name {' and '.join(sorted(books))} in "
                f"the list codebooks of {data / 'dataset.yaml'}; or give others by values, codes or links in a mapping"
            )
        self.corpus.codes.clear()

    def _new_profile(self) -> Profile:
        books = {name: self._codebook(name) for name in self.corpus.codes}
        return profile_of({"name": "imported", "codebooks": [*books]}, books)

    def _codebook(self, name: str) -> list[dict[str, str]]:
        about = "A type of event" if name == "event_type" else "A part in an event"
        definition = f"{about} of the corpus that was imported from {self.form}."
        return [{"code": code, "definition": definition} for code in sorted(self.corpus.codes[name])]

    def _description(self) -> Data:
        """Return the fields of the description of a new dataset."""
        has_dates = any("date" in record for record in self.corpus.entities.records.values())
        unbacked = [{"check": "unbacked_date", "severity": "warning"}]  # they are dates as annotated
        about: Data = {
            "description": f"Annotated documents, imported from {self.form}.",
            "license": NOT_STATED, "license_url": NOT_STATED_URL,
        }  # fmt: skip
        return about | ({"severities": unbacked} if has_dates else {})

    def _record_files(self, folder: Path) -> dict[Path, str]:
        """Return the files of all records."""
        root = root_of(self.dataset, folder) if self.dataset else folder / "data" / "curated"
        files: dict[Path, str] = {}
        folders = self._layer_folders(root)
        self.folders = sorted({*folders.values()} - {root})
        for kind in ("person", "organization", "place", "event"):
            files |= self._entity_files(folders, kind)
        for annotator, conversions in self.layers.items():
            for converted in conversions:
                files |= self._document_files(folders[annotator], converted)
                if folders[annotator] != root and converted.article and converted.article["id"] in self.texts:
                    bare = {name: value for name, value in converted.article.items() if name != "mentions"}
                    bare["annotator"] = imported_from(self.form)  # the annotators have layers
                    files = self._document_files(root, Converted(bare, [], [], [])) | files
        return files

    def _layer_folders(self, root: Path) -> dict[str, Path]:
        """Return the folder of each annotator's records: a layer, or the dataset's own."""
        names = [name for name in self.layers if name]
        is_layered = len(names) > 1 or (bool(names) and self.dataset is not None)
        slugs = Slugs(set())
        layers = {name: root.parent / "layers" / slugs.new("", name)[1:] if is_layered else root for name in names}
        return {"": root, **layers}

    def _entity_files(self, folders: dict[str, Path], kind: str) -> dict[Path, str]:
        """Return the files of the people, organizations, places or events."""
        table, model = BY_TYPE[kind].table, self.profile.by_type[kind]
        records = {id_: UNKNOWN.get(kind, {}) | data for id_, data in self.corpus.entities.records.items()
                   if id_.startswith(f"{kind}/")}  # fmt: skip
        reports = [self.corpus.entities.reports[id_] for id_ in records]
        self.quarantined += fit(kind, [*records.values()], reports, self.profile)
        self.quarantined += without_prose(kind, [*records.values()], reports, self._texts())
        kept = {id_: data for id_, data in records.items() if data}
        self.counts[table] += len(kept)
        self.counts["participants"] += sum(len(record.get("event_participants", ())) for record in kept.values())
        annotators = self.corpus.entities.annotators
        return {folders[annotators[id_]] / table / f"{id_.partition('/')[2]}.yaml": formatted([data], model)
                for id_, data in kept.items()}  # fmt: skip

    def _texts(self) -> Iterator[tuple[str | None, str]]:
        """Yield the text of each article, None where there is none, and its headline."""
        for converted in (converted for conversions in self.layers.values() for converted in conversions):
            if article := converted.article:
                yield self.texts.get(article["id"]), str(article.get("headline", ""))

    def _document_files(self, root: Path, converted: Converted) -> dict[Path, str]:
        """Return the files of an article and its statements; none without an article."""
        if not converted.article:
            return {}
        name = converted.article["id"].partition("/")[2]
        whole = formatted([converted.article], self.profile.by_type["article"])
        if len(whole.encode()) > MAX_BYTES:
            advice = "give fewer types the record mention in a mapping, or divide the document"
            raise UsageError(f"{converted.article['id']} has more mentions than {MAX_BYTES:,} bytes hold: {advice}")
        files = {root / "articles" / f"{name}.yaml": whole}
        if converted.statements:
            model = self.profile.by_type["statement"]
            text = formatted(converted.statements, model)
            files |= {root / "statements" / f"{name}.yaml": text} if len(text) < _MAX_FILE else {
                root / "statements" / name / f"{statement['id'].rpartition('/')[2]}.yaml": formatted([statement], model)
                for statement in converted.statements
            }  # fmt: skip
        return files

    def _other_files(self, folder: Path, mapping: str) -> dict[Path, str]:
        """Return the files of texts, codebooks, mapping, and what was not taken over."""
        files = {folder / "texts" / f"{article.partition('/')[2]}.txt": text
                 for article, text in self.texts.items() if text is not None}  # fmt: skip
        for name in self.corpus.codes:
            data = json.dumps(self._codebook(name))
            files[folder / "data" / FOLDER / f"{name}.yaml"] = canonical(data, None)
        return files | files_beside(folder, mapping, self.quarantined, self.leftovers)


def _without_text(document: Document) -> Document:
    """Return a document without its text, its annotations in quarantine."""
    message = "the text holds half a surrogate pair, so it is no Unicode text"
    fault = Quarantined(document.path, "unreadable", message, document.id)
    return sound(replace(document, text=None, quarantined=(*document.quarantined, fault)))
