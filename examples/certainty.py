"""How sure the claims are said to be: those of the article itself, and those that it attributes to others."""

import pandas as pd

import news_dataset as nd

claims = nd.claims()
voice = claims["kind"].eq("narrated").map({True: "the article itself", False: "attributed"}).rename("voice")
print(pd.crosstab(claims["certainty"], voice, dropna=False).to_string())
