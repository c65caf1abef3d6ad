SELECT x.target, a.status, x.aspect, x.verdict, c.source, o.publisher, o.url, c.stance, c.says
FROM assessments AS x
JOIN citations AS c ON c.assessment = x.id
LEFT JOIN sources AS o ON o.id = c.source
LEFT JOIN statements AS s ON s.id = x.target
LEFT JOIN articles AS a ON a.id = s.article
ORDER BY x.target, x.id, c.ordinal
