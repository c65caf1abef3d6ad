"""The codebooks: what every coded field may hold, and what each code means."""

from __future__ import annotations

from collections.abc import Mapping

from news_dataset.records import plover
from news_dataset.records.fields import Codebook

GENRE = Codebook(
    "genre",
    {
        "news": "Reports what happened or was said, without taking a side of its own.",
        "analysis": "Explains or interprets events under the name of the outlet or an author.",
        "opinion": "Argues for a view: leading article, column or guest contribution.",
        "interview": "Questions and answers, wholly or for the most part.",
        "other": "A text of another kind, such as a listing, a correction or a live ticker.",
        "unknown": "Nobody has said what sort of text it is.",
    },
)
RIGHTS = Codebook(
    "rights",
    {
        "all_rights_reserved": "The text may not be redistributed; only what the law allows to be cited appears here.",
        "licensed": "The text is under a licence that allows redistribution on conditions.",
        "public_domain": "The text is free of copyright.",
        "unknown": "Nobody has found out who holds the rights; treated like all rights reserved.",
    },
)
TEXT_RULE = Codebook(
    "text_rule",
    {"space_joined": "Built from tokens: one space between tokens, one line feed between sentences."},
)
STATUS = Codebook(
    "status",
    {
        "draft": "Annotation is under way; facts may still lack their assessment.",
        "reviewed": "A second person has read the annotation against the text.",
        "corrected": "Reviewed, and changed since it was first released.",
        "withdrawn": "Kept so that its ids stay known, but no longer vouched for.",
    },
)
ORGANIZATION_KIND = Codebook(
    "organization_kind",
    {
        "country": "A state as an actor.",
        "government": "A government, ministry, agency or other public authority.",
        "armed_force": "A military or paramilitary force.",
        "party": "A political party or parliamentary group.",
        "company": "A business.",
        "media": "A publisher, broadcaster or news agency.",
        "intergovernmental": "A body founded by states.",
        "group": "People acting or named together without being an organization.",
        "other": "An organization of another kind.",
        "unknown": "Nobody has said what sort of organization it is.",
    },
)
PLACE_KIND = Codebook(
    "place_kind",
    {
        "city": "A city, town or village.",
        "region": "A part of a country, or an area across countries.",
        "country": "A country as a territory.",
        "building": "A building or a group of buildings.",
        "landmark": "A monument, shrine, bridge or natural feature.",
        "other": "A place of another kind.",
        "unknown": "Nobody has said what sort of place it is.",
    },
)
NAME_KIND = Codebook(
    "name_kind",
    {
        "preferred": "The form that reference works of that language use.",
        "alias": "Another form in use.",
        "native": "The name in the script and language of its bearer.",
        "romanization": "The native name written in Latin letters.",
    },
)
EVENT_ROLE = Codebook(
    "event_role",
    {
        "actor": "Does it. A visitor; every side of a meeting among equals.",
        "recipient": "It is done to or with them. The host of a visit.",
        "third_party": "Takes part as mediator, witness or guest.",
        "topic": "It is about them, without their taking part.",
    },
)
STATEMENT_KIND = Codebook(
    "statement_kind",
    {
        "direct": "The whole proposition is in quotation marks.",
        "mixed": "A paraphrase that contains a quoted fragment.",
        "indirect": "A proposition attributed to a speaker in the article's own words.",
        "free_indirect": "A speaker's words or thoughts in the article's voice, without a cue of attribution.",
        "reported": "The act of speaking is reported, but not what was said.",
        "narrated": "The article's own voice; nobody else is named as its source.",
        "unknown": "The kind could not be told, or the annotation did not record it.",
    },
)
CLAIM_TYPE = Codebook(
    "claim_type",
    {
        "fact": "Says that something is or was so; evidence could show it wrong.",
        "evaluation": "Judges, interprets or characterizes.",
        "intention": "Announces, promises, plans or demands.",
        "unknown": "The annotation does not tell what sort of claim it is.",
    },
)
QUOTE_FIDELITY = Codebook(
    "quote_fidelity",
    {
        "original": "The quotation is in the language that was spoken.",
        "translated": "The quotation is a translation of what was spoken.",
        "unknown": "The language of the original words is not known.",
    },
)
CERTAINTY = Codebook(
    "certainty",
    {
        "certain": "The speaker commits to it without reserve.",
        "probable": "The speaker holds it to be likely.",
        "possible": "The speaker holds it to be possible.",
        "underspecified": "The text does not say how sure the speaker is.",
        "unknown": "The annotation does not record how sure the speaker is.",
    },
    is_ordered=True,
)
POLARITY = Codebook(
    "polarity",
    {
        "positive": "It is said to be so.",
        "negative": "It is said not to be so.",
        "underspecified": "The text does not say whether it is so.",
        "unknown": "The annotation does not record whether it is said to be so.",
    },
)
MENTION_CERTAINTY = Codebook(
    "mention_certainty",
    {
        "certain": "The words can mean no one and nothing else.",
        "probable": "Another referent is conceivable but unlikely.",
        "possible": "The words are ambiguous; this is the likeliest referent.",
    },
    is_ordered=True,
)
PARTICIPANT_ROLE = Codebook(
    "statement_role",
    {
        "speaker": "Says, writes, thinks or intends it.",
        "addressee": "It is directed to them.",
        "relayed_by": "Passes another's words on, as a spokesperson does.",
        "target": "Is criticized, praised, welcomed, threatened or asked by it, whether they hear it or not.",
    },
    is_open=True,
)
REALIS = Codebook(
    "realis",
    {
        "occurred": "Presented as having happened.",
        "ongoing": "Presented as happening at the time of writing.",
        "planned": "Presented as arranged or announced for later.",
        "hypothetical": "Presented as conditional, wished for, feared or denied.",
        "unknown": "The annotation does not record how it is presented.",
    },
)
QUANTITY_UNIT = Codebook(
    "quantity_unit",
    {
        "percent": "Hundredths of what counted names.",
        "person": "Human beings, one by one.",
        "item": "Things, one by one.",
    },
    is_open=True,
)
EVIDENCE_ROLE = Codebook(
    "evidence_role",
    {
        "content": "The words that express what is claimed.",
        "source": "The words that name or stand for a speaker.",
        "cue": "The words that signal the attribution, such as a verb of saying.",
        "quote": "The quoted words, without their quotation marks.",
        "addressee": "The words that name an addressee.",
        "trigger": "The words that name or express a reported event.",
        "date": "The words that date a reported event.",
        "place": "The words that place a reported event.",
    },
    is_open=True,
)
FACTUALITY = Codebook(
    "factuality",
    {
        "confirmed": "Sources show that it took place, others than the articles that report it and what they rest on.",
        "scheduled": "It was arranged or announced, and no source shows yet whether it took place.",
        "reported_only": "Only the articles that report it, or what they rest on, say that it took place.",
        "did_not_happen": "Sources show that it did not take place.",
    },
)
ASPECT = Codebook(
    "aspect",
    {
        "veracity": "Is what is claimed so?",
        "attribution": "Did those who are named as its source say it?",
        "quotation": "Are the quoted words what was said?",
        "date": "Is the date right?",
        "place": "Is the place right?",
        "quantity": "Is the number right?",
        "coding": "Does the coded value fit the text?",
    },
)
ATTRIBUTION = ("attribution", "quotation")
"""The aspects that ask whether somebody said it; the others, but for coding, ask whether it is so."""

