"""For every issue code a wrong and a right example, as ``news-dataset explain`` shows them.

Everything in them is invented. A snippet is a part of a record: fields that play no part in the fault are left out,
also in the items of a list. Where it matters which file a part stands in, a line ``# in table/file.yaml`` goes before
it. Codes about files as files show names of files, or a sentence. ``tests/test_explain.py`` holds every pair to it.
"""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, str]] = {
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
    "broken_rule": (
        "latitude: 52.5",
        "latitude: 52.5\nlongitude: 24.25",
    ),
    "unusual_code": (
        "statement_participants:\n- role: speaker\n  label: the mayor\n- role: adressee\n  label: the fishermen",
        "statement_participants:\n- role: speaker\n  label: the mayor\n- role: addressee\n  label: the fishermen",
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
    # Shape: tables
    "broken_table": (
        "evidence.parquet has the ordinals 1, 3 and 4 for statement/port-example/01.",
        "evidence.parquet has the ordinals 1, 2 and 3 for statement/port-example/01.",
    ),
    # References
    "dangling_reference": (
        "# in organizations/example-herald.yaml\nid: organization/example-herald\n"
        "# in articles/port-example.yaml\npublisher: organization/example-harold",
        "# in organizations/example-herald.yaml\nid: organization/example-herald\n"
        "# in articles/port-example.yaml\npublisher: organization/example-herald",
    ),
    "duplicate_id": (
        "- id: statement/port-example/01\n  gist: The mayor is glad for the boats.\n"
        "- id: statement/port-example/01\n  gist: Fishing boats need not pay.",
        "- id: statement/port-example/01\n  gist: The mayor is glad for the boats.\n"
        "- id: statement/port-example/02\n  gist: Fishing boats need not pay.",
    ),
    "misnamed_file": (
        "# in articles/port-exmaple.yaml\nid: article/port-example",
        "# in articles/port-example.yaml\nid: article/port-example",
    ),
    "foreign_number": (
        "id: statement/harbour-fair/01\narticle: article/port-example",
        "id: statement/port-example/01\narticle: article/port-example",
    ),
    "unused_record": (
        "# in people/mira-example.yaml\nid: person/mira-example\n"
        "# in statements/port-example.yaml\nstatement_participants:\n- role: speaker\n  label: the mayor",
        "# in people/mira-example.yaml\nid: person/mira-example\n"
        "# in statements/port-example.yaml\nstatement_participants:\n- role: speaker\n  entity: person/mira-example",
    ),
    "circular_parent": (
        "# in events/harbour-opening.yaml\nid: event/harbour-opening\nparent: event/harbour-week\n"
        "# in events/harbour-week.yaml\nid: event/harbour-week\nparent: event/harbour-opening",
        "# in events/harbour-opening.yaml\nid: event/harbour-opening\nparent: event/harbour-week\n"
        "# in events/harbour-week.yaml\nid: event/harbour-week",
    ),
    "duplicate_assessment": (
        "- id: assessment/port-example/01\n  target: statement/port-example/01\n  aspect: veracity\n"
        "- id: assessment/port-example/02\n  target: statement/port-example/01\n  aspect: veracity",
        "- id: assessment/port-example/01\n  target: statement/port-example/01\n  aspect: veracity\n"
        "- id: assessment/port-example/02\n  target: statement/port-example/01\n  aspect: quantity",
    ),
    "bad_redirect": (
        "# in redirects.yaml\n- old_id: article/harbour-opens\n  new_id: article/port-exampel\n  reason: renamed",
        "# in redirects.yaml\n- old_id: article/harbour-opens\n  new_id: article/port-example\n  reason: renamed",
    ),
    # Evidence
    "wrong_text": (
        "# your copy of the text has 307 characters\n"
        "text_sha256: '5e9d93c4535a1b102a24f8ce08a9c2dc63ad905298ed06800754013ad4ea97ac'\ntext_length: 357",
        "# your copy of the text has 307 characters\n"
        "text_sha256: 'b29e8360acbd7473df4735c945e0ccc07eba54d7e706d17427826dd7e3b1bf64'\ntext_length: 307",
    ),
    "span_outside": (
        "text_length: 307\nmentions:\n- start: 290\n  end: 311",
        "text_length: 307\nmentions:\n- start: 290\n  end: 305",
    ),
    "span_words": (
        "# Mira Example stands from 42 to 54 in the text\n"
        "mentions:\n- as_written: Mira Example\n  start: 43\n  end: 55\n  digest: '9aaf784abac8fa90'",
        "# Mira Example stands from 42 to 54 in the text\n"
        "mentions:\n- as_written: Mira Example\n  start: 42\n  end: 54\n  digest: '9aaf784abac8fa90'",
    ),
    "span_numbers": (
        "mentions:\n- mention: 1\n  referent: person/mira-example\n- mention: 3\n  referent: place/port-example",
        "mentions:\n- mention: 1\n  referent: person/mira-example\n- mention: 2\n  referent: place/port-example",
    ),
    "wrong_of": (
        "statement_participants:\n- role: speaker\n  label: the mayor\nevidence:\n- role: source\n  of: 2",
        "statement_participants:\n- role: speaker\n  label: the mayor\nevidence:\n- role: source\n  of: 1",
    ),
    "quote_without_span": (
        "kind: direct\nquote: It’s a good day for every boat\nevidence:\n- role: content",
        "kind: direct\nquote: It’s a good day for every boat\nevidence:\n- role: content\n- role: quote",
    ),
    "quote_words": (
        "# the text: “It’s a good day for every boat,” she told the Example Herald.\nquote: A good day for every boat",
        "# the text: “It’s a good day for every boat,” she told the Example Herald.\n"
        "quote: It’s a good day for every boat",
    ),
    "literal_words": (
        "# the text begins: Port Example Opens Its New Harbour\nheadline: Port Example Opens New Harbour",
        "# the text begins: Port Example Opens Its New Harbour\nheadline: Port Example Opens Its New Harbour",
    ),
    # Policy
    "statement_without_evidence": (
        "kind: indirect\nevidence:\n- role: cue",
        "kind: indirect\nevidence:\n- role: cue\n- role: content",
    ),
    "wrong_speakers": (
        "kind: narrated\nstatement_participants:\n- role: speaker\n  label: the mayor of Port Example",
        "kind: indirect\nstatement_participants:\n- role: speaker\n  label: the mayor of Port Example",
    ),
    "several_dates": (
        "- id: statement/port-example/01\n  statement_events:\n"
        "  - {event: event/harbour-opening, realis: occurred, date: '2031-05-03'}\n"
        "  - {event: event/harbour-fair, realis: planned, date: '2031-05'}",
        "- id: statement/port-example/01\n  statement_events:\n"
        "  - {event: event/harbour-opening, realis: occurred, date: '2031-05-03'}\n"
        "- id: statement/port-example/02\n  statement_events:\n"
        "  - {event: event/harbour-fair, realis: planned, date: '2031-05'}",
    ),
    "unassessed_fact": (
        "# in statements/port-example.yaml\nid: statement/port-example/01\nclaim_type: fact",
        "# in statements/port-example.yaml\nid: statement/port-example/01\nclaim_type: fact\n"
        "# in assessments/port-example.yaml\ntarget: statement/port-example/01\naspect: veracity",
    ),
    "unbacked_date": (
        "# in events/harbour-opening.yaml\ndate: '2031-05-03'",
        "# in events/harbour-opening.yaml\ndate: '2031-05-03'\n"
        "# in assessments/port-example.yaml\ntarget: event/harbour-opening\n"
        "aspect: date\ncorrect_value: '2031-05-03'",
    ),
    "uncited_verdict": (
        "verdict: contradicted\nindependence: single\ncitations:\n- source: source/example-archive\n  stance: supports",
        "verdict: contradicted\nindependence: single\n"
        "citations:\n- source: source/example-archive\n  stance: contradicts",
    ),
    "unquoted_words": (
        "quote: It’s a good day for every boat,” she told\n"
        "evidence:\n- role: content\n- role: quote\n  start: 108\n  end: 149",
        "quote: It’s a good day for every boat\nevidence:\n- role: content\n- role: quote\n  start: 108\n  end: 138",
    ),
    "article_prose": (
        "# the text: The harbour has room for forty boats and took three years to build.\n"
        "gist: The harbour has room for forty boats and took long to build.",
        "# the text: The harbour has room for forty boats and took three years to build.\n"
        "gist: The harbour was three years in building; forty boats fit in.",
    ),
    "row_count": (
        "# in dataset.yaml\nrow_counts:\n- table: articles\n  min: 2",
        "# in dataset.yaml\nrow_counts:\n- table: articles\n  min: 1",
    ),
    "low_coverage": (
        "# in dataset.yaml\ncoverage: [{of: statements_with_content_evidence, min_percent: 100}]\n"
        "# in statements/port-example.yaml\nid: statement/port-example/01\nevidence:\n- role: cue",
        "# in dataset.yaml\ncoverage: [{of: statements_with_content_evidence, min_percent: 100}]\n"
        "# in statements/port-example.yaml\nevidence:\n- role: cue\n- role: content",
    ),
    "lost_id": (
        "data/published holds person/mira-exampel, data/curated does not.",
        "# in redirects.yaml\n- old_id: person/mira-exampel\n  new_id: person/mira-example\n"
        "  reason: renamed\n  release: 2031.05.0",
    ),
}
"""A wrong and a right snippet for each code."""
