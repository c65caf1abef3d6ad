"""Policy: annotations that only the layers of a dataset have."""

from __future__ import annotations

from news_dataset.checks.query import SOUND, Query

ONLY_IN_LAYERS = Query(
    "only_in_layers",
    "policy",
    """
        Articles have statements or mentions in layers only, and none in the dataset itself.

        A warning: a layer is the annotation of one reader, and is never published. ``agreement`` compares two layers,
        ``adjudicate`` merges them into one, and the result is copied into ``data/curated``.
    """,
    f"""
    SELECT 'articles' AS tbl, 'id' AS col, true AS is_warning, u.pos, u.n > 0 AS broken, u.n,
           CASE WHEN u.n > 1 THEN 'several' ELSE '' END AS why, {SOUND} AS skipped
    FROM (
        SELECT min(CASE WHEN d.me IS NULL THEN a.pos END) AS pos, sum(CASE WHEN d.me IS NULL THEN 1 ELSE 0 END) AS n
        FROM first_articles a JOIN layered l ON l.id = a.id LEFT JOIN (
            SELECT m.me FROM mentions m UNION SELECT b.me FROM statements s JOIN first_articles b ON b.id = s.article
        ) d ON d.me = a.me
        HAVING count(*) > 0
    ) u CROSS JOIN run
    """,
    {
        "": ("its statements and mentions are in layers alone", "{next_step}"),
        "several": ("its statements and mentions are in layers alone, as are those of {n} articles", "{next_step}"),
    },
    "data/layers/ann and data/layers/bob have statements of article/port-example,\ndata/curated/statements has none.",
    "data/curated/statements has those that were decided upon\n"
    "in data/layers/adjudicated, which news-dataset adjudicate wrote.",
)

QUERIES = (ONLY_IN_LAYERS,)
