"""Policy: what has to be assessed, and what a verdict rests on."""

from __future__ import annotations

from news_dataset.checks.query import PARTIAL, SOUND, Query
from news_dataset.records.codebooks import ATTRIBUTION

UNASSESSED = Query(
    "unassessed_fact",
    "policy",
    """
        A statement of fact has no assessment.

        A warning while its article is a draft or once it is withdrawn, otherwise an error.
    """,
    f"""
    SELECT 'statements' AS tbl, s.pos, 'claim_type' AS col, t.target IS NULL AS broken,
           coalesce(a.status IN ('draft', 'withdrawn'), true) AS is_warning,
           CASE WHEN NOT is_whole OR NOT is_sound OR a.id IS NULL THEN '{PARTIAL}' END AS skipped
    FROM statements s CROSS JOIN run LEFT JOIN first_articles a ON a.id = s.article
    LEFT JOIN (SELECT DISTINCT target FROM assessments) t ON t.target = s.id WHERE s.claim_type = 'fact'
    """,
    {"": ("the fact {id} has no assessment", "write one: news-dataset new assessment --article {article}{in_folder}")},
    "# in statements/port-example.yaml\nid: statement/port-example/01\nclaim_type: fact",
    "# in statements/port-example.yaml\nid: statement/port-example/01\nclaim_type: fact\n"
    "# in assessments/port-example.yaml\ntarget: statement/port-example/01\naspect: veracity",
)

UNASSESSED_PART = Query(
    "unassessed_part",
    "policy",
    """
        A part of a claim that its speakers did not make is not assessed itself, so it would be counted as theirs.

        If the attribution or quotation of a statement is contradicted or unsupported, each statement whose parent it is
        needs an assessment of its own attribution. A warning while its article is a draft, otherwise an error.
    """,
    f"""
    SELECT 'statements' AS tbl, s.pos, 'parent' AS col, w.target IS NOT NULL AND o.target IS NULL AS broken,
           coalesce(a.status = 'draft', true) AS is_warning, {SOUND} AS skipped
    FROM parents p JOIN statements s ON s.pos = p.pos CROSS JOIN run LEFT JOIN first_articles a ON a.id = s.article
    LEFT JOIN (SELECT DISTINCT target FROM assessments WHERE aspect IN {ATTRIBUTION}
               AND verdict IN ('contradicted', 'unsupported')) w ON w.target = p.parent
    LEFT JOIN (SELECT DISTINCT target FROM assessments WHERE aspect IN {ATTRIBUTION}) o
           ON o.target = s.id
    WHERE p.tbl = 'statements' AND s.kind <> 'narrated'
    """,
    {
        "": (
            "the attribution of {parent} does not hold, and that of its part {id} is not assessed",
            "assess its attribution",
        )
    },
    "# in statements/port-example.yaml\n- id: statement/port-example/01\n- id: statement/port-example/02\n"
    "  parent: statement/port-example/01\n# in assessments/port-example.yaml\n"
    "target: statement/port-example/01\naspect: attribution\nverdict: unsupported",
    "# in statements/port-example.yaml\n- id: statement/port-example/01\n- id: statement/port-example/02\n"
    "  parent: statement/port-example/01\n# in assessments/port-example.yaml\n"
    "target: statement/port-example/02\naspect: attribution\nverdict: not_checkable",
    needs=("statements", "assessments"),
    is_fixed=True,
)

