"""Policy: rules of completeness, and what ``dataset.yaml`` asserts about every release."""

from __future__ import annotations

from news_dataset.checks import assessed, duplicates, layers
from news_dataset.checks.evidence import UNQUOTED_WORDS
from news_dataset.checks.query import IN_LAYER, NO_TEXT, PARTIAL, SOUND, Query

_ADD = "add under evidence:"

WITHOUT_EVIDENCE = Query(
    "statement_without_evidence",
    "policy",
    """
        A statement has no evidence that shows where in the text it is.

        A reported statement (a speech act without content) needs evidence of role source or cue, one of kind unknown
        evidence of any role, and any other evidence of role content. It is a warning if the kind is unknown, or while
        the article is a draft.
    """,
    """
    SELECT 'statements' AS tbl, s.pos, '' AS col,
           s.kind = 'unknown' OR coalesce(a.status = 'draft', false) AS is_warning,
           CASE WHEN s.kind IN ('reported', 'unknown') THEN s.kind ELSE 'content' END AS why,
           NOT coalesce(CASE s.kind WHEN 'reported' THEN e.named WHEN 'unknown' THEN true ELSE e.content END, false)
           OR e.me IS NULL AS broken
    FROM statements s LEFT JOIN (
        SELECT me, bool_or(role = 'content') AS content, bool_or(role IN ('source', 'cue')) AS named
        FROM evidence GROUP BY me) e ON e.me = s.me
    LEFT JOIN first_articles a ON a.id = s.article
    """,
    {
        "reported": (
            "a statement of kind reported needs evidence of role source or cue",
            f"{_ADD} cue: {{{{find: …}}}}, then anchor",
        ),
        "unknown": ("the statement has no evidence of any role", f"{_ADD} content: {{{{find: …}}}}, then anchor"),
        "content": (
            "a statement of kind {kind} needs evidence of role content",
            f"{_ADD} content: {{{{find: …}}}}, then anchor",
        ),
    },
    "kind: indirect\nevidence:\n- role: cue",
    "kind: indirect\nevidence:\n- role: cue\n- role: content",
    needs=("statements", "evidence"),
)

WRONG_SPEAKERS = Query(
    "wrong_speakers",
    "policy",
    """
        A statement has no speaker, or a narrated one has.

        Every statement has a speaker: a person, a described group (label), or someone whom the text does not name
        (implicit: true). Only narrated statements have none, since they are the article's own; and a statement of kind
        unknown may have none, since nobody recorded whose it is. While the article is a draft, a missing speaker is a
        warning: it may not have been annotated yet.
    """,
    """
    SELECT CASE WHEN p.me IS NULL THEN 'statements' ELSE 'statement_participants' END AS tbl,
           CASE WHEN p.me IS NULL THEN s.pos ELSE p.pos END AS pos,
           CASE WHEN p.me IS NULL THEN '' ELSE 'role' END AS col,
           CASE s.kind WHEN 'narrated' THEN p.me IS NOT NULL WHEN 'unknown' THEN false ELSE p.me IS NULL END AS broken,
           CASE WHEN p.me IS NULL THEN 'none' ELSE 'narrated' END AS why,
           p.me IS NULL AND coalesce(a.status = 'draft', false) AS is_warning
    FROM statements s LEFT JOIN (
        SELECT me, min(pos) AS pos FROM statement_participants WHERE role = 'speaker' GROUP BY me) p ON p.me = s.me
    LEFT JOIN first_articles a ON a.id = s.article
    """,
    {
        "none": ("a statement of kind {kind} needs a speaker", "write speakers: [implicit] if the text names nobody"),
        "narrated": (
            "a narrated statement has no speaker: it is the article's own",
            "leave the speaker out, or correct the kind",
        ),
    },
    "kind: narrated\nstatement_participants:\n- role: speaker\n  label: the mayor of Port Example",
    "kind: indirect\nstatement_participants:\n- role: speaker\n  label: the mayor of Port Example",
    needs=("statements", "statement_participants"),
    is_fixed=True,
)

