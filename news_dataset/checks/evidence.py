"""Evidence: spans lie within the text, are numbered and tied consistently, and hold the words they should."""

from __future__ import annotations

from dataclasses import replace

from news_dataset.checks.query import NO_ARTICLE, NO_EVENT, NO_LENGTH, NO_TEXT, Query, missing
from news_dataset.records.articles import QUOTED

_WITHOUT_TEXT = f"""
    SELECT '{{table}}' AS tbl, r.pos, '{{column}}' AS col, false AS broken, '{NO_TEXT}' AS skipped FROM {{rows}}
    LEFT JOIN texts t ON t.article = {{article}} WHERE t.article IS NULL"""
"""SQL for units that only a text can decide, all skipped; with the text, ``words`` checks them."""


def _without_text(table: str, column: str, condition: str = "") -> str:
    """Return SQL for units that are skipped because the text of their article is not given.

    Args:
        table: their table.
        column: the column that the check is about.
        condition: a further SQL condition, which begins with ``AND``.
    """
    owner = "articles" if table in ("articles", "mentions") else "statements"
    rows = f"{table} r" if table == owner else f"{table} r JOIN {owner} o ON o.me = r.me"
    of = "r" if table == owner else "o"
    article = f"{of}.id" if owner == "articles" else f"{of}.article"
    return _WITHOUT_TEXT.format(table=table, column=column, rows=rows, article=article) + condition


WRONG_TEXT = Query(
    "wrong_text",
    "evidence",
    """
        The text given is not the one that was annotated: its hash or its length differs.

        Its offsets then lead to other words; the digests of the spans show which words are still in place. If an
        article has no hash, no text can be recognized as the annotated one.

        Give the text that was annotated. If the article has changed, news-dataset carry ARTICLE --text FILE moves its
        spans to the new text and writes the hash; with a hash that was edited by hand, they would point to other words.
    """,
    _without_text("articles", "text_sha256", " AND r.text_length IS NOT NULL"),
    {},
    "# the article has changed: its text has 307 characters now\n"
    "text_sha256: '5e9d93c4535a1b102a24f8ce08a9c2dc63ad905298ed06800754013ad4ea97ac'\ntext_length: 357",
    "# after news-dataset carry article/port-example --text FILE, which moves the spans, too\n"
    "text_sha256: 'b29e8360acbd7473df4735c945e0ccc07eba54d7e706d17427826dd7e3b1bf64'\ntext_length: 307\n"
    "earlier_texts:\n- text_sha256: '5e9d93c4535a1b102a24f8ce08a9c2dc63ad905298ed06800754013ad4ea97ac'\n"
    "  text_length: 357\n  carried_on: '2031-05-06'",
)

SPAN_OUTSIDE = Query(
    "span_outside",
    "evidence",
    "A span ends after the end of the article's text.",
    f"""
    SELECT s.tbl, s.pos, 'end' AS col, s."end" > coalesce(t.code_points, a.text_length) AS broken,
           CASE WHEN a.id IS NULL THEN {missing("article", NO_ARTICLE)}
                WHEN coalesce(t.code_points, a.text_length) IS NULL THEN '{NO_LENGTH}' END AS skipped,
           coalesce(t.code_points, a.text_length) AS text_length
    FROM spans s CROSS JOIN run
    LEFT JOIN first_articles a ON a.id = s.article LEFT JOIN texts t ON t.article = s.article
    """,
    {
        "": (
            "end {end} is behind the end of the text, {text_length}",
            "news-dataset anchor finds the span by its words: find: …",
        )
    },
    "text_length: 307\nmentions:\n- start: 290\n  end: 311",
    "text_length: 307\nmentions:\n- start: 290\n  end: 305",
)

SPAN_WORDS = Query(
    "span_words",
    "evidence",
    """
        The words at a span's offsets are not those that its digests were made of.

        Needs the text. Either the offsets are wrong or the text has changed; nothing is corrected silently.
    """,
    " UNION ALL ".join(_without_text(table, "start") for table in ("mentions", "evidence", "quantities")),
    {},
    "# Mira Example stands from 42 to 54 in the text\n"
    "mentions:\n- as_written: Mira Example\n  start: 43\n  end: 55\n  digest: '9aaf784abac8fa90'",
    "# Mira Example stands from 42 to 54 in the text\n"
    "mentions:\n- as_written: Mira Example\n  start: 42\n  end: 54\n  digest: '9aaf784abac8fa90'",
)

