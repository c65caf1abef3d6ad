"""The kinds of field that records are made of, and the two bases ``Record`` and ``Child``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from news_dataset import edtf
from news_dataset.patterns import refuse_unportable
from news_dataset.rules import PatternIf, Rule

T = TypeVar("T")

SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
SNAKE_CASE = r"^[a-z]+(_[a-z]+)*$"
NUMBERED = ("statement", "assessment")  # numbered within their article: type/slug/ordinal
DATA_VERSION = r"^[0-9]{4}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]{0,3})$"
"""The version of a data release: year, month, number within the month."""

MAX_ID = 200
_LAST = 2**31 - 1  # counts and offsets are int32 in the tables

# Refused in every text: controls, line and paragraph separators, bidirectional overrides and isolates.
UNSAFE = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
# Blank or invisible: a text neither begins nor ends with these.
BLANK = r" \u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u202f\u205f-\u2064\u3000\ufeff"
TEXT_PATTERN = f"^[^{BLANK}{UNSAFE}]([^{UNSAFE}]*[^{BLANK}{UNSAFE}])?$"


@dataclass(frozen=True, slots=True)
class Codebook:
    """The codes of one field. As ``Annotated`` metadata it turns a string into an enumeration.

    An open codebook documents the usual codes and admits any other snake_case word.

    Args:
        name: what the codebook is called in the table ``codes``.
        definitions: code → definition, one sentence in our own words.
        is_open: whether codes that are not listed are allowed.
        is_ordered: whether the order of the codes means something, as from the gravest to the mildest.
    """

    name: str
    definitions: Mapping[str, str]
    is_open: bool = False
    is_ordered: bool = False

    def __hash__(self) -> int:
        """Hash by name, which is unique; the definitions are a dict."""
        return hash(self.name)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept the codes and nothing else (open: any snake_case word)."""
        if self.is_open:
            return core_schema.str_schema(pattern=SNAKE_CASE, strict=True, max_length=40)
        return core_schema.literal_schema(list(self.definitions))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Name the usual codes of an open codebook, so that an editor can offer them."""
        written = handler(schema)
        return written | {"examples": list(self.definitions)} if self.is_open else written


class NotNull:
    """Takes None out of ``T | None``: the key may be missing, but a null is refused."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of ``T``."""
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


