"""Reads the Croissant description of a release as plain linked data: python client.py RELEASE."""

import json
import sys
from pathlib import Path

from rdflib import Graph, Namespace
from rdflib.namespace import RDF

SCHEMA = Namespace("https://schema.org/")
CROISSANT = Namespace("http://mlcommons.org/croissant/")


def main(release: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    graph = Graph().parse(release / "croissant.json", format="json-ld")
    datasets = list(graph.subjects(RDF.type, SCHEMA.Dataset))
    assert len(datasets) == 1, f"{len(datasets)} datasets of schema.org"
    licences = [str(one) for one in graph.objects(datasets[0], SCHEMA.license)]
    assert licences == [manifest["dataset"]["license_url"]], f"licences are {licences}"
    files = list(graph.objects(datasets[0], SCHEMA.distribution))
    found = {str(graph.value(one, SCHEMA.name)): str(graph.value(one, SCHEMA.sha256)) for one in files}
    wanted = {name: one["sha256"] for name, one in manifest["files"].items() if name.endswith(".parquet")}
    assert found == wanted, "hashes are not those of the manifest"
    sets = list(graph.objects(datasets[0], CROISSANT.recordSet))
    assert len(sets) == len(manifest["tables"]) + len(manifest["views"]), f"{len(sets)} record sets"
    fields = list(graph.subjects(RDF.type, CROISSANT.Field))
    references = list(graph.objects(None, CROISSANT.references))
    targets = {graph.value(one, CROISSANT.fileObject) for one in references}
    assert references, "no references"
    assert targets <= set(files), "a reference to a file that is not in the distribution"
    return f"{len(graph)} triples, 1 dataset, {len(files)} files, {len(fields)} fields, {len(references)} references"


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1])))
    except Exception as error:  # noqa: BLE001 (whatever the client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