# The numbers become BIGINT, since 1 is added to them. DuckDB 1 refuses a second window of the same name in a union.
_NUMBERED = """
    SELECT '{table}' AS tbl, pos, role, mention, fragment, start, "end",
           CAST(lag(mention) OVER {table}_w AS BIGINT) AS last_mention,
           CAST(lag(fragment) OVER {table}_w AS BIGINT) AS last_fragment,
           lag(start) OVER {table}_w AS last_start, lag("end") OVER {table}_w AS last_end
    FROM {rows} WINDOW {table}_w AS (PARTITION BY me, role ORDER BY mention, fragment, ordinal, start, "end", pos)"""
_MENTIONS = "(SELECT *, '' AS role FROM mentions) mentions_of_all_roles"

SPAN_NUMBERS = Query(
    "span_numbers",
    "evidence",
    """
        Mentions or fragments are not numbered 1, 2, … without gaps, or rows of one fragment differ.

        ``mention`` counts within the article, or within statement and role; ``fragment`` within the mention. Several
        rows may share both numbers (joint speakers); they then have the same span. Fragments usually follow the order
        of the text; any other order is a warning.
    """,
    f"""
    SELECT tbl, pos, CASE WHEN why IN ('mention', 'span') THEN 'mention' ELSE 'fragment' END AS col,
           why <> '' AS broken, why = 'start' AS is_warning, why, last_start, last_end,
           CASE WHEN why = 'mention' THEN coalesce(last_mention, 0) + 1
           WHEN mention = last_mention THEN last_fragment + 1 ELSE 1 END AS due
    FROM (
        SELECT *, CASE
            WHEN mention <> coalesce(last_mention, 0) + 1 AND mention <> coalesce(last_mention, 0) THEN 'mention'
            WHEN last_mention IS NULL OR mention <> last_mention
                THEN CASE WHEN fragment = 1 THEN '' ELSE 'fragment' END
            WHEN fragment = last_fragment
                THEN CASE WHEN start = last_start AND "end" = last_end THEN '' ELSE 'span' END
            WHEN fragment <> last_fragment + 1 THEN 'fragment'
            WHEN start < last_end THEN 'start' ELSE '' END AS why
        FROM ({_NUMBERED.format(table="evidence", rows="evidence")} UNION ALL
              {_NUMBERED.format(table="mentions", rows=_MENTIONS)}) numbered
    ) judged
    """,
    {
        "mention": ("expected mention {due}, found {mention}", "number it {due}, and count on from there"),
        "fragment": ("expected fragment {due}, found {fragment}", "number it {due}, and count on from there"),
        "start": (
            "fragment {fragment} begins at {start}, and the fragment numbered before it ends at {last_end}",
            "fragments usually come in the order of the text; any other order is kept",
        ),
        "span": (
            "mention {mention}, fragment {fragment} is {start}-{end} here, and {last_start}-{last_end} in another row",
            "give it the next number; only rows of the same words, as of joint speakers, share one",
        ),
    },
    "mentions:\n- mention: 1\n  referent: person/mira-example\n- mention: 3\n  referent: place/port-example",
    "mentions:\n- mention: 1\n  referent: person/mira-example\n- mention: 2\n  referent: place/port-example",
)

