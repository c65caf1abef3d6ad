"""The records of the real article, against what was researched about it."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

import news_dataset as nd
from news_dataset.checks.words import Texts, runs
from news_dataset.collection import Collection
from news_dataset.records import Article, Evidence, Mention, Statement
from news_dataset.spans import Text

ARTICLE = "article/lee-ishiba-tokyo"
READ_LATER = {  # pages that the notes do not have, with the date that they show
    "source/ap-dayton-daily-news-2025-08-23": "2025-08-23",
    "source/articles-media-biden": None,
    "source/asia-business-daily-2025-08-23": "2025-08-23",
    "source/bangladesh-post-2025-08-23": "2025-08-23",
    "source/cnews-live-2025-08": None,
    "source/daum-newspaper-2023-03-17": "2023-03-17",
    "source/donga-ilbo-korean-2025-08-23": "2025-08-23",
    "source/en-academic-murayama": None,
    "source/etoday-2025-08-15": None,
    "source/hankyung-business-2025-09-16": "2025-09-16",
    "source/hsdl-gao-2021": None,
    "source/jkdaily-2025-09-16": "2025-09-16",
    "source/joongang-daily-2025-08-12": "2025-08-12",
    "source/simple-wikipedia-kishida": None,
    "source/smithsonian-biden": None,
    "source/yonhap-2022-10-07": "2022-10-07",
    "source/yonhap-2023-05-08": "2023-05-08",
    "source/yonhap-2023-08-21": "2023-08-21",
    "source/yonhap-chosun-online-statement-2025-08-23": "2025-08-23",
    "source/world-and-japan-release-2025-08-23": "2025-08-23",
}
PEOPLE = {"per.lee": "person/lee-jae-myung", "per.ishiba": "person/ishiba-shigeru", "per.trump": "person/donald-trump"}
ORGANIZATIONS = {"org.kr": "south-korea", "org.jp": "japan", "org.kp": "north-korea", "org.us": "united-states"}


@pytest.fixture
def notes(facts: Path) -> Any:
    """The research notes."""
    return yaml.safe_load(facts.read_text("utf-8"))


def article() -> Article:
    found = nd.get(ARTICLE)
    assert isinstance(found, Article)
    return found


def names(referent: str) -> set[tuple[int, int]]:
    """Where something is named; descriptions and pronouns aside."""
    found = (mention for mention in article().mentions if mention.referent == referent and mention.as_written)
    return {(mention.start, mention.end) for mention in found}


def test_the_article_is_identified_by_its_text(article_text: Path) -> None:
    """Hash over the bytes, length in code points, headline as its first line."""
    data = article_text.read_bytes()

    assert article().text_sha256 == sha256(data).hexdigest()
    assert article().text_length == len(data.decode())
    assert article().headline == data.decode().splitlines()[0]


def test_every_span_restores_the_words_it_was_made_of(article_text: Path) -> None:
    """Digests come from the function that will restore the words."""
    text = Text(article_text.read_bytes().decode())
    rows: list[Mention | Evidence] = [*article().mentions]
    for statement in nd.iter_records("statements"):
        assert isinstance(statement, Statement)
        rows += statement.evidence

    assert len(rows) == len(nd.load("mentions")) + len(nd.load("evidence"))
    for row in rows:
        here = text.span(row.start, row.end)
        assert (row.length, row.digest, row.prefix, row.suffix) == (here.length, here.digest, here.prefix, here.suffix)


@pytest.mark.parametrize("key", PEOPLE)
def test_people_are_mentioned_where_they_are_named(notes: Any, key: str) -> None:
    """Every mention by name."""
    wanted = next(one for one in notes["people"] if one["id"] == key)

    assert names(PEOPLE[key]) == {(one["start"], one["end"]) for one in wanted["mentions"]}


@pytest.mark.parametrize("key", ORGANIZATIONS)
def test_countries_are_as_researched(notes: Any, key: str) -> None:
    """ISO code, Wikidata item and every mention, as noun or adjective."""
    wanted = next(one for one in notes["organizations_groups_countries"] if one["id"] == key)
    country = nd.get(f"organization/{ORGANIZATIONS[key]}").to_dict()
    mentions = wanted["mentions"] + wanted.get("adjectival_mentions", [])

    assert (country["country"], country["wikidata"]) == (wanted["iso3166_1"]["alpha3"], wanted["wikidata"]["qid"])
    assert names(country["id"]) == {(one["start"], one["end"]) for one in mentions}


@pytest.mark.parametrize(("key", "slug"), [("pl.tokyo", "tokyo"), ("pl.washington", "washington-dc")])
def test_places_are_mentioned_where_they_are_named(notes: Any, key: str, slug: str) -> None:
    """Every mention by name."""
    wanted = next(one for one in notes["places"] if one["id"] == key)

    assert names(f"place/{slug}") == {(one["start"], one["end"]) for one in wanted["mentions"]}


def test_sources_are_those_of_the_research_and_what_was_read_later(notes: Any) -> None:
    """Every address, with its date of publication."""
    known = {one["url"]: one["published"] for one in notes["sources_index"].values()}
    sources = {source["id"]: source for source in nd.load("sources", as_="records")}
    later = {key: one["published"] for key, one in sources.items() if one["url"] not in known}

    assert later == READ_LATER
    for source in sources.values():
        if source["id"] not in later:
            assert source["published"] == known[source["url"]]


def test_a_contradiction_rests_on_several_sources() -> None:
    """At least two that contradict, one of them outside of the agency's report where there is one."""
    contradicting = nd.load("citations").query("stance == 'contradicts'").groupby("assessment")["source"].nunique()
    for row in nd.load("assessments").query("verdict == 'contradicted'").to_dict("records"):
        assert contradicting[row["id"]] >= 2, row["id"]


def test_quotations_are_what_stands_between_the_marks(notes: Any) -> None:
    """Without the marks and the punctuation that belongs to the sentence around them."""
    wanted = {one["id"]: one for one in notes["statements"]}
    ishiba, lee = wanted["st.1"]["content_inside_quotes"]["text"], wanted["st.12"]["quoted_part_inside_quotes"]["text"]
    quotes = nd.load("statements").set_index("id")["quote"].dropna().tolist()

    assert quotes == [ishiba.rstrip(","), lee.rstrip(".")]


def test_no_prose_of_the_article_stands_anywhere(root: Path, article_text: Path) -> None:
    """No run of eight of its words outside headline and quotation marks, in any text file of the project."""
    collection = Collection.open(root, text=article_text)
    articles = {article: collection.by_id[article] for article in collection.texts}
    prose, words = Texts(collection.texts, articles).prose, article_text.read_text("utf-8")
    for path in _text_files(root):
        assert not prose & set(runs(path.read_text("utf-8"))), path
    assert prose & set(runs(words)), "negative control: the article itself is full of it"


def _text_files(root: Path) -> list[Path]:
    """Every file that git tracks or would track, and that is text."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    files = [root / name for name in names if name and (root / name).is_file()]
    return [path for path in files if _is_text(path)]


def _is_text(path: Path) -> bool:
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True
