"""What becomes of records after they were published: released versions, withdrawn articles, corrections."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.errors import InvalidDataError
from tests.test_publish import contents, retitled


def test_a_released_version_keeps_its_content(dataset: Path) -> None:
    """The same records are published again under their version, others only under another; a draft is replaced."""
    about, out = dataset / "data" / "dataset.yaml", dataset / "data" / "published"

    def version(wanted: str) -> None:
        about.write_text(re.sub("(?m)^data_version: .*", f"data_version: {wanted}", about.read_text("utf-8")), "utf-8")

    version("2031.05.0.dev")
    nd.build(dataset)
    nd.build(retitled(dataset))
    with pytest.raises(InvalidDataError, match=r"2031.05.0.dev is a draft"):
        nd.build(dataset, release=True)

    version("2031.05.0")
    nd.build(dataset, release=True)
    nd.build(dataset)
    before = contents(out)
    path = dataset / "data/curated/people/donald-trump.yaml"
    path.write_text(path.read_text("utf-8").replace("Donald John\n", "Donald\n"), "utf-8")
    with pytest.raises(InvalidDataError, match=r"dataset.yaml:\d+: released_version 2031.05.0 is published already"):
        nd.build(dataset)
    assert contents(out) == before
    hints = [issue.hint for issue in nd.build(dataset, check=True)]
    assert hints[0] == "raise data_version in dataset.yaml; news-dataset build renews the release"
    assert len(hints) > 1
    assert not any(hints[1:]), "it is said once"

    version("2031.05.1")
    assert nd.build(dataset).ok


def test_what_was_withdrawn_is_left_out_of_page_plots_and_counts(dataset: Path, tmp_path: Path) -> None:
    """Unless it is asked for; the article itself is listed, and no longer asks for assessments."""
    curated = dataset / "data" / "curated"
    article = curated / "articles" / "lee-ishiba-tokyo.yaml"
    article.write_text(article.read_text("utf-8").replace("status: draft", "status: withdrawn"), "utf-8")
    (dataset / "data" / "dataset.yaml").unlink()
    (curated / "assessments" / "lee-ishiba-tokyo.yaml").unlink()
    for event in (curated / "events").iterdir():
        event.write_text(re.sub("(?m)^date: .*\n", "", event.read_text("utf-8")), "utf-8")
    report = nd.validate(dataset)
    assert report.ok
    assert {issue.code for issue in report} == {"unassessed_fact", "unused_record"}

    withdrawn = nd.Dataset.open(curated)
    assert (withdrawn.info()["withdrawn"], nd.info()["withdrawn"]) == (1, None)
    assert withdrawn.plot.verdicts().get_title("left") == "Did they say it, and is it so? By type of claim"
    gist = "dozens of warships"
    pages = {asked: withdrawn.explore(tmp_path / f"{asked}.html", include_withdrawn=asked) for asked in (True, False)}
    assert [(page.articles, page.statements) for page in pages.values()] == [(1, 56), (1, 0)]
    words = {asked: page.path.read_text("utf-8") for asked, page in pages.items()}
    assert (gist in words[True], gist in words[False]) == (True, False)
    assert "statement/lee-ishiba-tokyo/" not in words[False]