WRONG_OF = Query(
    "wrong_of",
    "evidence",
    """
        ``of`` is not the ordinal of a participant or event that the words may refer to.

        For source and addressee it is the ordinal of a speaker or addressee among the statement's participants; for
        trigger, date and place that of an event among its reported events. In a mention it is the ordinal of a
        participant among those of the mention's event.
    """,
    """
    SELECT 'evidence' AS tbl, e.pos, 'of' AS col, listed IS NULL OR why <> 'event' AND e.role <> listed AS broken,
           CASE WHEN listed IS NULL THEN why ELSE e.role END AS why, coalesce(n, 0) AS n
    FROM (
        SELECT e.pos, 'participant' AS why, p.role AS listed, c.n,
               CASE e.role WHEN 'source' THEN 'speaker' WHEN 'addressee' THEN 'addressee' ELSE p.role END AS role
        FROM evidence e LEFT JOIN statement_participants p ON p.me = e.me AND p.ordinal = e."of"
        LEFT JOIN (SELECT me, count(*) AS n FROM statement_participants GROUP BY me) c ON c.me = e.me
        WHERE e."of" IS NOT NULL AND e.role NOT IN ('trigger', 'date', 'place')
        UNION ALL
        SELECT e.pos, 'event', CASE WHEN v.me IS NOT NULL THEN '' END, c.n, ''
        FROM evidence e LEFT JOIN statement_events v ON v.me = e.me AND v.ordinal = e."of"
        LEFT JOIN (SELECT me, count(*) AS n FROM statement_events GROUP BY me) c ON c.me = e.me
        WHERE e."of" IS NOT NULL AND e.role IN ('trigger', 'date', 'place')
    ) e
    """,
    {
        "participant": ("there is no participant {of}; the statement lists {n}", "the number counts them from 1"),
        "event": ("there is no reported event {of}; the statement lists {n}", "the number counts them from 1"),
        "speaker": ("participant {of} is not a speaker", "give the number of a speaker; all are counted, from 1"),
        "addressee": (
            "participant {of} is not an addressee",
            "give the number of an addressee; all are counted, from 1",
        ),
    },
    "statement_participants:\n- role: speaker\n  label: the mayor\nevidence:\n- role: source\n  of: 2",
    "statement_participants:\n- role: speaker\n  label: the mayor\nevidence:\n- role: source\n  of: 1",
    needs=("evidence", "statement_participants", "statement_events"),
)
WRONG_OF_MENTION = replace(
    WRONG_OF,
    sql=f"""
    SELECT 'mentions' AS tbl, m.pos, 'of' AS col, p.me IS NULL AS broken, coalesce(c.n, 0) AS n,
           CASE WHEN v.me IS NULL THEN {missing("event", NO_EVENT)} END AS skipped
    FROM mentions m CROSS JOIN run
    LEFT JOIN (SELECT id, min(me) AS me FROM events GROUP BY id HAVING count(*) = 1) v ON v.id = m.event
    LEFT JOIN event_participants p ON p.me = v.me AND p.ordinal = m."of"
    LEFT JOIN (SELECT me, count(*) AS n FROM event_participants GROUP BY me) c ON c.me = v.me
    WHERE m."of" IS NOT NULL
    """,
    messages={"": ("there is no participant {of}; {event} lists {n}", "of counts them from 1")},
    needs=("mentions", "events", "event_participants"),
)
"""The same check for mentions, whose tables may be given without those of evidence."""

QUOTE_WITHOUT_SPAN = Query(
    "quote_without_span",
    "evidence",
    """
        A quotation has no evidence of role quote, or a statement that can have no quotation has such evidence.

        Only direct and mixed statements quote. One of them may have evidence of the words without the words themselves,
        for example if these run over several lines.
    """,
    f"""
    SELECT CASE WHEN s.quote_digests IS NULL THEN 'evidence' ELSE 'statements' END AS tbl,
           CASE WHEN s.quote_digests IS NULL THEN q.pos ELSE s.pos END AS pos,
           CASE WHEN s.quote_digests IS NULL THEN 'role' ELSE 'quote' END AS col,
           CASE WHEN s.quote_digests IS NULL THEN NOT s.kind IN {QUOTED} ELSE q.me IS NULL END AS broken,
           CASE WHEN s.quote_digests IS NULL THEN 'kind' ELSE 'span' END AS why, s.kind AS statement_kind
    FROM statements s LEFT JOIN (SELECT me, min(pos) AS pos FROM evidence WHERE role = 'quote' GROUP BY me) q
           ON q.me = s.me WHERE s.quote_digests IS NOT NULL OR q.me IS NOT NULL
    """,
    {
        "span": ("the quotation has no evidence of role quote", "add under evidence: quote: {{find: …}}, then anchor"),
        "kind": ("a quotation is only for direct and mixed statements, not for {statement_kind} ones", ""),
    },
    "kind: direct\nquote: It’s a good day for every boat\nevidence:\n- role: content",
    "kind: direct\nquote: It’s a good day for every boat\nevidence:\n- role: content\n- role: quote",
    needs=("statements", "evidence"),
)

