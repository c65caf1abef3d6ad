-- The gravest assessment of each target on each axis. A veracity of not_checkable outweighs a supported date, place or
-- quantity.
SELECT target, axis, verdict, finding, independence FROM (
  SELECT target, axis, verdict, finding, independence,
    row_number() OVER (PARTITION BY target, axis ORDER BY gravity, id) AS place
  FROM (
    SELECT id, target, verdict, finding, independence,
      CASE WHEN aspect IN {said} THEN 'attribution' ELSE 'content' END AS axis,
      CASE
        WHEN aspect IN ('date', 'place', 'quantity') AND verdict IN ('supported', 'not_checkable') THEN {least} ELSE 0
      END + {gravity} AS gravity
    FROM assessments
    WHERE aspect <> 'coding'
  ) AS graded
) AS ranked
WHERE place = 1