# The gravest first: where several are given on one question, the first of them counts.
VERDICT = Codebook(
    "verdict",
    {
        "contradicted": "The cited sources show it to be wrong.",
        "unsupported": "Sources that would carry it, were it so, do not.",
        "partly_supported": "The cited sources bear out a part, or a weaker or differently worded claim.",
        "supported": "The cited sources bear it out.",
        "not_checkable": "No source could settle it: a judgement, an intention, or too vague.",
    },
    is_ordered=True,
)
CLAIM_REVIEW: Mapping[str, tuple[int | None, str]] = {
    "contradicted": (1, "False"),
    "unsupported": (2, "Unsupported"),
    "partly_supported": (3, "Partly true"),
    "supported": (5, "True"),
    "not_checkable": (None, "Not checkable"),
}
"""Each verdict as a ``reviewRating`` of schema.org's ClaimReview: ``ratingValue``, from 1 to 5, ``alternateName``."""

INDEPENDENCE = Codebook(
    "independence",
    {
        "independent": "At least two decisive sources, one of which does not go back to the report the article used.",
        "shared_origin": "There are several decisive sources, and all go back to the same original report.",
        "single": "There is one decisive source.",
    },
)
SOURCE_KIND = Codebook(
    "source_kind",
    {
        "news": "A news outlet with reporting of its own.",
        "government": "An official publication of a government or public body.",
        "reference": "A reference work, archive or documentation project.",
        "aggregator": "A site that republishes or rewrites the reports of others.",
    },
)
STANCE = Codebook(
    "stance",
    {
        "supports": "The page bears the claim out.",
        "contradicts": "The page shows something else.",
        "context": "The page gives background that the finding rests on.",
    },
)
VALUE_FIELD = Codebook(
    "value_field",
    {
        "name": "The name by which English-language readers know it.",
        "family_name": "The family name of a person.",
        "given_name": "The given name of a person.",
        "birth_date": "The date of birth of a person.",
        "kind": "What sort of organization or place it is.",
        "country": "The country of a person, organization or place.",
        "latitude": "The latitude of a place.",
        "longitude": "The longitude of a place.",
        "wikidata": "The Wikidata item.",
        "geonames": "The GeoNames id of a place.",
        "names": "Its names in other languages and scripts.",
        "offices": "The offices of a person.",
    },
)
REDIRECT_REASON = Codebook(
    "redirect_reason",
    {
        "merged": "Two records turned out to be one.",
        "split": "One record turned out to be several.",
        "withdrawn": "The record was wrong and has no successor.",
        "renamed": "The id was changed.",
    },
)
EVENT_TYPE, MODE, TOPIC = plover.EVENT_TYPE, plover.MODE, plover.TOPIC

RECORD_TYPE = Codebook(
    "record_type",
    {
        "article": "A news text, by its headline, its hash and what was found out about it.",
        "person": "A human being.",
        "organization": "A state, body, company or group as an actor.",
        "place": "A place on the map.",
        "event": "Something that happened, is happening or is planned.",
        "statement": "One claim of an article, and according to whom.",
        "assessment": "What independent sources show about one aspect of a statement or event.",
        "source": "An external page that an assessment or a value rests on, or that an article or source goes back to.",
    },
)

CODEBOOKS: tuple[Codebook, ...] = (
    ASPECT, CERTAINTY, CLAIM_TYPE, EVENT_ROLE, EVENT_TYPE, EVIDENCE_ROLE, FACTUALITY, GENRE, INDEPENDENCE,
    MENTION_CERTAINTY, MODE, NAME_KIND, ORGANIZATION_KIND, PARTICIPANT_ROLE, PLACE_KIND, POLARITY, QUANTITY_UNIT,
    QUOTE_FIDELITY, REALIS, RECORD_TYPE, REDIRECT_REASON, RIGHTS, SOURCE_KIND, STANCE, STATEMENT_KIND, STATUS,
    TEXT_RULE, TOPIC, VALUE_FIELD, VERDICT,
)  # fmt: skip
