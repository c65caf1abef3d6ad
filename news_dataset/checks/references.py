"""References: ids exist, are unique, are in the right file, and are used."""

from __future__ import annotations

from collections.abc import Iterable

from news_dataset.checks.query import APART, HIDDEN, PART, UNSOUND, WHOLE, Query
from news_dataset.records import RECORDS, ValueSource
from news_dataset.records.codebooks import VALUE_FIELD
from news_dataset.records.columns import children
from news_dataset.rules import text_literal


def _literals(texts: Iterable[str]) -> str:
    """Return texts as a list of SQL literals."""
    return ", ".join(map(text_literal, texts))


DANGLING = Query(
    "dangling_reference",
    "references",
    """
        A field refers to an id that no record has; the hint names the nearest one.

        A reference to a record in a broken or misplaced file is not reported, since the file is. A layer may also refer
        to the people, organizations, places, events and sources of the dataset that it belongs to.
    """,
    f"""
    SELECT r.tbl, r.pos, r.col, k.id IS NULL AS broken,
           CASE WHEN k.id IS NOT NULL THEN NULL WHEN u.col IS NOT NULL OR h.id IS NOT NULL THEN '{HIDDEN}'
                WHEN NOT is_whole THEN '{PART}' END AS skipped,
           CASE WHEN r.id IS NULL THEN 'type' WHEN r.id < 0 THEN 'empty' ELSE '' END AS why
    FROM refs r CROSS JOIN run
    LEFT JOIN (SELECT DISTINCT id FROM (SELECT id FROM ids UNION ALL SELECT id FROM host) known) k ON k.id = r.id
    LEFT JOIN hidden h ON h.id = r.id
    LEFT JOIN unsure u ON u.tbl = r.tbl AND u.col = r.col
    """,
    {
        "": ("there is no {value}", "{nearest}"),
        "empty": ("{col} has no value", ""),
        "type": ("{value} is of a type that has no rows here", ""),
    },
    "# in organizations/example-herald.yaml\nid: organization/example-herald\n"
    "# in articles/port-example.yaml\npublisher: organization/example-harold",
    "# in organizations/example-herald.yaml\nid: organization/example-herald\n"
    "# in articles/port-example.yaml\npublisher: organization/example-herald",
)

DUPLICATE = Query(
    "duplicate_id",
    "references",
    """
        Two records have the same id.

        The one whose file is named after the id is taken to be right, else the first.
    """,
    """
    SELECT i.tbl, i.pos, 'id' AS col, i.pos <> r.rightful AS broken, r.rightful AS other,
           CASE WHEN i.tbl IN ('statements', 'assessments') THEN 'number' ELSE '' END AS why
    FROM ids i LEFT JOIN (
        SELECT d.tbl, d.id, coalesce(min(o.pos), min(d.first)) AS rightful FROM repeated d
        LEFT JOIN own_records o ON o.id = d.id AND o.tbl = d.tbl AND NOT o.is_misnamed GROUP BY d.tbl, d.id
    ) r ON r.id = i.id AND r.tbl = i.tbl WHERE i.id IS NOT NULL
    """,
    {
        "": ("{id} is already used at {other_place}", "delete one of the two, or give one of them an id of its own"),
        "number": ("{id} is already used at {other_place}", "ids are never reused: take the next free one"),
    },
    "- id: statement/port-example/01\n  gist: The mayor is glad for the boats.\n"
    "- id: statement/port-example/01\n  gist: Fishing boats need not pay.",
    "- id: statement/port-example/01\n  gist: The mayor is glad for the boats.\n"
    "- id: statement/port-example/02\n  gist: Fishing boats need not pay.",
)

MISNAMED = Query(
    "misnamed_file",
    "references",
    """
        The name of the file does not contain the id of its record.

        People, organizations, places, events and articles are in one file each, named after the slug of the id. The
        statements or assessments of an article are in one file named after the article's slug, or each is in a file of
        its own in a folder of that name: statements/port-example/07.yaml. Sources may be in any file.
    """,
    f"""
    SELECT o.tbl, o.pos, 'id' AS col, o.is_misnamed AS broken, {WHOLE} AS skipped,
           CASE WHEN r.id IS NOT NULL THEN 'twice' ELSE '' END AS why
    FROM own_records o CROSS JOIN run LEFT JOIN repeated r ON r.id = o.id AND r.tbl = o.tbl
    WHERE o.is_misnamed IS NOT NULL AND o.tbl <> 'sources'
    """,
    {
        "": ("{id} is in a file named {file}", "name the file {name_of_file}, or correct the id"),
        "twice": (
            "{id} is in a file named {file}",
            "delete this file if it is a copy; else give its record an id of its own",
        ),
    },
    "# in articles/port-exmaple.yaml\nid: article/port-example",
    "# in articles/port-example.yaml\nid: article/port-example",
)

