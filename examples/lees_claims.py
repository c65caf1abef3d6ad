"""What Lee is said to have claimed: what he said, with both verdicts, and what the article only has him say."""

import news_dataset as nd

said = nd.who_said_what()
lee = said[said["speaker_name"] == "Lee Jae Myung"]
is_his = ~lee["attribution_verdict"].isin(["contradicted", "unsupported"])
print(lee[is_his][["attribution_verdict", "content_verdict", "gist"]].to_string(index=False))
print("\nAttributed to him, and not his:", *lee[~is_his]["gist"], sep="\n- ")
