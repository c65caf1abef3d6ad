"""The article that a document becomes, with its mentions."""

from __future__ import annotations

from typing import Any

from news_dataset.importers.conversion import ENTITIES, Conversion
from news_dataset.importers.entities import LITERAL, Data, clean, line
from news_dataset.importers.fitting import UNKNOWN


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
        about |= conversion.external(annotation.id, annotation)
        spans = conversion.span_rows(at)
        rows += [{"mention": number, **about, **more, **row} for more in meant or [{}] for row in spans]
    return rows


def _about_mention(conversion: Conversion, at: int) -> tuple[Data, list[Data]]:
    """Return the fields of a mention, and for each thing that it means the fields that say what."""
    rule = conversion.rules[at]
    about = conversion.values(at, rule) if rule and rule.record == "mention" else {}
    referents = [conversion.entity[at]] if at in conversion.entity else _listed(about.pop("referent", None))
    shows = [*conversion.shows.get(at, ())]
    for one in _listed(about.pop("event", None)):
        event, _, of = str(one).partition(" ")
        shows += [(event, int(of))] if of.isdecimal() else []
    words = conversion.words(at)
    is_name = at in conversion.entity and conversion.entity[at].partition("/")[0] in ENTITIES
    is_literal = len(words) <= 80 and len(words.split()) <= 7 and LITERAL.fullmatch(words)
    if is_name and is_literal and len(conversion.all[at].fragments) == 1:
        about["as_written"] = words
    meant = [{"event": event, "of": of} for event, of in shows]
    if len(referents) == 1:
        return about | {"referent": referents[0]}, meant
    return about, [{"referent": one} for one in referents] + meant


def article_record(conversion: Conversion) -> Data:
    """Return the record of the article."""
    rules, document = conversion.corpus.rules, conversion.document
    data: Data = {
        "id": conversion.article,
        **UNKNOWN["article"],
        "annotator": f"imported from {conversion.corpus.form}",
    }
    attributes = dict(document.attributes)
    fields = {name: attributes.pop(one) for name, one in rules.mapping.article_fields.items() if one in attributes}
    data |= fields | rules.mapping.article | {"id": conversion.article}
    if document.annotator:
        data["annotator"] = line(document.annotator)
    if conversion.text is not None:
        data |= {"text_sha256": conversion.text.sha256, "text_length": len(conversion.text.words)}
    data |= {"text_rule": document.text_rule} if document.text_rule else {}
    _set_headline(conversion, data)
    for name, value in attributes.items():
        conversion.leave("attribute", None, name, value)
    if rows := mentions(conversion):
        data["mentions"] = rows
    return conversion.external(document.id) | data


def _set_headline(conversion: Conversion, data: Data) -> None:
    """Keep a headline only where it stands in the text; what is called one elsewhere is a leftover."""
    if data.get("headline") == "first_line":
        lines = (clean(one) for one in (conversion.document.text or "").splitlines())
        data["headline"] = next((one for one in lines if one), None)
    headline = data.pop("headline", None)
    if headline and (conversion.document.text is None or str(headline) in conversion.document.text):
        data["headline"] = headline
    elif headline:
        conversion.leave("attribute", None, "headline", headline)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
