"""To whom and about whom the article has people speak, and how many of these statements they did not make."""

import news_dataset as nd

pairs = nd.sql("""
    select coalesce(w.speaker_name, 'nobody named') as attributed_to, p.role, coalesce(e.name, p.label) as whom,
           count(*) as statements, count(*) filter (attribution_verdict in ('contradicted', 'unsupported')) as not_said
    from who_said_what w join statement_participants p using (statement) left join entities e on e.id = p.entity
    where p.role in ('addressee', 'target') group by all order by statements desc, attributed_to, role, whom""")
print(pairs.to_string(index=False) if len(pairs) else "No statement names whom it is directed to.")
