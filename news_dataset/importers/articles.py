"""The article that a document becomes, with its mentions."""

from __future__ import annotations

import re

from news_dataset.importers.conversion import ENTITIES, Conversion, row_of
from news_dataset.importers.entities import LITERAL, LONGEST_RUN, Data, clean, one_line
from news_dataset.importers.fitting import UNKNOWN
from news_dataset.importers.inputs import as_list

FIRST_LINE = "first_line"
"""The headline that a mapping gives to articles whose first line is theirs."""

_REFERENT = {"referent", "event", "of"}
"""The fields of a mention that tell what it refers to."""


def mentions(conversion: Conversion) -> list[Data]:
    """Return the rows of the mentions of the article."""
    rows: list[Data] = []
    number = 0
    for index, annotation in enumerate(conversion.annotations):
        if conversion.is_mention(index) and annotation.fragments:
            number += 1
            fields, referents = _mention(conversion, index)
            spans = conversion.span_rows(index)
            rows += [{"mention": number, **fields, **referent, **row} for referent in referents for row in spans]
    return rows


def _mention(conversion: Conversion, index: int) -> tuple[Data, list[Data]]:
    """Return the fields of a mention, and those that differ between its referents."""
    rule, fragments = conversion.rules[index], conversion.annotations[index].fragments
    fields = conversion.fields(index, rule) if rule and rule.record == "mention" else {}
    entity, referents = conversion.entity_ids.get(index), as_list(fields.pop("referent", None))
    rows = [row if isinstance(row, dict) and row.keys() <= _REFERENT else {"referent": row}
            for row in map(row_of, [entity] if entity else referents)]  # fmt: skip
    shown: list[Data] = [
        {"event": event, "of": ordinal} for event, ordinal in conversion.shown_participants.get(index, ())
    ]
    words, text = conversion.words(index), conversion.document.text or ""
    written = fields.get("as_written")
    if written and not any(str(written) in text[start:end] for start, end in fragments):
        conversion.refuse(index, "mention.as_written: differs from the text", fields.pop("as_written"))
    is_name = entity and entity.partition("/")[0] in ENTITIES and len(fragments) == 1
    if is_name and len(words) <= 80 and len(re.findall(r"\w+", words)) <= LONGEST_RUN and LITERAL.fullmatch(words):
        fields["as_written"] = words
    fields.pop("external_id", None)  # which is checked by itself
    fields |= conversion.external_field_of(index)
    if len(rows) == 1 and "event" not in rows[0]:
        return fields | rows[0], shown or [{}]
    return fields, [*rows, *shown] or [{}]


def imported_from(form: str) -> str:
    """Return the annotator of an article that has none in the origin, or several."""
    return f"imported from {form}"


def article_record(conversion: Conversion) -> Data:
    """Return the record of the article."""
    mapping, document = conversion.corpus.rules.mapping, conversion.document
    attributes = dict(document.attributes)
    fields = {field: attributes.pop(name) for field, name in mapping.article_fields.items() if name in attributes}
    data: Data = {"id": conversion.article, **UNKNOWN["article"], "annotator": imported_from(conversion.corpus.form)}
    data |= {**fields, **mapping.article, "id": conversion.article}
    if document.annotator:
        data["annotator"] = one_line(document.annotator)
    if conversion.text is not None:
        data |= {"text_sha256": conversion.text.sha256, "text_length": len(conversion.text.words)}
    data |= {"text_rule": document.text_rule} if document.text_rule else {}
    if mapping.article.get("headline") == FIRST_LINE:
        lines = map(clean, (document.text or "").splitlines())
        data["headline"] = next(filter(None, lines), None)
    _check_headline(conversion, data)
    for name, value in attributes.items():
        conversion.leave("attribute", None, name, value, "article_fields take nothing from it")
    if rows := mentions(conversion):
        data["mentions"] = rows
    return conversion.external_field(document.id) | data


def _check_headline(conversion: Conversion, data: Data) -> None:
    """Keep a headline only where the text has it; any other is a leftover."""
    headline = data.pop("headline", None)
    if headline and (conversion.document.text is None or str(headline) in conversion.document.text):
        data["headline"] = headline
    elif headline:
        conversion.leave("attribute", None, "headline", headline, "the text does not have it")
