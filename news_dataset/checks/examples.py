"""A wrong and a right example for every issue code of a single file or record, as ``news-dataset explain`` shows them.

The examples of checks across rows are in the rule book, beside the check.

Everything in them is invented. A snippet is a part of a record: fields that play no part in the fault are left out,
also in the items of a list. If it matters which file has a part, a line ``# in table/file.yaml`` comes before
it. Codes about files as files show names of files, or a sentence. ``tests/test_explain.py`` checks every pair.
"""

from __future__ import annotations

from news_dataset.checks import QUERIES

_OF_ONE: dict[str, tuple[str, str]] = {
    # Shape: files
    "no_records": (
        "harbour/port-example.yaml",
        "harbour/data/curated/articles/port-example.yaml",
    ),
    "unreadable_file": (
        "data/curated/people/mira-example.yaml, which only the administrator may read",
        "data/curated/people/mira-example.yaml, which you may read\n"
        "(on Linux and macOS: chmod u+r data/curated/people/mira-example.yaml)",
    ),
    "unsafe_file": (
        "data/curated/people/mira-example.yaml, a link to /home/ann/harbour/mira-example.yaml",
        "data/curated/people/mira-example.yaml, a copy of /home/ann/harbour/mira-example.yaml",
    ),
    "altered_release": (
        "data/published/articles.jsonl was edited by hand.",
        "data/curated/articles/port-example.yaml was edited,\nand news-dataset build wrote data/published anew.",
    ),
    "misplaced_file": (
        "data/curated/person/mira-example.yaml",
        "data/curated/people/mira-example.yaml",
    ),
    "unportable_name": (
        "data/curated/people/con.yaml: a clone of it on Windows fails",
        "data/curated/people/con-example.yaml, and in it id: person/con-example",
    ),
    "bad_encoding": (
        "data/curated/places/port-example.yaml, saved as Windows-1252, or as UTF-8 with BOM",
        "data/curated/places/port-example.yaml, saved as UTF-8 without BOM",
    ),
    "over_limit": (
        "data/curated/statements/everything.yaml, 3 MiB: the statements of many articles",
        "data/curated/statements/port-example.yaml, 40 KiB: the statements of one article\n"
        "data/curated/statements/harbour-fair.yaml, 35 KiB: those of another",
    ),
    "bad_syntax": (
        "headline: Port Example: The Harbour Opens",
        "headline: 'Port Example: The Harbour Opens'",
    ),
    "unsafe_yaml": (
        "published: &day '2031-05-04'\naccessed: *day",
        "published: '2031-05-04'\naccessed: '2031-05-04'",
    ),
    "duplicate_key": (
        "byline: Ann Example\nbyline: Ben Example",
        "byline: Ann Example and Ben Example",
    ),
    "not_a_record": (
        "Mira Example, mayor of Port Example",
        "id: person/mira-example\nname: Mira Example\nnote: Mayor of Port Example.",
    ),
    # Shape: records
    "unquoted_scalar": (
        "published: 2031-05-04\nbyline: Ann Example  # the page has a photograph of her",
        "published: '2031-05-04'\n# the page has a photograph of her\nbyline: Ann Example",
    ),
    "unknown_key": (
        "bylines: Ann Example",
        "byline: Ann Example",
    ),
    "missing_key": (
        "names:\n- name: Port d'Exemple\n  language: fr",
        "names:\n- name: Port d'Exemple\n  language: fr\n  kind: preferred",
    ),
    "wrong_type": (
        "text_length: '307'\nbyline:",
        "text_length: 307\n# there is no byline, so that key is left out",
    ),
    "unknown_code": (
        "rights: public-domain",
        "rights: public_domain",
    ),
    "bad_form": (
        "url: www.example.org/harbour\npublished: 4 May 2031\nlanguage: English",
        "url: https://www.example.org/harbour\npublished: '2031-05-04'\nlanguage: en",
    ),
    "out_of_range": (
        "latitude: 152.5\nlongitude: 24.25",
        "latitude: 52.5\nlongitude: 24.25",
    ),
    "unanchored": (
        "evidence:\n- role: cue\n  mention: 1\n  fragment: 1\n  find: she told the Example Herald",
        "evidence:\n- {role: cue, mention: 1, fragment: 1, start: 141, end: 168, length: 23,\n"
        "   digest: 'd84b41a746b66b0c', prefix: '38509304', suffix: '1db9a05b'}",
    ),
    "wrong_words": (
        "mentions:\n- words: the mayor\n  span: '42-54 11 9aaf784abac8fa90 cc9e5aa8 3975db6f'",
        "mentions:\n- words: Mira Example\n  span: '42-54 11 9aaf784abac8fa90 cc9e5aa8 3975db6f'",
    ),
    "broken_rule": (
        "latitude: 52.5",
        "latitude: 52.5\nlongitude: 24.25",
    ),
    "unusual_code": (
        "statement_participants:\n- role: speaker\n  label: the mayor\n- role: adressee\n  label: the fishermen",
        "statement_participants:\n- role: speaker\n  label: the mayor\n- role: addressee\n  label: the fishermen",
    ),
    "unlisted_code": (
        "# in articles/port-example.yaml\nbyline: Ann Example\nlanguage: eng",
        "# in articles/port-example.yaml\nbyline: Ann Example\nlanguage: en",
    ),
    "out_of_order": (
        "published: '2031-05-04'\naccessed: '2031-04-05'",
        "published: '2031-05-04'\naccessed: '2031-05-05'",
    ),
    "impossible_date": (
        "published: '2031-06-31'",
        "published: '2031-06-30'",
    ),
    "wrong_mode": (
        "title: The mayor visits the harbour\ntype: OTHER\nmode: visit",
        "title: The mayor visits the harbour\ntype: CONSULT\nmode: visit",
    ),
    "wrong_profile": (
        "# in dataset.yaml\nseverities: [{check: dangling_reference, severity: warning}]",
        "# in dataset.yaml\nseverities: [{check: unassessed_fact, severity: warning}]",
    ),
}
EXAMPLES = _OF_ONE | {query.name: (query.wrong, query.right) for query in QUERIES}
"""A wrong and a right snippet for each code."""
