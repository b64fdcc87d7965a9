"""A drug label in SPL in (Structured Product Labeling, HL7 version 3, as DailyMed gives it), one Document out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ragqa.errors import ReadError, UnsupportedFile
from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.decode import read_whole
from ragqa.ingest.html_table import read_table
from ragqa.ingest.identity import as_year
from ragqa.ingest.xml import Element, local, parse, text_of
from ragqa.protocols import RawFile
from ragqa.types import Document, Origin, Source, Subject
from ragqa.vocabulary import SourceKind

_NAMESPACE: Final = "{urn:hl7-org:v3}"
_LEFT_OUT: Final = frozenset(
    ("48780-1", "51945-4", "42230-3")
)  # listing data elements, the package's picture, patient package insert copies
_INNER: Final = frozenset(("list", "table", "renderMultiMedia", "footnote"))
_ACTIVE: Final = frozenset(("ACTIB", "ACTIM", "ACTIR"))  # classes of active ingredients


def read_spl(file: RawFile) -> Iterator[Document]:
    """Read the one label of a file; raise UnsupportedFile where its root is another kind of document."""
    root = parse(read_whole(file.path))
    if not str(root.tag).startswith(_NAMESPACE):
        raise UnsupportedFile("no reader for XML with the root <document> that is no drug label")
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = local(element)
    yield _document(root, Origin(file=file.name))


def _document(root: Element, origin: Origin) -> Document:
    identity = _attribute(root.find("setId"), "root")
    if not identity:
        raise ReadError("a drug label without a set id")
    brands, ingredients = _names(root)
    title = _title(root, brands, ingredients)
    builder = Builder(title)
    for section in root.findall("component/structuredBody/component/section"):
        _section(section, builder, 1)
    version = _attribute(root.find("versionNumber"), "value")
    source = Source(
        kind=SourceKind.REGULATORY,
        title=title,
        organisation=clean(text_of(root.find("author/assignedEntity/representedOrganization/name"))) or None,
        year=as_year(_attribute(root.find("effectiveTime"), "value")[:4]),
        study_design="drug label",
        status=f"label, set id {identity}" + (f", version {version}" if version else ""),
    )
    synonyms = tuple(dict.fromkeys((*ingredients, *brands))) if len(ingredients) == 1 else ()
    subject = Subject(
        interventions=tuple(dict.fromkeys((*ingredients, *brands))), synonyms=(synonyms,) if len(synonyms) > 1 else ()
    )
    return builder.build(source, origin, name=f"setid:{identity.lower()}", subject=subject)


def _title(root: Element, brands: list[str], ingredients: list[str]) -> str:
    """Return the product's names where they are stated: a label's own title is mostly a formula that all labels share."""
    if brands:
        others = [name for name in ingredients if name.casefold() != brands[0].casefold()]
        return f"{brands[0]} ({', '.join(others)})" if others else brands[0]
    return clean(text_of(root.find("title"))) or "Untitled label"


def _names(root: Element) -> tuple[list[str], list[str]]:
    """Return the brand names and the active ingredients, each once, in the order of the label."""
    brands: dict[str, None] = {}
    ingredients: dict[str, None] = {}
    for product in root.iter("manufacturedProduct", "manufacturedMedicine"):
        brands[clean(text_of(product.find("name")))] = None
        for part in product.findall("ingredient"):
            if part.get("classCode") in _ACTIVE:
                ingredients[clean(text_of(part.find("ingredientSubstance/name")))] = None
        for part in product.findall("activeIngredient/activeIngredientSubstance/name"):
            ingredients[clean(text_of(part))] = None
    return [name for name in brands if name], [name for name in ingredients if name]


def _section(section: Element, builder: Builder, level: int) -> None:
    if _attribute(section.find("code"), "code") in _LEFT_OUT:
        return
    title = clean(text_of(section.find("title"), without=frozenset(("footnote",))))
    if title:
        builder.heading(title, level)
    text = section.find("text")
    if text is not None:
        if text.text and text.text.strip():
            builder.paragraph(text.text)
        for part in text:
            _block(part, builder)
    for inner in section.findall("component/section"):
        _section(inner, builder, level + 1 if title else level)


def _block(element: Element, builder: Builder) -> None:
    match local(element):
        case "paragraph":
            _paragraph(element, builder)
        case "list":
            _list(element, builder, 0)
            builder.end_list()
        case "table":
            builder.table(read_table(element))
        case "renderMultiMedia" | "footnote" | "":
            pass
        case _:
            builder.paragraph(text_of(element, without=_INNER))


def _paragraph(element: Element, builder: Builder) -> None:
    builder.paragraph(text_of(element, without=_INNER))
    for inner in element:
        if local(inner) in ("list", "table"):
            _block(inner, builder)


def _list(element: Element, builder: Builder, depth: int) -> None:
    for item in element.findall("item"):
        builder.list_item(text_of(item, without=_INNER | {"caption"}), depth=depth)
        for inner in item.findall("list"):
            _list(inner, builder, depth + 1)


def _attribute(element: Element | None, name: str) -> str:
    return (element.get(name) or "").strip() if element is not None else ""
