"""What share of the claims that can be checked is wrong, for both questions, and how many sources that rests on."""

import news_dataset as nd

claims = nd.claims()
for question, axis in (("Did they say it?", "attribution_verdict"), ("Is it so?", "content_verdict")):
    checkable = claims[claims[axis].notna() & (claims[axis] != "not_checkable")]
    wrong = checkable[checkable[axis].isin(["contradicted", "unsupported"])]
    print(f"{question} {len(wrong)} of {len(checkable)} do not hold ({len(wrong) / len(checkable):.0%})")
    print(wrong[["n_sources", axis, "gist"]].to_string(index=False, header=False))
