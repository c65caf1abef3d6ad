"""Placeholders of new datasets: a release of them is refused, each with its place; a draft is built."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset import placeholders
from news_dataset.cli import main
from news_dataset.errors import InvalidDataError
from news_dataset.issues import Report
from tests.test_import_command import corpus as corpus

ARTICLE = "data/curated/articles/first-article.yaml"


def refused(folder: Path) -> set[tuple[str, str, str]]:
    """Return file, code and pointer of what a release is refused for; empty if it is published."""
    try:
        nd.build(folder, release=True)
    except InvalidDataError as error:
        assert not (folder / "data/published").exists()
        report = error.report
        assert isinstance(report, Report)
        return {(Path(issue.path).name, issue.code, issue.pointer) for issue in report}
    return set()


def filled(path: Path, **values: str) -> None:
    """Write other values in the place of placeholders, named by their constants in small letters."""
    text = path.read_text("utf-8")
    for name, value in values.items():
        assert text.count(getattr(placeholders, name.upper())) == 1, name
        text = text.replace(getattr(placeholders, name.upper()), value)
    path.write_text(text, "utf-8")


def released(about: Path) -> None:
    """Give a draft the version of a release."""
    about.write_text(re.sub(r"(?m)^data_version: .*", "data_version: 2031.05.0", about.read_text("utf-8")), "utf-8")


def test_a_new_dataset_is_not_released_before_it_is_filled_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Title, description, contributor and the first article; the version of a draft, too; each is named."""
    folder = tmp_path / "harbour"
    nd.init(folder)
    about = folder / "data/dataset.yaml"
    assert nd.build(folder, output=tmp_path / "draft").ok
    of_about = {("dataset.yaml", "placeholder", f"/{name}") for name in ("title", "description", "contributors/0/name")}
    of_article = {(Path(ARTICLE).name, "placeholder", f"/{name}") for name in ("headline", "text_sha256", "annotator")}

    assert refused(folder) == of_about | of_article | {("dataset.yaml", "released_version", "/data_version")}
    released(about)
    assert refused(folder) == of_about | of_article
    filled(about, title="Harbours", description="Of harbours.", curator="Ann Other")
    assert refused(folder) == of_article
    text = folder / "texts/first-article.txt"
    text.write_text("Ferry Fares Rise\nFrom May on.\n", "utf-8")
    assert nd.anchor(folder, text).report.ok
    filled(folder / ARTICLE, headline="Ferry Fares Rise", curator="Ann Other")
    assert refused(folder) == set()
    assert nd.verify(folder).ok
    assert main(["build", "--release", str(folder)]) == 0
    assert "build compares no text: validate --text FILE does" in capsys.readouterr().out


def test_an_imported_dataset_is_not_released_without_a_licence(corpus: Path) -> None:
    """Nor with the title and contributor that import writes; all of it is in its message."""
    nd.import_from("new", "brat", corpus)
    about = Path("new/data/dataset.yaml")
    released(about)
    fields = ("title", "license", "license_url", "contributors/0/name")
    assert refused(Path("new")) == {("dataset.yaml", "placeholder", f"/{name}") for name in fields}
    filled(about, title="Harbours", curator="Ann Other", not_stated_url="https://example.org/licence", not_stated="MIT")
    assert refused(Path("new")) == set()


def test_the_message_of_an_import_names_what_a_release_needs(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every field that a release is refused for."""
    assert main(["import", "--from", "brat", "corpus", "new"]) == 0
    said = capsys.readouterr().err
    released(Path("new/data/dataset.yaml"))
    named = {pointer.split("/")[1] for _, _, pointer in refused(Path("new"))}
    assert set(re.findall(r"\w+", said.partition("fill in ")[2].partition(" in ")[0])) - {"and"} == named


def test_the_placeholders_are_those_of_the_templates() -> None:
    """The packaged text begins with the headline, and has the hash."""
    text = Path(nd.__file__).parent.joinpath("curate/scaffold/text.txt").read_bytes()
    assert text.decode().splitlines()[0] == placeholders.HEADLINE
    assert sha256(text).hexdigest() == placeholders.TEXT_SHA256
