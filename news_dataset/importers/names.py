"""The names that types, roles and attributes usually have in annotation tools, and what they mean."""

from __future__ import annotations

import re

ENTITIES = {
    "person": "per person people pers human politician individual",
    "organization": "org organization organisation company corporation institution party government media",
    "place": "loc location gpe geo geopolitical place city country region facility fac area",
}
STATEMENTS = "attribution statement quote quotation speech claim utterance"
EVENTS = "event"
SAME = "coref coreference equiv equivalence same identity"
IDENTITY = (
    "instance", "instance_id", "wikidata", "kb_id", "entity_id", "identifier", "identity", "coref_chain", "chain",
)  # fmt: skip
"""Attributes by which annotations refer to one thing."""

ROLES = {
    "source": "source speaker holder sayer src quotee",
    "cue": "cue verb predicate",
    "content": "content message quotation quote claim proposition",
    "addressee": "addressee addr listener hearer",
}
LINKED = {
    "source": re.compile(r"(\w+_)?by|(attribut|accord|ascrib|credit)\w*|belongs_to|says|utters"),
    "addressee": re.compile("((said|told|spoken|addressed|directed|speaks|talks|says)_)?to"),
}
"""Further usual names of relations and roles that lead from a statement to its parts."""

ENDS = {  # roles of any relation, which tell nothing about it
    "Arg", "Arg1", "Arg2", "from", "to", "head", "child", "tail", "Governor", "Dependent",
}  # fmt: skip
OF_ENTITY = (  # attributes that tell the kind of an entity
    "value", "type", "kind", "label", "class", "category", "entity_type", "ner",
)  # fmt: skip
PERIOD = {"legislative", "parliamentary", "term", "period", "session"}
LABELS = ("actor_text", "name", "label", "text")
PARTS = {
    "actor": "actor agent source src initiator attacker giver",
    "recipient": "recipient target tar patient victim beneficiary",
    "trigger": "trigger evt",
    "place": "place location",
    "third_party": "third_party thirdparty mediator",
}
KINDS = {"free_indirect": "free_indirect freeindirect", "indirect": "indirect", "direct": "direct", "mixed": "mixed",
          "reported": "reported", "narrated": "narrated"}  # fmt: skip
OF_ARTICLES = {"headline": "title headline", "url": "url link", "published": "published date pub_date pubdate",
                "language": "language lang", "byline": "byline author"}  # fmt: skip


def words_of(name: str) -> list[str]:
    """Return the words of the name of a type or role, in small letters.

    Example:
        >>> words_of("webanno.custom.DirectSpeech"), words_of("Reported_speech2")
        (['direct', 'speech'], ['reported', 'speech'])
    """
    last = re.split(r"[./:]", name)[-1] or name
    parts = re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", last)
    return [part.lower() for part in parts]


def snake(name: str) -> str:
    """Return a name in snake_case; ``part`` where it has no Latin letters."""
    return "_".join(words_of(name))[:40].strip("_") or "part"


def key_for(name: str, lists: dict[str, str]) -> str:
    """Return the key of the list with the name or one of its words; empty if none.

    Of a name in parts (``webanno.custom.Quote``, ``ENTITY:PER``) the last part counts first, then the one before it.
    """
    for part in reversed(re.split(r"[./:]", name)[-2:]):
        words = words_of(part)
        joined = "_".join(words)
        for candidates in ([joined, joined.replace("_", "")], words):
            for key, usual in lists.items():
                if set(candidates) & set(usual.split()):
                    return key
    return ""


def role_of(name: str) -> str:
    """Return the role that a relation or role has in a statement; empty if none."""
    snake_name = snake(name)
    return key_for(name, ROLES) or next((role for role, usual in LINKED.items() if usual.fullmatch(snake_name)), "")


def is_part(kind: str) -> bool:
    """Return whether the last word of a name means a part: SpeechVerb is a verb."""
    last = "".join(words_of(kind)[-1:])
    return bool(key_for(last, ROLES)) and not key_for(last, {"statement": STATEMENTS})
