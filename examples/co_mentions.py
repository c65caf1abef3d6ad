"""Who and what is named together: in how many statements two people, organizations or places are mentioned."""

import news_dataset as nd

pairs = nd.sql("""
    with named as (select distinct e.statement, n.name from evidence e join statements s on s.id = e.statement
                   join mentions m on m.article = s.article and m.start >= e.start and m."end" <= e."end"
                   join entities n on n.id = m.referent where e.role = 'content')
    select a.name as one, b.name as other, count(*) as statements from named a join named b
    on a.statement = b.statement and a.name < b.name group by all order by statements desc, one, other limit 10""")
print(pairs.to_string(index=False))