@dataclass(frozen=True, slots=True)
class Reference:
    """Marks a field as the id of a record of one of *types*, to be found in the one table *table*."""

    table: str
    types: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept ids of the admitted types."""
        return core_schema.str_schema(pattern=id_pattern(*self.types), max_length=MAX_ID, strict=True)


class OnlyTrue:
    """Marks a truth value that is true or absent."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept true, and not the number 1 either, which equals it."""
        return core_schema.chain_schema([core_schema.bool_schema(strict=True), core_schema.literal_schema([True])])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Say the same in JSON Schema."""
        return {"type": "boolean", "const": True}


class Edtf:
    """Marks a text as a date in the subset of EDTF that ``news_dataset.edtf`` reads."""


class Day:
    """Marks a text as a calendar day, YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Marks a text as a code that a standard lists: ``country`` (ISO 3166-1) or ``language`` (BCP 47)."""

    kind: str


def id_pattern(*types: str) -> str:
    """Return the pattern of an id of one of *types*: ``person/lee-jae-myung``, ``statement/slug/07``."""
    forms = [f"{name}/{SLUG}/[0-9]{{2,4}}" if name in NUMBERED else f"{name}/{SLUG}" for name in types]
    return f"^({'|'.join(forms)})$" if len(forms) > 1 else f"^{forms[0]}$"


def _text(most: int) -> Any:
    return Field(pattern=TEXT_PATTERN, max_length=most)


Maybe = Annotated[T | None, NotNull()]
Children = Annotated[tuple[T, ...], Strict(False), Field(min_length=1)]  # a list in files; an empty one is no list

Line = Annotated[str, _text(120)]
AsWritten = Annotated[str, _text(80)]  # the article's own words: a name, a title, a date
Sentence = Annotated[str, _text(240)]
Paragraph = Annotated[str, _text(2000)]
Cue = Annotated[str, Field(pattern=r"^[a-z]+( [a-z]+){0,2}$", max_length=30, examples=["agree on"])]
Url = Annotated[
    str,
    Field(
        pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?$",
        max_length=500,
        examples=["https://example.org/a"],
    ),
]
# The pattern alone keeps it short: 23 characters at most.
Date = Annotated[str, Edtf(), Field(pattern=edtf.PATTERN, examples=["2025-08-23", "2025-08", "2025?"])]
CalendarDay = Annotated[str, Day(), Field(pattern=edtf.DAY_PATTERN, examples=["2025-08-23"])]
Language = Annotated[
    str,
    Listed("language"),
    Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$", examples=["en", "ko-Hang"]),
]
Country = Annotated[str, Listed("country"), Field(pattern=r"^[A-Z]{3}$", examples=["KOR"])]
Wikidata = Annotated[str, Field(pattern=r"^Q[1-9][0-9]{0,11}$", examples=["Q884"])]
Yes = Annotated[bool, OnlyTrue()]
Count = Annotated[int, Field(ge=0, le=_LAST)]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]  # within which a double tells apart what people write
Ordinal = Annotated[int, Field(ge=1, le=_LAST)]
Whole = Annotated[int, Field(ge=-_LAST - 1, le=_LAST)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
ContextDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
TextDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Note = Annotated[Maybe[Paragraph], Field(description="Remarks of the curator.")]
ExternalId = Annotated[
    Maybe[Annotated[str, _text(200)]], Field(description="Id that it has where it was imported from.")
]

# A span points into the text. Offsets count the code points of the text as its UTF-8 file decodes, from 0, end
# exclusive; the digests are over the skeleton (``news_dataset.spans``), so that the words can be checked, and found
# again, without being shipped.
SpanStart = Annotated[Count, Field(description="Offset of the first code point, from 0.")]
SpanEnd = Annotated[Count, Field(description="Offset behind the last code point.")]
SpanLength = Annotated[
    Count,
    Field(description="Length of the span's skeleton, in characters; 0: the span holds no letter and no digit."),
]
SpanDigest = Annotated[Digest, Field(description="First 16 hex digits of the SHA-256 of the span's skeleton.")]
SpanPrefix = Annotated[
    ContextDigest, Field(description="First 8 hex digits of the SHA-256 of the 32 skeleton characters before.")
]
SpanSuffix = Annotated[
    ContextDigest, Field(description="First 8 hex digits of the SHA-256 of the 32 skeleton characters after.")
]


def patterns(marks: tuple[Any, ...]) -> Iterator[str]:
    """Yield every pattern among the marks of a field, at any depth of its annotation."""
    for mark in marks:
        if isinstance(pattern := getattr(mark, "pattern", None), str):
            yield pattern
        yield from patterns(tuple(getattr(mark, "metadata", ())))
        yield from patterns((*getattr(mark, "__metadata__", ()), *get_args(mark)))


Entity = Annotated[str, Reference("entities", ("person", "organization", "place"))]
SourceId = Annotated[str, Reference("sources", ("source",))]


class Row(BaseModel):
    """Base of everything that becomes a row: strict, closed and frozen, with its rules across fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)
    rules: ClassVar[tuple[Rule, ...]] = ()
    _enforced: ClassVar[tuple[Rule, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Keep the rules that JSON Schema can say: the model enforces these, named checks the others.

        Raises:
            TypeError: a pattern does not mean the same in every engine that will read it.
        """
        for name, field in cls.model_fields.items():
            for pattern in patterns((*field.metadata, field.annotation)):
                refuse_unportable(pattern, f"{cls.__name__}.{name}")
        for rule in cls.rules:
            if isinstance(rule, PatternIf):
                refuse_unportable(rule.pattern, f"{cls.__name__}.{rule.field}")
        if cls.__doc__ is None:
            from news_dataset.docstrings import docstring

            cls.__doc__ = docstring(cls) or None
        cls._enforced = tuple(rule for rule in cls.rules if rule.schema() is not None)

    @model_validator(mode="after")
    def _obey_rules(self) -> Self:
        breaches = [breach for rule in self._enforced for breach in rule.breaches(self.__dict__)]
        if breaches:
            details = [
                InitErrorDetails(
                    type=PydanticCustomError("broken_rule", "{why}", {"why": why}),
                    loc=(field,) if field else (),
                    input=getattr(self, field, None),
                )
                for field, why in breaches
            ]
            raise ValidationError.from_exception_data(type(self).__name__, details)
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Add the rules that JSON Schema can say."""
        written = handler.resolve_ref_schema(handler(schema))
        if cls._enforced:
            written["allOf"] = [rule.schema() for rule in cls._enforced]
        return written

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data in canonical key order, absent fields left out, as files hold it."""
        return {key: _listed(value) for key, value in self.model_dump(exclude_none=True).items() if value != ()}

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the fields that are there; children fold."""
        from news_dataset import markup

        return markup.card(type(self).__name__, "", self.to_dict())


def _listed(value: Any) -> Any:
    """Return dumped data with lists for tuples, empty ones left out of the rows in them."""
    if isinstance(value, tuple):
        return [_listed(one) for one in value]
    return {key: _listed(one) for key, one in value.items() if one != ()} if isinstance(value, dict) else value


class Child(Row):
    """A flat row in a list on its parent; it becomes a row of *table*, keyed by parent and ordinal."""

    table: ClassVar[str]
    parent_key: ClassVar[str]
    parent_table: ClassVar[str]


class Record(Row):
    """A record with an id of its own; ``label_field`` is what people recognize it by, if it is there.

    ``defaults`` are the values of required fields that the source form may leave out.
    """

    record_type: ClassVar[str]
    table: ClassVar[str]
    label_field: ClassVar[str]
    defaults: ClassVar[dict[str, str]] = {}

    id: str

    @property
    def label(self) -> str:
        """What people recognize this record by; its id where it lacks that."""
        return str(getattr(self, self.label_field) or self.id)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the label and the fields that are there; children fold."""
        from news_dataset import markup

        return markup.card(self.label, self.id, {key: value for key, value in self.to_dict().items() if key != "id"})
