"""Write the first files of a new dataset, all or none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any
from unicodedata import normalize

from news_dataset import json_schemas
from news_dataset.curate.canonical import canonical, scalar
from news_dataset.curate.template import Context, template
from news_dataset.curate.writing import validate_data
from news_dataset.errors import UsageError
from news_dataset.files import read_packaged
from news_dataset.folders import holds_records
from news_dataset.journal import put_back, write_files
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.markup import operand
from news_dataset.placeholders import CURATOR, DESCRIPTION, HEADLINE, TITLE
from news_dataset.reader import parse_yaml
from news_dataset.records import BY_TABLE, Article, Description

ABOUT = "data/dataset.yaml"
"""Path of the description in the folder of a dataset."""

_HERE = Path(__file__).parent
_ARTICLE = "first-article"


def scaffold(place: str | Path, about: Mapping[str, Any] | None = None) -> None:
    """Write the files of a new dataset; arguments and errors as ``Dataset.init`` and ``Dataset.create``.

    Args:
        place: its folder.
        about: fields of ``dataset.yaml``; if given, no first article is written.
    """
    if not str(place):  # as a path, it would be the current folder
        raise UsageError("the name of the folder is empty: name a new one, or . for the current one")
    folder = Path(place)
    put_back(folder)  # undo a command that was interrupted
    write_files(folder, {folder / name: text for name, text in scaffold_files(folder, about).items()})


def scaffold_files(folder: Path, about: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return the files of a new dataset, name → text; arguments and errors as ``scaffold``."""
    if folder.is_dir() and holds_records(folder):
        raise UsageError(f"{folder} holds a dataset already: news-dataset validate {operand(folder)} checks it")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder")
    if not folder.resolve().name:  # every folder would then be within a dataset
        raise UsageError(f"{folder} is the root of the file system: choose a new folder")
    files = _template_files(folder)
    parts = {name.partition("/")[0] for name in files}
    whole = folder.resolve()
    for home in whole.parents:
        part = whole.relative_to(home).parts[0]
        if part in parts and ((home / ABOUT).exists() or (home / "data" / "curated").is_dir()):
            raise UsageError(f"{folder} lies in {part} of the dataset {home}: choose a folder outside of {part}")
    if about is not None:
        files = {name: text for name, text in files.items() if _ARTICLE not in name}
        files |= {f"data/curated/{Article.table}/.gitkeep": "", ABOUT: _with_fields(files[ABOUT], about)}
    names = sorted({name.partition("/")[0] for name in files})
    if taken := [name for name in names if (folder / name).exists() or (folder / name).is_symlink()]:
        raise UsageError(f"{folder} holds {', '.join(taken)}, which init would write: choose a new folder")
    return files


def _template_files(folder: Path) -> dict[str, str]:
    """Return the files of a new dataset with a first article: name → text."""
    root = folder.resolve()
    repository = next((parent for parent in root.parents if (parent / ".git").exists()), root)
    path = root.relative_to(repository).as_posix()
    values = {
        "schema_version": SCHEMA_VERSION,
        "data_version": f"{date.today():%Y.%m}.0.dev",
        "name": scalar(_slug(root.name)),
        "title": TITLE,
        "description": DESCRIPTION,
        "curator": CURATOR,
        "path": json.dumps(path, ensure_ascii=False),
        "pattern": "^" + ("" if path == "." else re.escape(f"{path}/").replace("'", "''")) + "data/",
    }
    text = _fill("text.txt", {})
    files = {f"data/curated/{table}/.gitkeep": "" for table in BY_TABLE if table != Article.table}
    files |= {f"data/curated/articles/{_ARTICLE}.yaml": _first_article(text), f"texts/{_ARTICLE}.txt": text}
    files |= {f"schemas/{SCHEMA_VERSION}/{name}": schema for name, schema in json_schemas.derive().items()}
    files |= {
        f".vscode/{name}.json": json.dumps(settings, indent=2) + "\n" for name, settings in _vscode_files().items()
    }
    files |= {f".{name}": _fill(name, {}) for name in ("editorconfig", "gitattributes", "gitignore")}
    files[".pre-commit-config.yaml"] = _fill("pre-commit-config.yaml", values)
    files[".github/workflows/records.yml"] = _fill("workflow.yml", values)
    return files | {ABOUT: canonical(_fill("dataset.yaml", values), Description)}


def _with_fields(text: str, about: Mapping[str, Any]) -> str:
    """Return the text of ``dataset.yaml`` with other values in some fields, in canonical form."""
    data = parse_yaml(text, ABOUT).data | about
    validate_data(ABOUT, data, "dataset")
    return canonical(f"{text.splitlines()[0]}\n{json.dumps(data, ensure_ascii=False)}", Description)


def _fill(name: str, values: dict[str, str]) -> str:
    """Return a packaged template with its variables filled in; unchanged where there are no values."""
    text = read_packaged(_HERE / name)
    return Template(text).substitute(values) if values else text


def _first_article(text: str) -> str:
    """Return a valid article for the first text, with every field explained."""
    given = {
        "id": f"article/{_ARTICLE}", "headline": HEADLINE, "language": "en", "genre": "news",
        "rights": "unknown", "status": "draft", "text_sha256": sha256(text.encode()).hexdigest(),
        "text_length": str(len(text)), "annotator": CURATOR,
    }  # fmt: skip
    return canonical(template("article", given, Context(today=date.today().isoformat())), Article)


def _vscode_files() -> dict[str, object]:
    """Return the files of ``.vscode``: the schema of each kind of file, and the extension that applies it."""
    schemas = {f"./schemas/{SCHEMA_VERSION}/{model.record_type}.file.schema.json": f"data/curated/{table}/**/*.yaml"
               for table, model in BY_TABLE.items()}  # fmt: skip
    schemas |= {
        f"./schemas/{SCHEMA_VERSION}/{name}.schema.json": f"data/{name}.yaml" for name in ("dataset", "redirects")
    }
    schemas[f"./schemas/{SCHEMA_VERSION}/codebook.schema.json"] = "data/codebooks/*.yaml"
    return {
        "settings": {"yaml.schemas": schemas, "files.eol": "\n"},
        "extensions": {"recommendations": ["redhat.vscode-yaml"]},
    }


def _slug(name: str) -> str:
    """Return a short name for a dataset from the name of its folder."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain))[:80].strip("-") or "dataset"
