WITH gravest AS (
{gravest}
),
parties AS (
  SELECT statement, role, names FROM (
    SELECT p.statement, p.role,
      group_concat(coalesce(e.name, p.label), '; ') OVER (
        PARTITION BY p.statement, p.role ORDER BY p.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS names,
      row_number() OVER (PARTITION BY p.statement, p.role ORDER BY p.ordinal DESC) AS place
    FROM statement_participants AS p
    LEFT JOIN entities AS e ON e.id = p.entity
  ) AS listed
  WHERE place = 1
),
dated AS (
  SELECT statement, event, date FROM (
    SELECT statement, event, date, row_number() OVER (PARTITION BY statement ORDER BY ordinal) AS place
    FROM statement_events
    WHERE date IS NOT NULL OR date_text IS NOT NULL
  ) AS reported
  WHERE place = 1
),
cited AS (
  SELECT x.target, count(DISTINCT c.source) AS sources
  FROM assessments AS x
  JOIN citations AS c ON c.assessment = x.id
  GROUP BY x.target
)
SELECT s.id AS statement, s.article, a.headline, a.status, s.kind, s.claim_type,
  speakers.names AS speakers, addressees.names AS addressees, s.gist, s.quote, s.certainty, s.polarity,
  attribution.verdict AS attribution_verdict, attribution.finding AS attribution_finding,
  attribution.independence AS attribution_independence,
  content.verdict AS content_verdict, content.finding AS content_finding, content.independence AS content_independence,
  coalesce(cited.sources, 0) AS n_sources,
  s.occasion, occasions.date AS occasion_date, dated.date AS reported_date, shown.date AS assessed_date
FROM statements AS s
LEFT JOIN articles AS a ON a.id = s.article
LEFT JOIN parties AS speakers ON speakers.statement = s.id AND speakers.role = 'speaker'
LEFT JOIN parties AS addressees ON addressees.statement = s.id AND addressees.role = 'addressee'
LEFT JOIN gravest AS attribution
  ON attribution.target = s.id AND attribution.axis = 'attribution' AND s.kind <> 'narrated'
LEFT JOIN gravest AS content ON content.target = s.id AND content.axis = 'content'
LEFT JOIN cited ON cited.target = s.id
LEFT JOIN events AS occasions ON occasions.id = s.occasion
LEFT JOIN dated ON dated.statement = s.id
LEFT JOIN events AS shown ON shown.id = dated.event
ORDER BY s.id
