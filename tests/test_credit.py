"""Citation and licence: every style says the same, in a form that its readers can read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

import news_dataset as nd
from news_dataset import credit
from news_dataset.testing.strategies import texts
from tests.conftest import ROOT

FULL: dict[str, Any] = {
    "name": "kites", "title": "Kites: 100% {of} \\Exampleland_ & #1", "description": "Invented \"records\".",
    "license": "CC0-1.0", "license_url": "https://example.org/licence", "homepage": "https://example.org/kites",
    "keywords": ["kites", "no"], "data_version": "2031.05.0", "contributors": [
        {"name": "Ann Example", "role": "author", "url": "https://example.org/ann"},
        {"name": "Example kite club", "role": "maintainer"},
    ],
}  # fmt: skip


def test_every_style_names_authors_title_version_and_licence() -> None:
    """Of the bundled dataset."""
    about = nd.Dataset()._store().dataset
    for style in credit.STYLES:
        words = nd.citation(style).replace("\\_", "_")  # type: ignore[arg-type]
        for name in ("title", "data_version", "license"):
            assert about[name] in words
        assert all(one["name"] in words for one in about["contributors"])
        assert not words.endswith("\n")


def test_the_committed_file_is_what_the_package_says() -> None:
    """Renewed by: python -c "import news_dataset as nd; print(nd.citation('cff'))" > CITATION.cff."""
    assert (ROOT / "CITATION.cff").read_text("utf-8") == nd.citation("cff") + "\n"


def test_cff_is_yaml_with_what_the_description_has() -> None:
    """Texts stay texts, whatever YAML would make of them unquoted."""
    assert yaml.safe_load(credit.citation(FULL, "cff")) == {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": FULL["title"],
        "version": "2031.05.0",
        "license": "CC0-1.0",
        "abstract": FULL["description"],
        "url": FULL["homepage"],
        "keywords": ["kites", "no"],
        "authors": [{"name": "Ann Example", "website": "https://example.org/ann"}, {"name": "Example kite club"}],
    }


def test_bibtex_leaves_nothing_to_latex() -> None:
    """Authors are kept whole, characters that LaTeX would take for commands are escaped, braces balance."""
    words = credit.citation(FULL, "bibtex")

    assert words.startswith("@misc{kites_2031,\n")
    assert "  author = {{Ann Example} and {Example kite club}},\n" in words
    assert r"Kites: 100\% \textbraceleft{}of\textbraceright{} \textbackslash{}Exampleland\_ \& \#1" in words
    assert "  url = {https://example.org/kites},\n" in words


@given(texts(60), texts(60))
def test_no_title_or_name_breaks_a_style(title: str, name: str) -> None:
    """BibTeX's braces balance, YAML reads CFF back."""
    about = FULL | {"title": title, "contributors": [{"name": name, "role": "author"}]}
    bibtex, depth = credit.citation(about, "bibtex"), 0
    for brace in re.findall("[{}]", bibtex):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    found = yaml.safe_load(credit.citation(about, "cff"))

    assert depth == 0
    assert (found["title"], found["authors"]) == (title, [{"name": name}])


@pytest.mark.parametrize(("style", "near"), [("bibtx", "bibtex"), ("CFF", ""), ("texts", "text"), ("ris", "")])
def test_an_unknown_style_names_the_known_ones(style: str, near: str) -> None:
    """And the nearest, if one is near."""
    with pytest.raises(ValueError, match="is none of text, bibtex, cff") as caught:
        nd.citation(style)  # type: ignore[arg-type]

    assert (f"did you mean {near}?" in str(caught.value)) == bool(near)


def test_the_licence_says_what_it_covers() -> None:
    """Data, code and article apart; the identifier and address are those of dataset.yaml."""
    about = yaml.safe_load((ROOT / "data" / "dataset.yaml").read_text("utf-8"))
    rights = nd.license()

    assert list(rights) == ["spdx", "url", "covers"]
    assert (rights["spdx"], rights["url"]) == (about["license"], about["license_url"])
    assert all(word in rights["covers"] for word in (about["license"], "MIT", "articles"))


def test_without_a_description_there_is_nothing_to_cite(dataset: Path) -> None:
    """One sentence says what is missing."""
    (dataset / "data" / "dataset.yaml").unlink()
    opened = nd.Dataset.open(dataset)
    for call in (opened.citation, opened.license):
        with pytest.raises(ValueError, match=r"there is no dataset\.yaml"):
            call()


def test_it_costs_no_import() -> None:
    """Neither models nor tables are needed."""
    code = "import sys, news_dataset.credit; print({'pydantic', 'pyarrow', 'yaml'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert run.stdout == "set()\n"
