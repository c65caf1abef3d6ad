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
    assert {issue.hint for issue in nd.build(dataset, check=True)} == {
        "raise data_version in dataset.yaml; news-dataset build renews the release"
    }

    version("2031.05.1")
    assert nd.build(dataset).ok
