"""The types of fields that records consist of, and the base classes ``Row``, ``Child`` and ``Record``."""

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
NUMBERED = ("statement", "assessment")
"""The types whose records are numbered within their article: ``type/slug/number``."""

DATA_VERSION = r"^[0-9]{4}\.(0[1-9]|1[0-2])\.(0|[1-9][0-9]{0,3})$"
"""The version of a data release: year, month, number within the month."""

MAX_ID = 200  # characters
_MAX_INT = 2**31 - 1  # counts and offsets are int32 in the tables

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
    """Metadata of ``T | None`` that refuses null; the default of the field is what makes its key optional."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of ``T`` alone."""
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


@dataclass(frozen=True, slots=True)
class Reference:
    """Metadata of an id of one of *types*; the table *table* has all of them."""

    table: str
    types: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept ids of the admitted types."""
        return core_schema.str_schema(pattern=id_pattern(*self.types), max_length=MAX_ID, strict=True)


class OnlyTrue:
    """Metadata of a truth value that is true or absent."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept true, but not the number 1, which equals it."""
        return core_schema.chain_schema([core_schema.bool_schema(strict=True), core_schema.literal_schema([True])])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the same as JSON Schema."""
        return {"type": "boolean", "const": True}


class Edtf:
    """Metadata of a date in the subset of EDTF that ``news_dataset.edtf`` reads."""


class Day:
    """Metadata of a calendar day, YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Metadata of a code that a standard lists: ``country`` (ISO 3166-1) or ``language`` (BCP 47)."""

    kind: str


def id_pattern(*types: str) -> str:
    """Return the pattern of ids of *types*, such as ``person/lee-jae-myung`` and ``statement/slug/07``."""
    forms = [f"{name}/{SLUG}/[0-9]{{2,4}}" if name in NUMBERED else f"{name}/{SLUG}" for name in types]
    return f"^({'|'.join(forms)})$" if len(forms) > 1 else f"^{forms[0]}$"


def _text(max_length: int) -> Any:
    return Field(pattern=TEXT_PATTERN, max_length=max_length)


Maybe = Annotated[T | None, NotNull()]
Children = Annotated[
    tuple[T, ...], Strict(False), Field(min_length=1)
]  # a list in files, never empty: then the key is left out

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
# No max_length: the pattern admits at most 23 characters.
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
Count = Annotated[int, Field(ge=0, le=_MAX_INT)]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]  # a double is exact enough in this range
Ordinal = Annotated[int, Field(ge=1, le=_MAX_INT)]
Whole = Annotated[int, Field(ge=-_MAX_INT - 1, le=_MAX_INT)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
ContextDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
TextDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Note = Annotated[Maybe[Paragraph], Field(description="Remarks of the curator.")]
ExternalId = Annotated[
    Maybe[Annotated[str, _text(200)]], Field(description="Id that it has where it was imported from.")
]

# A span points into the text. Offsets count the code points of the decoded text, from 0, end exclusive; digests are
# over the skeleton (``news_dataset.spans``), so that words can be checked and found without being published.
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
    """Yield every pattern in the metadata of a field, at any depth of its annotation."""
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
        """Collect the rules that the model enforces: those JSON Schema can express.

        Raises:
            TypeError: a pattern does not mean the same in every engine that reads it.
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
        """Refuse a row that breaks enforced rules, with an error for each breach at its field, else at the row."""
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
        """Add the rules that JSON Schema can express."""
        written = handler.resolve_ref_schema(handler(schema))
        if cls._enforced:
            written["allOf"] = [rule.schema() for rule in cls._enforced]
        return written

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data, without absent fields and empty lists."""
        return {key: _as_lists(value) for key, value in self.model_dump(exclude_none=True).items() if value != ()}

    def _repr_html_(self) -> str:
        """Return the HTML for notebooks: the fields that are present; children are folded."""
        from news_dataset import markup

        return markup.card(type(self).__name__, "", self.to_dict())


def _as_lists(value: Any) -> Any:
    """Return dumped data with lists for tuples, and without empty tuples in mappings."""
    if isinstance(value, tuple):
        return [_as_lists(item) for item in value]
    return {key: _as_lists(item) for key, item in value.items() if item != ()} if isinstance(value, dict) else value


class Child(Row):
    """A flat row in a list on its parent; it becomes a row of *table*, keyed by parent and ordinal."""

    table: ClassVar[str]
    parent_key: ClassVar[str]
    parent_table: ClassVar[str]


class Record(Row):
    """Base of the records, which have an id of their own.

    ``label_field`` is the field by which people recognize a record, which may be absent. ``defaults`` are the values of
    required fields that the source form may leave out.
    """

    record_type: ClassVar[str]
    table: ClassVar[str]
    label_field: ClassVar[str]
    defaults: ClassVar[dict[str, str]] = {}

    id: str

    @property
    def label(self) -> str:
        """The value of ``label_field``; the id if that is absent."""
        return str(getattr(self, self.label_field) or self.id)

    def _repr_html_(self) -> str:
        """Return the HTML for notebooks: the label and the fields that are present; children are folded."""
        from news_dataset import markup

        return markup.card(self.label, self.id, {key: value for key, value in self.to_dict().items() if key != "id"})
