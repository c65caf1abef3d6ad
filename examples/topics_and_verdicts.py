"""Which subjects the claims are about, and whether they are so."""

import pandas as pd

import news_dataset as nd

topics = nd.load("topics").merge(nd.claims(), left_on="record", right_on="statement")
verdicts = topics["content_verdict"].astype(str).fillna("not_assessed")
print(pd.crosstab(topics["topic"].astype(str), verdicts, margins=True, margins_name="all").to_string())
