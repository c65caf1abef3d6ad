"""Pages of the site that are not files of ``docs/``; MkDocs calls ``on_files`` and ``on_page_markdown``.

Source: https://www.mkdocs.org/dev-guide/plugins/#events
"""

from __future__ import annotations

import ast
import re
import tempfile
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

import news_dataset as nd
from docs.site.diagram import diagram
from news_dataset.checks import LAYERS, QUERIES
from news_dataset.manual import CODES
from news_dataset.tabular import tables

ROOT = Path(__file__).parents[2]

FROM_ROOT = {
    "README.md": "start.md",
    "DATASHEET.md": "datasheet.md",
    "SECURITY.md": "security.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/RESULTS.md": "benchmarks.md",
}
"""Pages that the repository has elsewhere, and what the site calls them."""

FOLDERS = {"examples/": "analyses.md", "examples/match-report": "analyses.md"}
"""Folders that pages of the repository link to, and the page that the site has instead."""

FRONT = """\
# Who said what, and does it hold up?

One article, every claim in it: according to whom, where in the text, how sure, and whether independent sources bear it
out. Look around below, [load it in Python](start.md), or [make a dataset of your own](curating.md).

<iframe src="explorer.html" title="The dataset" style="width: 100%; height: 85vh; border: 1px solid #8888"></iframe>

[The same page alone](explorer.html){target=_blank}
"""

API = """\
# Python

Every function of the module is a method of `Dataset` and reads the bundled dataset: `nd.claims()` is
`nd.Dataset().claims()`. `nd.Dataset.open(folder)` has the same methods for a dataset of your own.

::: news_dataset.dataset.Dataset
"""


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are generated, and the explorer page."""
    made = {
        "index.md": FRONT,
        "api.md": API,
        "rulebook.md": rulebook(),
        "analyses.md": analyses(),
        "img/tables.svg": diagram(tables().values()),
        "explorer.html": explorer(),
        **{name: (ROOT / source).read_text("utf-8") for source, name in FROM_ROOT.items()},
    }
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Point links to where the site has a page; draw the tables."""
    name = page.file.src_uri
    source = next((old for old, new in FROM_ROOT.items() if new == name), f"docs/{name}")
    if name == "tables.md":
        picture = "A line leads from the tables of a record to those that it refers to.\n\n![Tables](img/tables.svg)"
        markdown = re.sub(r"Each line is a column.*?```mermaid\n.*?```", picture, markdown, count=1, flags=re.DOTALL)

    def target(link: re.Match[str]) -> str:
        path, anchor = link[1], link[2] or ""
        if not path or re.match(r"[a-z]+:", path):
            return link[0]
        place = (ROOT / source).parent.joinpath(path).resolve().relative_to(ROOT).as_posix() + "/" * path.endswith("/")
        return f"]({FROM_ROOT.get(place) or FOLDERS.get(place) or place.removeprefix('docs/')}{anchor})"

    return re.sub(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", target, markdown)


def rulebook() -> str:
    """Return the page of all checks: the manual page of each, and the SQL of those that compare rows."""
    parts = [
        "# Rule book",
        "Every check by layer, with its manual page. A check that compares rows is one query over the tables, which "
        "DuckDB and Spark both run; its denominator is the number of rows of the query. `news-dataset explain CODE` "
        "prints the same pages.",
    ]
    for layer in dict.fromkeys((*LAYERS, *(code.layer for code in CODES.values()))):
        parts.append(f"## {layer.capitalize()}")
        for code in (code for code in CODES.values() if code.layer == layer):
            parts += [f"### `{code.name}` {{ #{code.name} }}", _markdown(code.manual)]
            parts += [f"```sql\n{query.sql.strip()}\n```" for query in QUERIES if query.name == code.name]
    return "\n\n".join(parts) + "\n"


def _markdown(manual: str) -> str:
    """Return a manual page with the double backticks of docstrings as code of Markdown."""
    return manual.replace("``", "`")


def analyses() -> str:
    """Return the page of the scripts in ``examples/``."""
    parts = ["# Analyses", "Scripts of the folder `examples`, each as it runs."]
    for path in sorted((ROOT / "examples").glob("*.py")):
        code = path.read_text("utf-8")
        said = (ast.get_docstring(ast.parse(code)) or "").partition("\n")[0].rstrip(".")
        parts += [f"## {said}", f"`examples/{path.name}`", f"```python\n{code.rstrip()}\n```"]
    return "\n\n".join(parts) + "\n"


def explorer() -> str:
    """Return the explorer page of the bundled dataset."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        nd.explore(path)
        return path.read_text("utf-8")
