"""What an export to an annotation tool cannot say is listed, and what is listed does not come back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from news_dataset.exporters import dialect
from news_dataset.records import Article, Statement
from news_dataset.spans import SPAN_FIELDS, Text
from tests.generated import CORRECTIONS, EARLIER, Generated
from tests.test_round_trips import law, law_of_doccano
from tests.trips import by_id, trip

Data = dict[str, Any]

TEXT = Text("Mira Example: “It rains.” 🌧 Rain fell, she said.")
ARTICLE: Data = {
    "id": "article/rain", "language": "en", "genre": "news", "rights": "unknown", "status": "draft",
    "annotator": "Ann Example", "text_sha256": TEXT.sha256, "text_length": len(TEXT.words),
}  # fmt: skip
STATEMENT: Data = {
    "id": "statement/rain/01", "article": "article/rain", "kind": "direct", "claim_type": "fact",
    "certainty": "certain", "polarity": "positive", "gist": "It is raining.",
    "statement_participants": [{"role": "speaker", "entity": "person/mira-example"}],
}  # fmt: skip


def span(words: str, fragment: int = 1, text: Text = TEXT) -> Data:
    """Return the fields of a span of the first such words."""
    start = text.words.index(words)
    found = text.span(start, start + len(words))
    return {"fragment": fragment, **{name: getattr(found, name) for name in SPAN_FIELDS}}


def mention(number: int, words: str, **fields: Any) -> Data:
    return {"mention": number, **span(words), **fields}


def shown(role: str, words: str, **fields: Any) -> Data:
    return {"role": role, "mention": 1, **span(words), **fields}


SPEAKER = shown("source", "Mira Example", of=1)


def data(article: Data | None = None, statement: Data | None = None, text: Text | None = TEXT) -> Generated:
    """Return an article and a statement with some fields."""
    said = STATEMENT | {"evidence": [SPEAKER]} | (statement or {})
    texts = {} if text is None else {"article/rain": text}
    return Generated([Article.model_validate(ARTICLE | (article or {}))], [Statement.model_validate(said)], texts)


LEFT = "article/rain: it is left out: "
OTHER = span("Rain") | {"digest": "0" * 16}
LACKING: dict[str, tuple[Generated, list[str]]] = {
    "nothing": (data(), []),
    "no text": (data(text=None), [f"{LEFT}its text is not given"]),
    "another text": (data(text=Text("Sun.")), [f"{LEFT}the text given is not the one that was annotated"]),
    "corrections": (data({"corrections": CORRECTIONS}, {"corrections": CORRECTIONS}),
                    ["article/rain: corrections (1 of 1)", "statement/rain/01: corrections (1 of 1)"]),
    "earlier texts": (data({"earlier_texts": EARLIER}), ["article/rain: earlier_texts (1 of 1)"]),
    "a headline elsewhere": (data({"headline": "Sun"}), ["article/rain: headline"]),
    "a headline that is a word of mappings": (data({"headline": "first_line"}), ["article/rain: headline"]),
    "numbers with a gap": (data({"mentions": [mention(1, "Mira"), mention(3, "Rain")]}),
                           ["article/rain: mentions (1 of 2)"]),
    "numbers out of order": (data({"mentions": [mention(2, "Mira"), mention(1, "Rain")]}),
                             ["article/rain: mentions (2 of 2)"]),
    "other words": (data({"mentions": [mention(1, "Mira"), {"mention": 2, **OTHER}]}, {"evidence": [
                        SPEAKER, {"role": "cue", "mention": 1, **OTHER}]}),
                    ["article/rain: mentions (1 of 2)", "statement/rain/01: evidence (1 of 2)"]),
    "beyond the text": (data({"mentions": [mention(1, "Mira"), mention(2, "Rain", start=900, end=901)]}),
                        ["article/rain: mentions (1 of 2)"]),
    "a name that is not there": (data({"mentions": [mention(1, "Mira", as_written="Zoe")]}),
                                 ["article/rain: mentions (1 of 1)"]),
    "of nobody": (data(statement={"evidence": [SPEAKER | {"of": 2}]}),
                  ["statement/rain/01: statement_participants"]),
    "a quotation without marks": (data(statement={"evidence": [SPEAKER, shown("quote", "Rain fell")]}),
                                  ["statement/rain/01: evidence (1 of 2)"]),
    "a quotation of other words": (data(statement={"evidence": [shown("quote", "It rains")], "quote": "Rain."}),
                                   ["statement/rain/01: quote: it is not what its evidence shows in quotation marks"]),
    "another article's id": (data(statement={"id": "statement/sun/01"}), ["statement/sun/01: all of it"]),
    "an article that is not there": (data(statement={"article": "article/sun"}),
                                     ["statement/rain/01: it is left out: article/sun does not exist"]),
}  # fmt: skip


@pytest.mark.parametrize(("given", "listed"), LACKING.values(), ids=LACKING)
def test_what_no_tool_can_be_told_is_listed(given: Generated, listed: list[str]) -> None:
    """Each thing by its record and field, and no other; it is not there afterwards, and everything else is."""
    found = trip("uima", given)
    before, after = by_id(given), by_id(found.data)

    assert [line.replace("the order or number of ", "") for line in found.listed] == listed
    assert (before == after) == (not listed)
    differing = {f"{id_}: {name}" for id_, record in before.items() if id_ in after
                 for name in record if record[name] != after[id_].get(name)}  # fmt: skip
    missing = {f"{id_}: " for id_ in before.keys() - after.keys()}
    for line in listed:
        assert any(line.startswith(one) for one in differing | missing | ({line} if "left out" in line else set()))
    assert all(any(line.startswith((one, LEFT)) for line in listed) for one in differing | missing)


def test_the_law_notices_what_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: exports that leave a field out, or give a mention another place, break it."""
    given = data({"mentions": [mention(1, "Rain", external_id="T1", referent="event/rain")]})
    law("brat", given)
    scalars, fragments = dialect._scalar_attributes, dialect._fragments

    monkeypatch.setattr(
        dialect, "_scalar_attributes", lambda record: {k: v for k, v in scalars(record).items() if k != "gist"}
    )
    with pytest.raises(AssertionError):
        law("brat", given)
    monkeypatch.setattr(dialect, "_scalar_attributes", scalars)
    monkeypatch.setattr(dialect, "_fragments", lambda rows: tuple((start, end - 1) for start, end in fragments(rows)))
    with pytest.raises(AssertionError):
        law("brat", given)