SPEAKER_WITHOUT_SOURCE = Query(
    "speaker_without_source",
    "policy",
    """
        No words of the text are marked as naming a speaker; a warning.

        The words that name a speaker are evidence of role source, whose ``of`` is the ordinal of the speaker; a pronoun
        is enough. Not checked are speakers whom the text does not name (implicit: true), free indirect speech, which
        names nobody, and statements whose source evidence is about somebody who is not a speaker.
    """,
    """
    SELECT 'statement_participants' AS tbl, p.pos, CASE WHEN p.entity IS NULL THEN 'label' ELSE 'entity' END AS col,
           e.me IS NULL AND o.me IS NULL AS broken, true AS is_warning, p.ordinal AS number
    FROM statement_participants p JOIN statements s ON s.me = p.me
    LEFT JOIN (SELECT DISTINCT me, "of" FROM evidence WHERE role = 'source') e ON e.me = p.me AND e."of" = p.ordinal
    LEFT JOIN (
        SELECT DISTINCT w.me FROM evidence w LEFT JOIN statement_participants q
               ON q.me = w.me AND q.ordinal = w."of" AND q.role = 'speaker'
        WHERE w.role = 'source' AND q.me IS NULL) o ON o.me = p.me
    WHERE p.role = 'speaker' AND p.implicit IS NULL AND s.kind NOT IN ('narrated', 'free_indirect')
    """,
    {
        "": (
            "no evidence of role source names the speaker {value}",
            "add under evidence: source {number}: {{find: the words that name the speaker}}, or write implicit in "
            "speakers where the text names nobody",
        )
    },
    "statement_participants:\n- {role: speaker, label: the mayor}\nevidence:\n- role: content",
    "statement_participants:\n- {role: speaker, label: the mayor}\nevidence:\n- role: content\n- role: source\n  of: 1",
    needs=("statement_participants", "statements", "evidence"),
)

_ACTORS = " UNION ALL ".join(
    f"SELECT '{table}' AS tbl, pos, me, id, folded_name, folded_slug FROM {table}"
    for table in ("people", "organizations")
)
_DESCRIBED = " UNION ALL ".join(
    f"SELECT '{table}' AS tbl, pos, folded_label, is_implicit FROM {table} WHERE folded_label IS NOT NULL"
    for table in ("statement_participants", "event_participants")
)

UNLINKED = Query(
    "unlinked_participant",
    "policy",
    """
        A participant is described by the name of a record, or by almost the word implicit; a warning.

        It is not linked to that person or organization, so that no table or view counts it there. The description is
        compared with the ids, slugs and names of all of them and with the family names of people, without regard to
        case and hyphens. Places are left out, since a state or town that acts is an organization. A layer is not
        compared with the dataset around it.
    """,
    f"""
    SELECT p.tbl, p.pos, 'label' AS col, true AS is_warning, n.tbl AS other_tbl, n.pos AS other, n.records,
           p.is_implicit OR n.pos IS NOT NULL AS broken,
           CASE WHEN p.is_implicit THEN 'implicit' WHEN n.records > 1 THEN 'several' ELSE '' END AS why,
           CASE WHEN NOT is_whole OR NOT is_sound THEN '{PARTIAL}'
                WHEN h.hosts > 0 AND n.pos IS NULL AND NOT p.is_implicit THEN '{IN_LAYER}' END AS skipped
    FROM ({_DESCRIBED}) p CROSS JOIN run CROSS JOIN (SELECT count(*) AS hosts FROM host) h LEFT JOIN (
        SELECT folded, tbl, pos, count(*) OVER (PARTITION BY folded) AS records,
               row_number() OVER (PARTITION BY folded ORDER BY tbl, pos) AS number
        FROM (SELECT DISTINCT d.folded, d.tbl, d.pos FROM (
            SELECT folded_name AS folded, tbl, pos FROM ({_ACTORS}) a
            UNION ALL SELECT folded_slug, tbl, pos FROM ({_ACTORS}) b
            UNION ALL SELECT id, tbl, pos FROM ({_ACTORS}) c
            UNION ALL SELECT m.folded_name, e.tbl, e.pos FROM names m JOIN ({_ACTORS}) e ON e.me = m.me
            UNION ALL SELECT folded_family, 'people', pos FROM people
        ) d JOIN (SELECT DISTINCT folded_label FROM ({_DESCRIBED}) q) l ON l.folded_label = d.folded) f
    ) n ON n.folded = p.folded_label AND n.number = 1
    """,
    {
        "": (
            "'{value}' is only a description, but names {other_id}",
            "write {other_id} in its place (entity: {other_id} in a mapping), or describe them in other words",
        ),
        "several": (
            "'{value}' is only a description, but names {records} records, {other_id} among them",
            "write the id of the one that is meant (as entity in a mapping), or describe them in other words",
        ),
        "implicit": (
            "'{value}' is only a description, but almost the word implicit",
            "if the text names nobody, write implicit (implicit: true in a mapping)",
        ),
    },
    "# in people/mira-example.yaml\nid: person/mira-example\nname: Mira Example\n"
    "# in statements/port-example.yaml\nspeakers: [Mira Example]",
    "# in people/mira-example.yaml\nid: person/mira-example\nname: Mira Example\n"
    "# in statements/port-example.yaml\nspeakers: [person/mira-example]\ntargets: [two aides]",
    needs=("statement_participants", "event_participants", "people", "organizations", "names"),
)

