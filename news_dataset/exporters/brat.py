DOCUMENT = "document"
NOTE = "news_dataset"
FIELDS: tuple[dict[str, type], dict[str, type]] = (
    {"id": str, "attributes": dict},
    {"id": str, "attributes": dict, "annotator": str, "text_rule": str, "is_article": bool, "names": dict},
)
LINE_ENDS = dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"), " ")
