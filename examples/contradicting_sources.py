"""Which sources contradict the article, where they are, and what they contradict: attribution, date or the claim."""

import news_dataset as nd

sources = nd.claim_sources()
against = sources[(sources["verdict"] == "contradicted") & (sources["stance"] == "contradicts")]
for (target, aspect), pages in against.groupby(["target", "aspect"], observed=True):
    print(f"{target}: {aspect}", *(f"{page.publisher}: {page.url}" for page in pages.itertuples()), sep="\n    ")