SEVERAL_DATES = Query(
    "several_dates",
    "policy",
    "A statement reports several dated events, so an assessment of its date would be ambiguous; split it.",
    """
    SELECT CASE WHEN v.me IS NULL THEN 'statements' ELSE 'statement_events' END AS tbl,
           CASE WHEN v.me IS NULL THEN s.pos ELSE v.pos END AS pos, '' AS col, v.me IS NOT NULL AS broken
    FROM statements s LEFT JOIN (
        SELECT me, pos, row_number() OVER (PARTITION BY me ORDER BY pos) AS number
        FROM statement_events WHERE date IS NOT NULL OR date_text IS NOT NULL) v ON v.me = s.me AND v.number > 1
    """,
    {"": ("the statement reports a second dated event", "make it two statements")},
    "- id: statement/port-example/01\n  statement_events:\n"
    "  - {event: event/harbour-opening, realis: occurred, date: '2031-05-03'}\n"
    "  - {event: event/harbour-fair, realis: planned, date: '2031-05'}",
    "- id: statement/port-example/01\n  statement_events:\n"
    "  - {event: event/harbour-opening, realis: occurred, date: '2031-05-03'}\n"
    "- id: statement/port-example/02\n  statement_events:\n"
    "  - {event: event/harbour-fair, realis: planned, date: '2031-05'}",
    needs=("statements", "statement_events"),
    is_fixed=True,
)

ARTICLE_PROSE = Query(
    "article_prose",
    "policy",
    """
        A text that should be in the curator's own words repeats eight or more words of an article in a row.

        Needs the text. The headline and what the article itself puts in quotation marks do not count. Every text field
        is checked except headline, quote and external_id.
    """,
    f"""
    SELECT '' AS tbl, 0 AS pos, '' AS col, false AS broken, '{NO_TEXT}' AS skipped
    FROM run WHERE NOT EXISTS (SELECT 1 FROM texts)
    """,
    {},
    "# the text: The harbour has room for forty boats and took three years to build.\n"
    "gist: The harbour has room for forty boats and took long to build.",
    "# the text: The harbour has room for forty boats and took three years to build.\n"
    "gist: The harbour was three years in building; forty boats fit in.",
    is_fixed=True,
)

ROW_COUNT = Query(
    "row_count",
    "policy",
    """
        A table has fewer or more rows than dataset.yaml asserts for the release.

        ``min`` is the least number of rows and ``max`` the greatest. One of them is enough, but without both nothing is
        asserted, and no number is right if ``min`` is above ``max``.
    """,
    f"""
    SELECT 'row_counts' AS tbl, pos, CASE why WHEN 'table' THEN 'table' WHEN 'order' THEN 'min' ELSE '' END AS col,
           CASE WHEN why NOT IN ('none', 'order') THEN {SOUND} END AS skipped, why, n, low, high,
           why IN ('table', 'none', 'order') OR n < low OR n > coalesce(high, n) AS broken
    FROM (
        SELECT r.pos, c.n, coalesce(r.least, 0) AS low, r.most AS high, CASE
            WHEN c.tbl IS NULL THEN 'table' WHEN r.least IS NULL AND r.most IS NULL THEN 'none'
            WHEN r.least > r.most THEN 'order' WHEN r.most IS NULL THEN 'least' ELSE 'most' END AS why
        FROM row_counts r LEFT JOIN counts c ON c.tbl = r.named
    ) asserted CROSS JOIN run
    """,
    {
        "none": ("nothing is asserted of {table}", "add min, max or both, such as min: {n}"),
        "order": ("min {low} is above max {high}", "swap the two, or correct one"),
        "table": ("there is no table {table}", "news-dataset tables lists them"),
        "least": ("rows of {table}: {n}, asserted: at least {low}", "add records, or lower min in dataset.yaml"),
        "most": (
            "rows of {table}: {n}, asserted: {low} to {high}",
            "add or remove records, or correct min and max in dataset.yaml",
        ),
    },
    "# in dataset.yaml\nrow_counts:\n- table: articles\n  min: 2",
    "# in dataset.yaml\nrow_counts:\n- table: articles\n  min: 1",
)

