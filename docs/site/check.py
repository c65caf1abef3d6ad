"""Check that links within the built site lead somewhere, and that no page loads anything from outside.

``python -m docs.site.check site``
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "object": "data"}
"""Elements that make a browser load what they name. Some links only say something: ``SAYING`` are their relations."""

SAYING = {"canonical", "prev", "next", "alternate"}


class Page(HTMLParser):
    """What a page loads, what it links to, and the places in it that links may name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element loads, links to or is named."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif (name := LOADED.get(tag)) in given and not SAYING & set(given.get("rel", "").split()):
            self.loads.append(given[str(name)])


def problems(site: Path) -> Iterator[str]:
    """Yield what is wrong with the pages of a site, one line each."""
    pages = {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        here = path.relative_to(site)
        if path.name == "404.html":  # served for any address, so its links begin at the root
            continue
        for address in page.loads:
            if urlsplit(address).scheme not in ("", "data") or address.startswith("//"):
                yield f"{here}: loads {address} from outside"
        for address in (*page.loads, *page.links):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                yield f"{here}: {address} leads nowhere"
            elif target in pages and unquote(parts.fragment) not in pages[target].anchors:
                yield f"{here}: {address} names no place in {target.name}"


def main() -> int:
    """Print what is wrong; return the exit code."""
    site = Path(sys.argv[1]).resolve()
    found = list(problems(site))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(list(site.rglob('*.html')))} pages, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
