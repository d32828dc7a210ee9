"""A JSON-LD document of ours as RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/).

Only what our documents are made of: a context of prefixes, and a flat graph of things with an address. rdflib can do it
too; it would take 19 MB of each worker, and order the statements otherwise in each.
"""

from typing import Any
from xml.etree import ElementTree

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def as_rdfxml(document: dict[str, Any]) -> bytes:
    """The document; each thing with its properties in the order in which they are written there."""
    prefixes = document["@context"]
    for prefix, namespace in {"rdf": RDF, **prefixes}.items():
        ElementTree.register_namespace(prefix, namespace)

    def address(name: str, form: str = "{}{}") -> str:
        prefix, _colon, local = name.partition(":")
        return form.format(prefixes[prefix], local)

    root = ElementTree.Element(f"{{{RDF}}}RDF")
    for thing in document["@graph"]:
        about = ElementTree.SubElement(root, address(thing["@type"], "{{{}}}{}"), {f"{{{RDF}}}about": thing["@id"]})
        for name, values in thing.items():
            if name.startswith("@"):
                continue
            for value in values if isinstance(values, list) else [values]:
                said = value if isinstance(value, dict) else {"@value": value}
                element = ElementTree.SubElement(about, address(name, "{{{}}}{}"))
                element.text = said.get("@value")
                if "@id" in said:
                    element.set(f"{{{RDF}}}resource", said["@id"])
                if "@language" in said:
                    element.set(LANGUAGE, said["@language"])
                if "@type" in said:
                    element.set(f"{{{RDF}}}datatype", address(said["@type"]))
    ElementTree.indent(root)
    return ElementTree.tostring(root, "utf-8", xml_declaration=True) + b"\n"
