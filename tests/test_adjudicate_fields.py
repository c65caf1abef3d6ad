"""Two annotations merged, field by field: of articles and of what they refer to, and in a dataset with a profile."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import news_dataset as nd
from news_dataset.adjudication import MARK
from news_dataset.cli import main
from news_dataset.records import Person, Source
from tests.conftest import ROOT
from tests.readers import PERSON, article, layer, statement
from tests.test_adjudicate import marks, merged


def test_the_facts_of_an_article_are_marked() -> None:
    """Whatever identifies the text, also what only one has; not whose work it is, how far it has come and when."""
    mine = article(genre="news", published="2026-01-01", url="https://example.org/1", accessed="2026-01-02", note="N")
    its = article(headline="I", byline="By Cy", genre="analysis", language="ko", published="2026-01-03",
                  rights="public_domain", accessed="2026-01-04", status="reviewed")  # fmt: skip

    found = merged(layer(mine), layer(its))

    assert sorted(marks(found, "article/a")) == [
        ("byline: absent (Ann), By Cy (Bo)", "id: article/a"),
        ("genre: news (Ann), analysis (Bo)", "genre: news"),
        ("headline: H (Ann), I (Bo)", "headline: H"),
        ("language: en (Ann), ko (Bo)", "language: en"),
        ("published: '2026-01-01' (Ann), '2026-01-03' (Bo)", "published: '2026-01-01'"),
        ("rights: licensed (Ann), public_domain (Bo)", "rights: licensed"),
        ("url: https://example.org/1 (Ann), absent (Bo)", "url: https://example.org/1"),
    ]


def test_what_readers_say_of_a_person_is_marked() -> None:
    """And of what else has an id: fields and rows, but for own words; lists not asked for are taken."""
    name = {"name": "A", "language": "en", "kind": "alias"}
    value = {"field": "birth_date", "source": "source/s"}
    people = [
        Person.model_validate({"id": "person/a", "name": "A"} | fields)
        for fields in (
            {"birth_date": "1970", "names": [name], "note": "Tall.", "value_sources": [value | {"says": "Born."}]},
            {"country": "KOR", "names": [name | {"kind": "native"}, name | {"name": "B", "language": "ko"}],
             "value_sources": [value | {"says": "Was born."}], "offices": [{"title": "Mayor"}]},
        )
    ]  # fmt: skip
    source = {
        "id": "source/s",
        "url": "https://example.org/s",
        "publisher": "S",
        "kind": "news",
        "accessed": "2026-01-01",
    }
    sources = [
        Source.model_validate(source | fields) for fields in ({}, {"kind": "government", "accessed": "2026-01-02"})
    ]
    where = ("content", 0, 9)
    a, b = (
        layer(statement(1, where, statement_participants=[PERSON]), *some) for some in zip(people, sources, strict=True)
    )

    found = merged(a, b)

    assert marks(found, "person/a") == [
        ("country: absent (Ann), KOR (Bo)", "id: person/a"),
        ("birth_date: '1970' (Ann), absent (Bo)", "birth_date: '1970'"),
        ("names: absent (Ann), {name: B, language: ko, kind: alias} (Bo)", "names:"),
        ("kind: alias (Ann), native (Bo)", "kind: alias"),
    ]
    assert marks(found, "source/s") == [("kind: news (Ann), government (Bo)", "kind: news")]
    assert found.records["person/a"]["offices"] == [{"title": "Mayor"}]
    assert found.records["article/a"]["status"] == "draft"


@pytest.fixture
def match(tmp_path: Path) -> Path:
    """A dataset with roles and fields of its own, and a layer that has others."""
    data = shutil.copytree(ROOT / "examples/match-report/data", tmp_path / "match/data")
    about = data / "dataset.yaml"
    field = "- {record_type: article, name: x_desk, type: string, description: The desk.}\n"
    about.write_text(about.read_text("utf-8").replace("severities:\n", f"{field}severities:\n"), "utf-8")
    second = data / "layers/second"
    for kind in ("articles", "statements"):
        shutil.copytree(data / "curated" / kind, second / kind)
    changes = {
        "articles/harbour-cup": ("annotator: news_dataset contributors", "annotator: second\nx_desk: sports"),
        "statements/harbour-cup/04": ("[reporters]", "[two reporters]"),
    }
    for name, (old, new) in changes.items():
        path = second / f"{name}.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    return data


def test_roles_and_fields_of_a_dataset_are_named_as_files_have_them(match: Path, capsys: Any) -> None:
    """Also in a layer that lies elsewhere, where nothing says what they are."""
    done, loose = nd.adjudicate(match, match / "layers/second"), match.parents[1] / "loose"

    assert nd.validate(done.path).ok
    assert [one.field for one in done.decisions] == ["x_desk", "interviewers"]
    text = (done.path / "statements/harbour-cup/04.yaml").read_text("utf-8")
    who = "[reporters] (news_dataset contributors), [two reporters] (second)"
    assert f"{MARK} interviewers: {who}\ninterviewers: [reporters]\n" in text
    assert main(["adjudicate", str(match), str(match / "layers/second"), "-o", str(loose)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"next: move {loose} into data/layers of match-report, whose profile it needs, and validate it there"
    ]
    assert not nd.validate(loose).ok
    shutil.move(loose, match / "layers/loose")
    assert nd.validate(match / "layers/loose").ok


def test_words_are_written_where_both_say_that_rights_permit_it(match: Path) -> None:
    """Until it is decided who is right."""
    path = match / "layers/second/articles/harbour-cup.yaml"
    path.write_text(path.read_text("utf-8").replace("rights: public_domain", "rights: unknown"), "utf-8")
    for one in path.parents[1].rglob("*/0*.yaml"):
        one.write_text(re.sub("{words: .*, span: (.*)}", r"\1", one.read_text("utf-8")), "utf-8")

    done = nd.adjudicate(match, match / "layers/second")

    texts = [one.read_text("utf-8") for one in done.path.rglob("*.yaml")]
    assert any(f"{MARK} rights: public_domain (news_dataset contributors), unknown (second)" in one for one in texts)
    assert not any("words:" in one for one in texts)
