"""Generators of what is too large, too binary or too odd for the cases to spell out; each writes one place."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

HEAD = "id: person/nasty\nname: Nasty Example\n"


def write(path: Path, text: str) -> None:
    """Write a text with its line ends as they are; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))


def remove(place: Path) -> None:
    """Remove a folder, whatever its modes are."""
    for folder, _, files in os.walk(place):
        for name in files:
            if not stat.S_IMODE(Path(folder, name).lstat().st_mode) & 0o400 and not Path(folder, name).is_symlink():
                Path(folder, name).chmod(0o600)
    shutil.rmtree(place)


def repeated(path: Path, start: str, what: str, count: int, end: str = "") -> None:
    """Write a text in which a part comes *count* times; ``{n}`` in it is the number."""
    middle = "".join(what.replace("{n}", str(at)) for at in range(count)) if "{n}" in what else what * count
    write(path, start + middle + end)


def raw(path: Path, hexadecimal: str) -> None:
    """Write bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes.fromhex(hexadecimal))


def encoded(path: Path, text: str, encoding: str) -> None:
    """Write a text in another encoding."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))


def sized(path: Path, head: str, size: int) -> None:
    """Write a sparse file of a size, so that it is not its writing that takes long."""
    write(path, head)
    os.truncate(path, size)


def bomb(path: Path, levels: int, width: int) -> None:
    """Write aliases of aliases: *width* to the power of *levels* items for whoever resolves them."""
    lines = [f"a0: &a0 [{','.join(['lol'] * width)}]"]
    lines += [f"a{at}: &a{at} [{','.join([f'*a{at - 1}'] * width)}]" for at in range(1, levels)]
    write(path, "\n".join(lines) + "\n")


def link(path: Path, target: str) -> None:
    """Make a symbolic link; ``outside`` lies beside the dataset."""
    clear(path)
    path.symlink_to(target)


def hard_link(path: Path, target: str) -> None:
    """Make a hard link to a file of the folder of the case."""
    clear(path)
    os.link(target.replace("{case}", str(_case(path))), path)


def pipe(path: Path) -> None:
    """Make a pipe that nobody writes to."""
    clear(path)
    os.mkfifo(path)


def listener(path: Path) -> None:
    """Make a socket of the file system."""
    clear(path)
    here = os.getcwd()
    os.chdir(path.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


def folder(path: Path) -> None:
    """Make a folder where a file is wanted."""
    clear(path)
    path.mkdir()


def locked(path: Path, text: str = HEAD) -> None:
    """Write a file that nobody may read."""
    write(path, text)
    path.chmod(0)


def clear(path: Path) -> None:
    """Make the folder of a path, and remove what is at the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def _case(path: Path) -> Path:
    return next(one for one in path.parents if (one / "outside").is_dir())


def edited(path: Path, old: str, new: str, count: int = -1) -> None:
    """Replace a text in a file that is there."""
    found = path.read_bytes()
    assert old.encode() in found, f"{path} has no {old}"
    path.write_bytes(found.replace(old.encode(), new.encode("utf-8", "surrogatepass"), count))


def cut(path: Path, part: float) -> None:
    """Truncate a file to a part of its length."""
    os.truncate(path, int(path.stat().st_size * part))


def flipped(path: Path, part: float, bit: int = 0) -> None:
    """Flip one bit of a file."""
    data = bytearray(path.read_bytes())
    data[min(len(data) - 1, int(len(data) * part))] ^= 1 << bit
    path.write_bytes(data)


def manifest_set(path: Path, changes: dict[str, Any]) -> None:
    """Set values of a manifest, by the keys on the way to them; null removes."""
    data = json.loads(path.read_text("utf-8"))
    for way, value in changes.items():
        *above, last = way.split("/")
        holder = data
        for key in above:
            holder = holder[key]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    path.write_text(json.dumps(data, indent=2), "utf-8")


def parquet_bomb(path: Path, megabytes: int, is_vouched: bool = True) -> None:
    """Write a table of few bytes that is very large once it is decoded, and vouch for it in the manifest."""
    import hashlib

    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pq.read_schema(path) if path.exists() else pa.schema([("id", pa.string()), ("name", pa.string())])
    text, rows = "x" * 1_000_000, megabytes
    indices = pa.array([0] * rows, pa.int32())
    columns = [
        pa.DictionaryArray.from_arrays(indices, pa.array([text])) if one.type == pa.string()
        else pa.nulls(rows, one.type)
        for one in schema
    ]  # fmt: skip
    table = pa.Table.from_arrays(columns, names=schema.names)
    pq.write_table(table, path, compression="zstd", store_schema=False)
    manifest = path.parent / "manifest.json"
    if is_vouched and manifest.exists():
        data = json.loads(manifest.read_text("utf-8"))
        content = path.read_bytes()
        data["files"][path.name] |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        data["tables"][path.stem]["rows"] = rows
        manifest.write_text(json.dumps(data, indent=2), "utf-8")


def archive(path: Path, members: list[dict[str, Any]]) -> None:
    """Write a zip archive; members have a name, and a text, a size of zeros, or a target as a link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for one in members:
            info = zipfile.ZipInfo(one["name"])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFLNK | 0o777 if one.get("link") else stat.S_IFREG | 0o644) << 16
            file.writestr(info, b"\0" * one["zeros"] if "zeros" in one else one.get("text", one.get("link", "")))


def overlapping(path: Path, members: int) -> None:
    """Write an archive whose members all lie at the same place, which is how the densest bombs are made."""
    data = b"Mira Example"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 0, 0, 0x21, _crc(data), len(data), len(data), 5, 0)
    body = local + b"a.txt" + data
    central = b""
    for at in range(members):
        name = f"{at:04}x".encode()
        entry = (b"PK\1\2", 20, 20, 0, 0, 0, 0x21, _crc(data), len(data), len(data), len(name), 0, 0, 0, 0, 0, 0)
        central += struct.pack("<4sHHHHHHIIIHHHHHII", *entry) + name
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, members, members, len(central), len(body), 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body + central + end)


def _crc(data: bytes) -> int:
    import zlib

    return zlib.crc32(data)


def deep_folders(path: Path, depth: int) -> None:
    """Make folders in one another."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "/".join(["d"] * depth)).mkdir(parents=True)


def many_files(path: Path, count: int) -> None:
    """Make many empty files."""
    path.mkdir(parents=True, exist_ok=True)
    for at in range(count):
        (path / f"x{at}.yaml").touch()
