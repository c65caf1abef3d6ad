"""Until the view is there."""

from __future__ import annotations

from typing import Any

GRAVITY = ("contradicted", "unsupported", "partly_supported", "supported", "not_checkable")


def interim(tables: Any) -> Any:
    """Return claims."""
    import pyarrow as pa

    if "claims" in tables or not {"statements", "assessments", "articles"} <= set(tables):
        return {}
    found: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
    for row in tables["assessments"].to_pylist():
        if row["aspect"] == "coding":
            continue
        axis = "attribution" if row["aspect"] in ("attribution", "quotation") else "content"
        rank = GRAVITY.index(row["verdict"]) if row["verdict"] in GRAVITY else 9
        if axis == "content" and row["aspect"] != "veracity" and rank > 2:
            rank += 5
        key = (row["target"], axis)
        if key not in found or rank < found[key][0]:
            found[key] = (rank, row)
    rows = []
    for one in tables["statements"].to_pylist():
        row = {"statement": one["id"], "status": "reviewed"}
        for axis in ("attribution", "content"):
            best = found.get((one["id"], axis), (0, {}))[1] if axis == "content" or one["kind"] != "narrated" else {}
            row |= {f"{axis}_verdict": best.get("verdict"), f"{axis}_finding": best.get("finding")}
        rows.append(row)
    names = ("statement", "status", *(f"{a}_{b}" for a in ("attribution", "content") for b in ("verdict", "finding")))
    return {"claims": pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names]))}