FOREIGN = Query(
    "foreign_number",
    "references",
    """
        A numbered id does not contain the slug of its article.

        Statements are numbered within their article, and so are the assessments of its statements; the assessment of
        an event is numbered within any article of the dataset.
    """,
    f"""
    SELECT 'statements' AS tbl, pos, 'id' AS col, is_foreign AS broken, CAST(NULL AS STRING) AS skipped,
           'statement' AS why FROM statements
    UNION ALL
    SELECT 'assessments', pos, 'id', is_foreign, NULL, 'assessment' FROM assessments
    WHERE is_foreign IS NOT NULL
    UNION ALL
    SELECT 'assessments', a.pos, 'id', k.id IS NULL,
           CASE WHEN NOT is_whole THEN '{PART}' WHEN k.id IS NULL AND h.id IS NOT NULL THEN '{HIDDEN}' END, 'event'
    FROM assessments a CROSS JOIN run LEFT JOIN (SELECT DISTINCT id FROM ids) k ON k.id = a.numbered_in
    LEFT JOIN hidden h ON h.id = a.numbered_in
    WHERE a.is_foreign IS NULL
    """,
    {
        "statement": ("{id} belongs to {article}", "begin the id with {record_type}/{article_slug}/"),
        "assessment": ("{id} belongs to {target}", "begin the id with {record_type}/{target_slug}/"),
        "event": ("there is no article/{id_slug}", "begin the id with {record_type}/ and the slug of an article"),
    },
    "id: statement/harbour-fair/01\narticle: article/port-example",
    "id: statement/port-example/01\narticle: article/port-example",
)

UNUSED = Query(
    "unused_record",
    "references",
    """
        No other record, nor one of a layer, refers to a person, organization, place, event or source.

        A warning: it may be meant for the next article.
    """,
    f"""
    SELECT o.tbl, o.pos, 'id' AS col, r.id IS NULL AS broken, true AS is_warning,
           CASE WHEN NOT is_whole THEN '{PART}' WHEN NOT is_sound THEN '{UNSOUND}' END AS skipped
    FROM own_records o CROSS JOIN run
    LEFT JOIN (SELECT DISTINCT id FROM (SELECT id FROM refs UNION ALL SELECT id FROM layered) used) r ON r.id = o.id
    WHERE o.tbl IN ('people', 'organizations', 'places', 'events', 'sources')
    """,
    {"": ("nothing refers to {id}", "refer to it, or remove it")},
    "# in people/mira-example.yaml\nid: person/mira-example\n"
    "# in statements/port-example.yaml\nstatement_participants:\n- role: speaker\n  label: the mayor",
    "# in people/mira-example.yaml\nid: person/mira-example\n"
    "# in statements/port-example.yaml\nstatement_participants:\n- role: speaker\n  entity: person/mira-example",
)

CIRCULAR = Query(
    "circular_parent",
    "references",
    """
        A record lies within itself or goes back to itself, directly or through others.

        Events and statements lie within their parent; a source goes back to the one that it is derived from.
    """,
    """
    SELECT p.tbl, p.pos, p.col, c.up IS NOT NULL AS broken, p.col AS why
    FROM parents p LEFT JOIN (SELECT DISTINCT up FROM circle) c ON c.up = p.id
    """,
    {
        "parent": ("{id} lies within itself", "remove parent here, or from another record of the circle"),
        "derived_from": ("{id} goes back to itself", "remove derived_from here, or from another source of the circle"),
    },
    "# in events/harbour-opening.yaml\nid: event/harbour-opening\nparent: event/harbour-week\n"
    "# in events/harbour-week.yaml\nid: event/harbour-week\nparent: event/harbour-opening",
    "# in events/harbour-opening.yaml\nid: event/harbour-opening\nparent: event/harbour-week\n"
    "# in events/harbour-week.yaml\nid: event/harbour-week",
    # Each round doubles the number of steps from ``id`` to ``up``. Chains that end drop out; the others lead into a
    # circle. Once no value of ``up`` is lost any more, these values are the records of the circles.
    (
        "circle",
        "SELECT id, parent AS up FROM ancestry",
        "SELECT a.id, b.up FROM circle a JOIN circle b ON b.id = a.up",
    ),
)

