"""The article that a document becomes, with its mentions."""

from __future__ import annotations

import re
from typing import Any

from news_dataset.importers.conversion import ENTITIES, Conversion, row_of
from news_dataset.importers.entities import LITERAL, Data, clean, line
from news_dataset.importers.fitting import UNKNOWN

FIRST_LINE = "first_line"
"""The headline that a mapping gives to articles whose first line is theirs."""

_MEANING = {"referent", "event", "of"}


def mentions(conversion: Conversion) -> list[Data]:
    """Return the rows of the mentions of the article."""
    rows: list[Data] = []
    number = 0
    for at, (annotation, rule) in enumerate(zip(conversion.all, conversion.rules, strict=True)):
        is_mention = at in conversion.entity or at in conversion.shows or (rule and rule.record == "mention")
        if not is_mention or not annotation.fragments:
            continue
        number += 1
        about, meant = _about_mention(conversion, at)
        about.pop("external_id", None)  # which is checked by itself
        about |= conversion.external_of(at)
        spans = conversion.span_rows(at)
        rows += [{"mention": number, **about, **more, **row} for more in meant or [{}] for row in spans]
    return rows


def _about_mention(conversion: Conversion, at: int) -> tuple[Data, list[Data]]:
    """Return the fields of a mention, and for each thing that it means the fields that say what."""
    rule = conversion.rules[at]
    about = conversion.values(at, rule) if rule and rule.record == "mention" else {}
    listed = [conversion.entity[at]] if at in conversion.entity else _listed(about.pop("referent", None))
    rows = [one if isinstance(one, dict) and one.keys() <= _MEANING else {"referent": one}
            for one in map(row_of, listed)]  # fmt: skip
    shows = [{"event": event, "of": of} for event, of in conversion.shows.get(at, ())]
    words = conversion.words(at)
    if (written := about.get("as_written")) and not any(
        str(written) in (conversion.document.text or "")[start:end] for start, end in conversion.all[at].fragments
    ):
        conversion.refuse(at, "mention.as_written: differs from the text", about.pop("as_written"))
    is_name = at in conversion.entity and conversion.entity[at].partition("/")[0] in ENTITIES
    is_literal = len(words) <= 80 and len(re.findall(r"\w+", words)) <= 7 and LITERAL.fullmatch(words)
    if is_name and is_literal and len(conversion.all[at].fragments) == 1:
        about["as_written"] = words
    is_one = len(rows) == 1 and "event" not in rows[0]
    return (about | rows[0], shows) if is_one else (about, rows + shows)


def imported_from(form: str) -> str:
    """Return who annotated an article where that is nobody, or not one alone."""
    return f"imported from {form}"


def article_record(conversion: Conversion) -> Data:
    """Return the record of the article."""
    rules, document = conversion.corpus.rules, conversion.document
    data: Data = {
        "id": conversion.article,
        **UNKNOWN["article"],
        "annotator": imported_from(conversion.corpus.form),
    }
    attributes = dict(document.attributes)
    fields = {name: attributes.pop(one) for name, one in rules.mapping.article_fields.items() if one in attributes}
    data |= {**fields, **rules.mapping.article, "id": conversion.article}
    if document.annotator:
        data["annotator"] = line(document.annotator)
    if conversion.text is not None:
        data |= {"text_sha256": conversion.text.sha256, "text_length": len(conversion.text.words)}
    data |= {"text_rule": document.text_rule} if document.text_rule else {}
    if rules.mapping.article.get("headline") == FIRST_LINE:
        data["headline"] = _first_line(document.text or "")
    _check_headline(conversion, data)
    for name, value in attributes.items():
        conversion.leave("attribute", None, name, value, "article_fields take nothing from it")
    if rows := mentions(conversion):
        data["mentions"] = rows
    return conversion.external(document.id) | data


def _first_line(text: str) -> str | None:
    """Return the first line of a text that holds anything."""
    return next((one for one in map(clean, text.splitlines()) if one), None)


def _check_headline(conversion: Conversion, data: Data) -> None:
    """Keep a headline only where the text has it; what is called one elsewhere is a leftover."""
    headline = data.pop("headline", None)
    if headline and (conversion.document.text is None or str(headline) in conversion.document.text):
        data["headline"] = headline
    elif headline:
        conversion.leave("attribute", None, "headline", headline, "the text does not have it")


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
