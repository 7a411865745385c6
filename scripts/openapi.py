"""Writes the committed OpenAPI document from the contracts: `python -m scripts.openapi`."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from gateway.edge.openapi import document

ROOT = Path(__file__).parent.parent
PROTOS = ROOT / "protos"
TARGET = ROOT / "services/gateway/src/gateway/edge/openapi.json"


def rendered() -> str:
    """The document's text, the same for the same contracts."""
    return json.dumps(document(dict(_comments())), indent=1, ensure_ascii=False) + "\n"


def _comments() -> Iterator[tuple[str, str]]:
    for file in _described_files().file:
        for location in file.source_code_info.location:
            name = _name_at(file, location.path)
            text = " ".join(location.leading_comments.split())
            if name and text:
                yield f"{file.package}.{name}", text


def _described_files() -> FileDescriptorSet:
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("convene/**/*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "all.binpb"
        options = [f"-I{PROTOS}", "--include_source_info", f"--descriptor_set_out={target}"]
        # In a process of its own: the compiler brings a C++ protobuf that others may not meet.
        compiler = [sys.executable, "-m", "grpc_tools.protoc"]
        if subprocess.run([*compiler, *options, *sources], check=False).returncode:
            raise SystemExit("protoc refused the contracts")
        return FileDescriptorSet.FromString(target.read_bytes())


def _name_at(file: FileDescriptorProto, path: Sequence[int]) -> str:
    """What a source location describes; the path is pairs of field number and place in its list."""
    if len(path) % 2:
        return ""
    node: Any = file
    names: list[str] = []
    for number, place in zip(path[::2], path[1::2], strict=True):
        field = node.DESCRIPTOR.fields_by_number[number]
        if field.message_type is None or not field.is_repeated:
            return ""
        node = getattr(node, field.name)[place]
        names.append(getattr(node, "name", ""))
    return ".".join(names)


if __name__ == "__main__":
    TARGET.write_text(rendered())
    print(f"wrote {TARGET.relative_to(ROOT)}")