UNBACKED = Query(
    "unbacked_date",
    "policy",
    """
        An event has a date that no assessment backs.

        The date of an event is the one that independent sources show: an assessment of the event, of aspect date, has
        it as correct_value.
    """,
    f"""
    SELECT 'events' AS tbl, e.pos, 'date' AS col, t.target IS NULL AS broken, {SOUND} AS skipped
    FROM events e CROSS JOIN run
    LEFT JOIN (SELECT DISTINCT target, correct_value FROM assessments WHERE aspect = 'date') t
           ON t.target = e.id AND t.correct_value = e.date
    WHERE e.has_real_date
    """,
    {
        "": (
            "no assessment of aspect date has correct_value {value} for {id}",
            "add such an assessment, or leave date out",
        )
    },
    "# in events/harbour-opening.yaml\ndate: '2031-05-03'",
    "# in events/harbour-opening.yaml\ndate: '2031-05-03'\n"
    "# in assessments/port-example.yaml\ntarget: event/harbour-opening\n"
    "aspect: date\ncorrect_value: '2031-05-03'",
)

_CITE = "add to citations: {{source: source/…, stance: …}}"

UNCITED = Query(
    "uncited_verdict",
    "policy",
    """
        A verdict does not rest on the sources it cites.

        Every verdict but not_checkable cites a source: contradicted one that contradicts, supported and
        partly_supported one that supports, and unsupported none that supports. Sources that support or contradict are
        decisive: ``independence`` is ``single`` for one of them, ``independent`` or ``shared_origin`` for several, and
        is left out if there is none.
    """,
    """
    SELECT 'assessments' AS tbl, pos, why <> '' AS broken, why, n, due,
           CASE WHEN why IN ('several', 'one', 'idle') THEN 'independence' WHEN why = 'open' THEN '' ELSE 'verdict' END
           AS col
    FROM (
        SELECT a.pos, coalesce(c.n, 0) AS n,
            CASE c.n WHEN 1 THEN 'single' ELSE 'independent, or shared_origin' END AS due, CASE
            WHEN c.n IS NULL AND a.verdict <> 'not_checkable' THEN 'none'
            WHEN a.verdict = 'contradicted' AND NOT c.contradicts THEN 'contradicts'
            WHEN a.verdict IN ('supported', 'partly_supported') AND NOT c.supports THEN 'supports'
            WHEN a.verdict = 'unsupported' AND c.supports THEN 'unsupported'
            WHEN coalesce(c.n, 0) = 0 AND a.independence IS NOT NULL THEN 'idle'
            WHEN c.n > 0 AND a.independence IS NULL THEN 'open'
            WHEN c.n = 1 AND a.independence <> 'single' THEN 'one'
            WHEN c.n > 1 AND a.independence = 'single' THEN 'several' ELSE '' END AS why
        FROM assessments a LEFT JOIN (
            SELECT me, count(DISTINCT CASE WHEN stance <> 'context' THEN source END) AS n,
                   bool_or(stance = 'contradicts') AS contradicts, bool_or(stance = 'supports') AS supports
            FROM citations GROUP BY me) c ON c.me = a.me
    ) judged
    """,
    {
        "none": ("the verdict {verdict} cites no source", f"{_CITE}, or write verdict: not_checkable"),
        "contradicts": (
            "{verdict}, but no cited source contradicts it",
            f"correct the verdict, or {_CITE.replace('…}', 'contradicts}')}",
        ),
        "supports": (
            "{verdict}, but no cited source supports it",
            f"correct the verdict, or {_CITE.replace('…}', 'supports}')}",
        ),
        "unsupported": (
            "{verdict}, but a cited source supports it",
            "write another verdict, such as supported, or correct the stance",
        ),
        "idle": ("{independence}, but no cited source supports or contradicts", "leave independence out"),
        "open": ("independence is missing: a cited source supports or contradicts", "add independence: {due}"),
        "one": ("{independence}, with {n} decisive source", "write independence: {due}"),
        "several": ("{independence}, with {n} decisive sources", "write independence: {due}"),
    },
    "verdict: contradicted\nindependence: single\ncitations:\n- source: source/example-archive\n  stance: supports",
    "verdict: contradicted\nindependence: single\ncitations:\n- source: source/example-archive\n  stance: contradicts",
    needs=("assessments", "citations"),
)

QUERIES = (UNASSESSED, UNASSESSED_PART, UNBACKED, UNCITED)
