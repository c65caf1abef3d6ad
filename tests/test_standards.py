"""Codes, names and days that look right: what the standards say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from news_dataset import edtf, validate
from news_dataset.checks import iso
from news_dataset.checks.names import unportable
from news_dataset.issues import Report
from tests.each import each

PERSON: dict[str, Any] = {"id": "person/mira-example", "name": "Mira Example"}
ARTICLE: dict[str, Any] = {
    "id": "article/port-example", "language": "en", "genre": "news", "rights": "licensed", "status": "draft",
    "annotator": "Ann Example", "headline": "Port Example Opens",
}  # fmt: skip


def checked(folder: Path, *records: dict[str, Any], name: str = "") -> Report:
    """What is said of some records, each in the file that its id names, or the one of a name."""
    tables = {"person": "people", "article": "articles", "source": "sources", "place": "places"}
    for record in records:
        kind, _, slug = record["id"].partition("/")
        file = folder / "curated" / tables[kind] / f"{name or slug}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(record, allow_unicode=True), "utf-8")
    return validate(folder)


def said(report: Report, code: str) -> list[str]:
    """Pointers and severities of the issues of a code."""
    return [f"{one.severity} {one.pointer}" for one in report if one.code == code]


@each(["DEU", "USA", "TWN", "SSD", "SUN", "XKX"])
def test_countries_that_there_are(code: str) -> None:
    """Also those that were, and Kosovo."""
    assert iso.unlisted("country", code) is None


@each([("GER", "write DEU, Germany"), ("UAE", "write ARE, United Arab Emirates"), ("XYZ", "such as KOR"), ("EUR", "")])
def test_countries_that_there_are_not(code: str, hint: str) -> None:
    """What sport calls them is understood."""
    found = iso.unlisted("country", code)
    assert found is not None
    assert hint in found[1]


@each(["en", "zh-Hant-TW", "ko-Hang", "yue", "cmn-Latn", "es-419", "sr-Cyrl-RS", "qaa-Qaaa-XA", "iw", "mul", "ber"])
def test_languages_that_there_are(tag: str) -> None:
    """Collections and private use are among them."""
    assert iso.unlisted("language", tag) is None


@each(
    [
        ("jp", "Japan"), ("eng", "write en"), ("ger", "write de"), ("cz", "country Czech"), ("xx", "such as en"),
        ("ko-Hngl", "Hang"), ("en-UK", "write GB"), ("en-999", ""), ("ja-Kanj-JP", ""),
    ]
)  # fmt: skip
def test_languages_that_there_are_not(tag: str, hint: str) -> None:
    """In any part of a tag."""
    found = iso.unlisted("language", tag)
    assert found is not None
    assert hint in found[1]


def test_every_form_tells_a_code_that_is_not_listed(tmp_path: Path) -> None:
    """Records in files, in lists of these, in JSON Lines; each once, as a warning, and counted."""
    names = [
        {"name": "ミラ", "language": "jp", "kind": "native"},
        {"name": "Mira", "language": "ja-Latn", "kind": "native"},
    ]
    report = checked(tmp_path, PERSON | {"country": "GER", "names": names}, ARTICLE | {"language": "en-UK"})
    lines = tmp_path / "lines" / "people.jsonl"
    lines.parent.mkdir()
    lines.write_text('{"id":"person/mira-example","name":"Mira Example","country":"GER"}\n', "utf-8")

    assert said(report, "unlisted_code") == ["warning /language", "warning /country", "warning /names/0/language"]
    assert report.ok
    assert next((one.checked, one.warned) for one in report.tallies if one.code == "unlisted_code") == (4, 3)
    assert said(validate(lines.parent), "unlisted_code") == ["warning /0/country"]
    lines.write_text(lines.read_text("utf-8").replace("GER", "DEU"), "utf-8")
    assert said(validate(lines.parent), "unlisted_code") == []


@each(
    [
        "people/con.yaml", "people/CON.json", "people/aux.v2.yaml", "people/com1.yaml", "people/lpt9.yaml",
        "people/conin$.yaml", "sources/what?.yaml", "sources/a:b.yaml", "statements/nul/07.yaml", "people/mira .yaml",
        "statements/port./07.yaml", "layers/prn/people/mira.yaml", "sources/com¹.yaml",
    ]
)  # fmt: skip
def test_names_that_windows_has_not(path: str) -> None:
    """Whatever extension follows."""
    assert unportable(f"/somewhere/data/{path}")


@each(
    ["people/conrad.yaml", "people/com10.yaml", "people/com.yaml", "people/auxerre.yaml", "statements/port/07.yaml",
     "sources/è.yaml", "layers/ann/people/mira.yaml", ".."]
)  # fmt: skip
def test_names_that_every_system_has(path: str) -> None:
    """Negative control; and what lies above the records is nobody's business."""
    assert not unportable(f"/home/aux/con/{path}")


