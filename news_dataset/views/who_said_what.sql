WITH days AS (
  SELECT s.id AS statement,
    CASE WHEN e.date_min IS NULL AND e.date_max IS NULL THEN a.published_min ELSE e.date_min END AS first_day,
    CASE WHEN e.date_min IS NULL AND e.date_max IS NULL THEN a.published_max ELSE e.date_max END AS last_day
  FROM statements AS s
  LEFT JOIN events AS e ON e.id = s.occasion
  LEFT JOIN articles AS a ON a.id = s.article
),
speakers AS (
  SELECT statement, ordinal, entity, label FROM statement_participants WHERE role = 'speaker'
),
held AS (
  SELECT statement, ordinal, title FROM (
    SELECT p.statement, p.ordinal, o.title,
      row_number() OVER (PARTITION BY p.statement, p.ordinal ORDER BY o.ordinal) AS place
    FROM speakers AS p
    JOIN days AS d ON d.statement = p.statement AND (d.first_day IS NOT NULL OR d.last_day IS NOT NULL)
    JOIN offices AS o ON o.person = p.entity
      AND (o.start_min IS NULL OR d.last_day IS NULL OR o.start_min <= d.last_day)
      AND (o.end_max IS NULL OR d.first_day IS NULL OR o.end_max >= d.first_day)
  ) AS offices_then
  WHERE place = 1
)
SELECT c.article, c.headline, c.status, c.statement, c.kind, c.claim_type,
  p.entity AS speaker, coalesce(e.name, p.label) AS speaker_name, e.country AS speaker_country,
  held.title AS speaker_office, c.occasion, c.occasion_date, c.gist, c.quote, c.certainty, c.polarity,
  c.attribution_verdict, c.attribution_finding, c.attribution_independence,
  c.content_verdict, c.content_finding, c.content_independence
FROM claims AS c
LEFT JOIN speakers AS p ON p.statement = c.statement
LEFT JOIN entities AS e ON e.id = p.entity
LEFT JOIN held ON held.statement = p.statement AND held.ordinal = p.ordinal
ORDER BY c.statement, p.ordinal