ASSESSED_TWICE = Query(
    "duplicate_assessment",
    "references",
    "One aspect of one statement or event is assessed twice.",
    """
    SELECT 'assessments' AS tbl, a.pos, 'target' AS col, a.pos > d.first AND a.id <> f.id AS broken, d.first AS other
    FROM assessments a
    LEFT JOIN (SELECT target, aspect, min(pos) AS first FROM assessments GROUP BY target, aspect HAVING count(*) > 1) d
           ON d.target = a.target AND d.aspect = a.aspect
    LEFT JOIN assessments f ON f.pos = d.first
    """,
    {"": ("{aspect} of {target} is assessed by {other_id} already", "merge the two")},
    "- id: assessment/port-example/01\n  target: statement/port-example/01\n  aspect: veracity\n"
    "- id: assessment/port-example/02\n  target: statement/port-example/01\n  aspect: veracity",
    "- id: assessment/port-example/01\n  target: statement/port-example/01\n  aspect: veracity\n"
    "- id: assessment/port-example/02\n  target: statement/port-example/01\n  aspect: quantity",
)

REDIRECT = Query(
    "bad_redirect",
    "references",
    """
        A redirect is for an id that is redirected twice or still in use, or leads to no record or one of another type.

        It has a new id unless the record was withdrawn.
        That it leads to no record is not reported while the record may be in a file or line that cannot be read.
    """,
    f"""
    SELECT 'redirects' AS tbl, r.pos, 'old_id' AS col, k.id IS NOT NULL OR r.pos > f.first AS broken,
           {WHOLE} AS skipped, CASE WHEN k.id IS NOT NULL THEN 'used' ELSE 'twice' END AS why
    FROM redirects r CROSS JOIN run LEFT JOIN (SELECT DISTINCT id FROM ids) k ON k.id = r.old_id
    LEFT JOIN (SELECT old_id, min(pos) AS first FROM redirects GROUP BY old_id) f ON f.old_id = r.old_id
    UNION ALL
    SELECT 'redirects', r.pos, 'new_id', k.id IS NULL OR r.new_type <> r.old_type,
           CASE WHEN NOT is_whole THEN '{PART}'
                WHEN k.id IS NULL AND (h.id IS NOT NULL OR u.col IS NOT NULL) THEN '{HIDDEN}' END,
           CASE WHEN r.new_id IS NULL THEN 'none' WHEN k.id IS NULL THEN 'lost' ELSE 'type' END
    FROM redirects r CROSS JOIN run LEFT JOIN (SELECT DISTINCT id FROM ids) k ON k.id = r.new_id
    LEFT JOIN hidden h ON h.id = r.new_id
    LEFT JOIN unsure u ON u.tbl = 'redirects' AND u.col = 'new_id' AND r.new_id IS NOT NULL
    WHERE r.new_id IS NOT NULL OR r.reason <> 'withdrawn'
    """,
    {
        "used": ("{old_id} is still in use", "remove this redirect: it is for an id that no record has"),
        "twice": ("{old_id} is redirected already", "remove one of the two redirects"),
        "none": (
            "{old_id} was {reason}, but the id to use instead is missing",
            "add new_id, or write reason: withdrawn",
        ),
        "lost": ("there is no {new_id}", "redirect to a record that exists"),
        "type": (
            "{new_id} is of another type than {old_id}",
            "redirect to a record of the same type, or to none: without new_id, reason: withdrawn",
        ),
    },
    "# in redirects.yaml\n- old_id: article/harbour-opens\n  new_id: article/port-exampel\n  reason: renamed",
    "# in redirects.yaml\n- old_id: article/harbour-opens\n  new_id: article/port-example\n  reason: renamed",
)

_FIELDS = {
    model.record_type: [name for name in model.model_fields if name in VALUE_FIELD.definitions]
    for model in RECORDS
    if ValueSource in children(model).values()
}
_FIELD_NAMES = [f"{kind} {name}" for kind, names in _FIELDS.items() for name in names]

WRONG_FIELD = Query(
    "wrong_field",
    "references",
    """
        A source is given for a value that records of this type do not have.

        ``field`` names a field of the record itself: birth_date of a person, latitude of a place.
    """,
    f"""
    SELECT 'value_sources' AS tbl, v.pos, 'field' AS col, o.type AS why,
           NOT (o.type || ' ' || v.field) IN ({_literals(_FIELD_NAMES)}) AS broken,
           CASE WHEN o.me IS NULL THEN '{APART}' END AS skipped
    FROM value_sources v LEFT JOIN own_records o ON o.me = v.me
    """,
    {
        kind: (
            f"{{field}} is not a field of {'an' if kind[0] in 'aeiou' else 'a'} {kind}",
            f"fields: {', '.join(names)}",
        )
        for kind, names in _FIELDS.items()
    },
    "value_sources:\n- field: birth_date\n  source: source/example-archive",
    "value_sources:\n- field: latitude\n  source: source/example-archive",
)

QUERIES = (DANGLING, DUPLICATE, MISNAMED, FOREIGN, UNUSED, CIRCULAR, WRONG_FIELD, ASSESSED_TWICE, REDIRECT)