_COVERED = "{of}: {covered} of {n}, asserted: at least {min_percent} percent"

LOW_COVERAGE = Query(
    "low_coverage",
    "policy",
    """
        A smaller share of the statements has evidence or an assessment than dataset.yaml asserts for the release.

        ``statements_with_content_evidence`` is the share of all statements, reported ones included, that have evidence
        of role content; ``facts_assessed`` that of the statements of claim_type fact that have an assessment.
    """,
    f"""
    SELECT 'coverage' AS tbl, c.pos, '' AS col, {SOUND} AS skipped,
           coalesce(s.covered, 0) * 100 < c.min_percent * s.n AS broken, coalesce(s.covered, 0) AS covered, s.n,
           c.named AS why
    FROM coverage c CROSS JOIN run JOIN (
        SELECT 'statements_with_content_evidence' AS named, count(*) AS n, count(e.me) AS covered FROM statements s
        LEFT JOIN (SELECT DISTINCT me FROM evidence WHERE role = 'content') e ON e.me = s.me
        UNION ALL
        SELECT 'facts_assessed', count(*), count(t.target) FROM statements s
        LEFT JOIN (SELECT DISTINCT target FROM assessments) t ON t.target = s.id WHERE s.claim_type = 'fact'
    ) s ON s.named = c.named
    """,
    {
        "statements_with_content_evidence": (
            _COVERED,
            "give more statements evidence of role content, or lower min_percent in dataset.yaml",
        ),
        "facts_assessed": (
            _COVERED,
            "assess more statements of claim_type fact, or lower min_percent in dataset.yaml",
        ),
    },
    "# in dataset.yaml\ncoverage: [{of: statements_with_content_evidence, min_percent: 100}]\n"
    "# in statements/port-example.yaml\nid: statement/port-example/01\nevidence:\n- role: cue",
    "# in dataset.yaml\ncoverage: [{of: statements_with_content_evidence, min_percent: 100}]\n"
    "# in statements/port-example.yaml\nevidence:\n- role: cue\n- role: content",
)

_ROW = (
    "add to redirects.yaml: - {{old_id: {lost}, reason: withdrawn, release: {next_release}}}; or, if another record is "
    "to be used instead, with its new_id and reason: renamed, merged or split"
)

LOST = Query(
    "lost_id",
    "policy",
    """
        An id of the published release is gone, and redirects.yaml does not say what became of it.

        Checked if the release is beside the records, in data/published; ``keeps_ids: false`` in dataset.yaml switches
        it off. An id that somebody has cited must still lead somewhere. It is reported at ``data_version``: the
        version, without .dev, is the first release without the id.
    """,
    f"""
    SELECT 'dataset' AS tbl, p.number AS pos, 'data_version' AS col, k.id IS NULL AND r.old_id IS NULL AS broken,
           CAST(NULL AS STRING) AS skipped
    FROM published p CROSS JOIN run LEFT JOIN (SELECT DISTINCT id FROM ids) k ON k.id = p.id
    LEFT JOIN (SELECT DISTINCT old_id FROM redirects) r ON r.old_id = p.id WHERE is_whole AND is_sound
    UNION ALL SELECT 'dataset', 0, 'data_version', false, {SOUND} FROM run
    WHERE keeps_ids AND NOT (is_whole AND is_sound)
    """,
    {"": ("{lost} is in the published release, but no longer here", _ROW)},
    "data/published holds person/mira-exampel, data/curated does not.",
    "# in redirects.yaml\n- old_id: person/mira-exampel\n  new_id: person/mira-example\n"
    "  reason: renamed\n  release: 2031.05.0",
)

QUERIES = (
    WITHOUT_EVIDENCE, WRONG_SPEAKERS, SPEAKER_WITHOUT_SOURCE, *duplicates.QUERIES, UNLINKED, SEVERAL_DATES,
    *assessed.QUERIES, UNQUOTED_WORDS, ARTICLE_PROSE, ROW_COUNT, LOW_COVERAGE, LOST, *layers.QUERIES,
)  # fmt: skip