def test_names_that_are_one_but_for_case(tmp_path: Path) -> None:
    """Or for the way an accent is encoded: two files here, one elsewhere."""
    source = {"id": "source/a", "kind": "government", "url": "https://example.org/a", "publisher": "P"}
    for at, name in enumerate(("Notes", "notes", "caf\u00e9", "cafe\u0301", "others")):
        report = checked(tmp_path, source | {"id": f"source/a{at}"}, name=name)

    found = [one for one in report if one.code == "unportable_name"]
    assert {Path(one.path).name for one in found} == {"notes.yaml", "caf\u00e9.yaml"}
    assert {one.severity for one in found} == {"warning"}
    assert next((one.failed, one.warned) for one in report.tallies if one.code == "unportable_name") == (0, 2)


@pytest.mark.parametrize(
    ("published", "accessed", "is_wrong"),
    [
        ("2026-11-25", "2026-11-24", False),
        ("2026-11-25", "2026-11-23", True),
        ("2026-12", "2026-11-30", False),
        ("2026-12", "2026-11-29", True),
        ("2027-01-01", "2026-12-31", False),
        ("2026-11-25/..", "2026-11-24", False),
    ],
)
def test_a_page_is_read_before_its_local_day(tmp_path: Path, published: str, accessed: str, is_wrong: bool) -> None:
    """One day, as of two time zones; in files and in lines, articles and sources."""
    dates = {"published": published, "accessed": accessed}
    source = {"id": "source/a", "kind": "government", "url": "https://example.org/a", "publisher": "P"}
    report = checked(tmp_path, ARTICLE | dates, source | dates)

    assert len(said(report, "out_of_order")) == 2 * is_wrong


def test_days_of_one_place_stay_in_order(tmp_path: Path) -> None:
    """Negative control: no office ends the day before it begins."""
    office = {"title": "mayor", "start": "2026-11-25", "end": "2026-11-24"}
    assert said(checked(tmp_path, PERSON | {"offices": [office]}), "out_of_order") == ["error /offices/0/end"]


UNREAD = {
    "sets": ["[1957,1959]", "{1957..1959}", "[..1957]"],
    "times of day": ["2025-08-23T10:00:00Z"],
    "years beyond 9999": ["Y17E8", "Y-170000"],
    "significant digits": ["1950S2"],
    "negative years": ["-0044-03-15", "-0044/1958"],
    "seasons and quarters": ["1957-21", "1957-33?", "/1957-23"],
    "marks on a part of a date": ["?1957", "1957?-02", "1957-?02-03", "?1957-02-21"],
    "unspecified digits elsewhere": ["1XXX", "156X-12-25", "1984-1X", "XXXX"],
}


@each([(part, text) for part, texts in UNREAD.items() for text in texts])
def test_edtf_that_is_not_read(part: str, text: str) -> None:
    """Is told from what is none."""
    assert edtf.unread(text) == part


def test_every_part_is_tried() -> None:
    """And the page of the codebook names it."""
    page = (Path(__file__).parent.parent / "docs" / "codebook.md").read_text("utf-8")
    assert set(UNREAD) == set(edtf.UNREAD)
    assert all(part in page for part in UNREAD)


@each(
    ["1957", "1957-13", "195x", "1957-8-2", "23.08.2025", "../..", "1957-02-30", "2025-08-23 10:00", "[1957", "S" * 300]
)
def test_what_is_read_or_no_edtf(text: str) -> None:
    """Negative control."""
    assert edtf.unread(text) == ""


def test_the_message_says_that_a_part_is_not_read(tmp_path: Path) -> None:
    """And advises no other date; in a field that holds a date only sometimes as well."""
    report = checked(tmp_path, PERSON | {"birth_date": "1957-21"})
    (one,) = [one for one in report if one.code == "bad_form"]

    assert one.message == "birth_date '1957-21' is EDTF, but seasons and quarters are not read"
    assert one.hint == f"read are {edtf.SUBSET}"
    (other,) = [one for one in checked(tmp_path, PERSON | {"birth_date": "1957-2-3"}) if one.code == "bad_form"]
    assert other.sentence == "birth_date '1957-2-3' is not a date in EDTF (write '1957-02-03')"
