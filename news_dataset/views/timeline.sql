WITH gravest AS (
{gravest}
),
dates AS (
  SELECT target, verdict FROM (
    SELECT target, verdict, row_number() OVER (PARTITION BY target ORDER BY {gravity}, id) AS place
    FROM assessments
    WHERE aspect = 'date'
  ) AS ranked
  WHERE place = 1
)
SELECT e.id AS event, e.title, e.type, e.factuality, places.name AS place, e.date, e.date_min, e.date_max,
  r.statement, a.status, s.gist, r.realis, r.date_text AS reported_text, r.date AS reported_date,
  dates.verdict AS reported_verdict, shown.verdict AS event_verdict,
  CASE
    WHEN dates.verdict = 'contradicted' THEN 1 = 1
    WHEN dates.verdict IN ('partly_supported', 'supported') THEN 1 = 0
  END AS differs
FROM events AS e
LEFT JOIN places ON places.id = e.place
LEFT JOIN statement_events AS r ON r.event = e.id
LEFT JOIN statements AS s ON s.id = r.statement
LEFT JOIN articles AS a ON a.id = s.article
LEFT JOIN dates ON dates.target = r.statement AND (r.date IS NOT NULL OR r.date_text IS NOT NULL)
LEFT JOIN gravest AS shown ON shown.target = e.id AND shown.axis = 'content'
ORDER BY e.date_min IS NULL, e.date_min, e.date_max IS NOT NULL, e.date_max DESC, e.id, r.statement, r.ordinal