_FRAGMENTS = """
    SELECT s.pos, s.quote_digests AS digests, e.me, e.mention, e.words,
           row_number() OVER (PARTITION BY e.me, e.mention ORDER BY e.fragment, e.pos) AS number,
           count(*) OVER (PARTITION BY e.me, e.mention) AS n
    FROM evidence e JOIN statements s ON s.me = e.me LEFT JOIN texts t ON t.article = s.article
    WHERE e.role = 'quote' AND s.quote_digests IS NOT NULL AND t.article IS NULL"""

QUOTE_WORDS = Query(
    "quote_words",
    "evidence",
    """
        The quotation is not what its evidence points to.

        It equals the fragments of each of its quote mentions, joined by ' … '. Without the text its letters and digits
        are compared by digest; with the text every character is compared.
    """,
    f"""
    SELECT 'statements' AS tbl, pos, 'quote' AS col, bool_or(differs) AS broken, mention
    FROM (
        SELECT pos, me, mention, CASE WHEN n = 1 THEN split_part(digests, '|', 1) <> words
               ELSE split_part(digests, '|', CAST(number + 1 AS INTEGER)) <> words
                 OR n <> length(digests) - length(replace(digests, '|', '')) END AS differs
        FROM ({_FRAGMENTS}) fragments
    ) compared GROUP BY pos, me, mention
    """,
    {"": ("the quotation differs from the words of its quote mention {mention}", "copy the words from the text")},
    "# the text: “It’s a good day for every boat,” she told the Example Herald.\nquote: A good day for every boat",
    "# the text: “It’s a good day for every boat,” she told the Example Herald.\nquote: It’s a good day for every boat",
    needs=("statements", "evidence"),
)

LITERAL_WORDS = Query(
    "literal_words",
    "evidence",
    """
        A literal differs from the text: the headline, a name as written, or a date as reported.

        ``as_written`` stands within its mention or quantity, ``date_text`` within its date evidence, which it must
        have. Comparing the words needs the text.
    """,
    f"""
    SELECT 'statement_events' AS tbl, v.pos, 'date_text' AS col, d.me IS NULL AS broken,
           CASE WHEN d.me IS NOT NULL THEN '{NO_TEXT}' END AS skipped
    FROM statement_events v JOIN statements s ON s.me = v.me LEFT JOIN texts t ON t.article = s.article
    LEFT JOIN (SELECT DISTINCT me, "of" FROM evidence WHERE role = 'date') d ON d.me = v.me AND d."of" = v.ordinal
    WHERE v.date_text IS NOT NULL AND (d.me IS NULL OR t.article IS NULL)
    UNION ALL {_without_text("articles", "headline", " AND r.headline IS NOT NULL")}
    UNION ALL {_without_text("mentions", "as_written", " AND r.as_written IS NOT NULL")}
    UNION ALL {_without_text("quantities", "as_written", " AND r.as_written IS NOT NULL")}
    """,
    {"": ("{value!r} has no evidence", "add under evidence: date {ordinal}: {{find: …}}, then anchor")},
    "# the text begins: Port Example Opens Its New Harbour\nheadline: Port Example Opens New Harbour",
    "# the text begins: Port Example Opens Its New Harbour\nheadline: Port Example Opens Its New Harbour",
    needs=("statement_events", "evidence"),
)

UNQUOTED_WORDS = Query(
    "unquoted_words",
    "policy",
    """
        A quotation holds words that the article does not put in quotation marks.

        Needs the text. Only quoted speech may be kept word by word.
    """,
    _without_text("evidence", "start", " AND r.role = 'quote'"),
    {},
    "quote: It’s a good day for every boat,” she told\n"
    "evidence:\n- role: content\n- role: quote\n  start: 108\n  end: 149",
    "quote: It’s a good day for every boat\nevidence:\n- role: content\n- role: quote\n  start: 108\n  end: 138",
    is_fixed=True,
)

QUERIES = (
    WRONG_TEXT, SPAN_OUTSIDE, SPAN_WORDS, SPAN_NUMBERS, WRONG_OF, WRONG_OF_MENTION, QUOTE_WITHOUT_SPAN, QUOTE_WORDS,
    LITERAL_WORDS,
)  # fmt: skip