def test_ids_that_several_have_or_that_exports_give_are_kept() -> None:
    """Two mentions, a statement, its words and those of another: all of them were T1 in their origin."""
    same = {"external_id": "T1"}
    given = data({"mentions": [mention(1, "Mira Example", **same), mention(2, "Mira Example", **same)], **same},
                 {"evidence": [SPEAKER | same, shown("cue", "said", **same)], **same})  # fmt: skip
    more = given.statements[0].to_dict() | {"id": "statement/rain/02", "external_id": "nd:01"}
    given = replace(given, statements=[*given.statements, Statement.model_validate(more)])

    for form in ("brat", "uima", "label-studio"):
        law(form, given)
        assert trip(form, given).listed == []


def test_who_is_shown_by_no_characters_keeps_a_name() -> None:
    """It is named by the place of its words, and not by an id that the next export makes anew."""
    text = Text("Rain.\x7f")
    about = {"text_sha256": text.sha256, "text_length": len(text.words)}
    speaker = {"role": "source", "mention": 1, "of": 1, **span("\x7f", text=text)}
    given = data(about, {"id": "statement/rain/03", "evidence": [speaker]}, text)
    law_of_doccano(given)
    (found,) = trip("doccano", given).data.statements
    assert [one.label for one in found.statement_participants] == ["source at 5"]
