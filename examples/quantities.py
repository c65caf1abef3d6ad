"""The numbers in the article, as it gives them, and whether the claims that hold them are so."""

import news_dataset as nd

numbers = nd.load("quantities").merge(nd.claims(), on="statement")
numbers["at least"] = numbers["value"].fillna(numbers["min"])
numbers["at most"] = numbers["value"].fillna(numbers["max"])
print(numbers[["at least", "at most", "unit", "approximate", "counted", "content_verdict"]].to_string(index=False))
