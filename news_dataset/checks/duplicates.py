"""Policy: records that were probably entered twice. All are warnings, since two things may share an identifier."""

from __future__ import annotations

from news_dataset.checks.query import Query
from news_dataset.records import RECORDS

_IDENTIFIERS = [
    (model.table, name) for model in RECORDS for name in ("wikidata", "geonames") if name in model.model_fields
]
_IDENTIFIED = " UNION ALL ".join(
    f"SELECT '{table}' AS tbl, t.pos, '{name}' AS col, t.{name} AS identifier FROM {table} t "
    f"LEFT JOIN repeated r ON r.id = t.id AND r.tbl = '{table}' "
    f"WHERE t.{name} IS NOT NULL AND (r.first IS NULL OR r.first = t.pos)"
    for table, name in _IDENTIFIERS
)

EXTERNAL_ID = Query(
    "duplicate_external_id",
    "policy",
    """
        Two records of one type have the same Wikidata item or GeoNames id; a warning.

        Usually one person, organization, place or event has two records. An organization and a place may share an item:
        Japan is a state that acts, and a place on the map.
    """,
    f"""
    SELECT tbl, pos, col, pos > earliest AS broken, true AS is_warning, earliest AS other
    FROM (SELECT tbl, pos, col, min(pos) OVER (PARTITION BY tbl, col, identifier) AS earliest
          FROM ({_IDENTIFIED}) identified) numbered
    """,
    {"": ("{other_id} has {col} {value}, too", "merge the two records, or correct the identifier of one")},
    "# in people/mira-example.yaml\nid: person/mira-example\nwikidata: Q12345\n"
    "# in people/mayor-example.yaml\nid: person/mayor-example\nwikidata: Q12345",
    "# in people/mira-example.yaml\nid: person/mira-example\nwikidata: Q12345\n"
    "# in people/mayor-example.yaml\nid: person/mayor-example\nwikidata: Q67890",
)

URL = Query(
    "duplicate_url",
    "policy",
    """
        Two articles have the same address; a warning.

        Usually one article was entered twice. A withdrawn article may share the address of the one that replaces it.
    """,
    """
    SELECT 'articles' AS tbl, pos, 'url' AS col, pos > earliest AS broken, true AS is_warning, earliest AS other
    FROM (SELECT pos, min(pos) OVER (PARTITION BY url) AS earliest
          FROM first_articles WHERE url IS NOT NULL AND status <> 'withdrawn') numbered
    """,
    {
        "": (
            "{other_id} has the url {value}, too",
            "merge the two records, correct one url, or set a status to withdrawn",
        )
    },
    "# in articles/harbour-fair.yaml\nid: article/harbour-fair\nurl: https://example.org/harbour\n"
    "# in articles/port-example.yaml\nid: article/port-example\nurl: https://example.org/harbour",
    "# in articles/harbour-fair.yaml\nid: article/harbour-fair\nurl: https://example.org/fair\n"
    "# in articles/port-example.yaml\nid: article/port-example\nurl: https://example.org/harbour",
)

_PARTICIPANTS = " UNION ALL ".join(
    f"SELECT '{table}' AS tbl, pos, ordinal, me, role, entity FROM {table} WHERE entity IS NOT NULL"
    for table in ("statement_participants", "event_participants")
)

PARTICIPANT = Query(
    "duplicate_participant",
    "policy",
    """
        A statement or event has a person, organization or place twice in one role; a warning.

        It would be counted twice. One entity may have several roles: the speaker of a statement may also be its target.
    """,
    f"""
    SELECT tbl, pos, 'entity' AS col, pos > earliest AS broken, true AS is_warning, due
    FROM (SELECT tbl, pos, min(pos) OVER (PARTITION BY tbl, me, role, entity) AS earliest,
                 min(ordinal) OVER (PARTITION BY tbl, me, role, entity) AS due
          FROM ({_PARTICIPANTS}) participants) numbered
    """,
    {"": ("{value} is {role} twice, first as participant {due}", "remove one of the two, or correct its role")},
    "statement_participants:\n- role: speaker\n  entity: person/mira-example\n"
    "- role: speaker\n  entity: person/mira-example",
    "statement_participants:\n- role: speaker\n  entity: person/mira-example\n"
    "- role: addressee\n  entity: organization/example-herald",
)

QUERIES = (EXTERNAL_ID, URL, PARTICIPANT)
