"""The Kubernetes manifests as kustomize renders them, and questions to ask of them."""

import os
import subprocess
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

Document = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy/k8s"
OVERLAYS = ("dev", "prod")
RUNNING_KINDS = {"Deployment", "StatefulSet"}

every_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


def built(folder: Path) -> list[Document]:
    kubectl = Path(sysconfig.get_path("scripts")) / "kubectl"
    text = subprocess.run(
        [kubectl, "kustomize", folder], check=True, capture_output=True, text=True, timeout=30
    ).stdout
    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))


@cache
def rendered(overlay: str) -> list[Document]:
    return built(KUBERNETES / "overlays" / overlay)


def of_kind(overlay: str, *kinds: str) -> list[Document]:
    return [document for document in rendered(overlay) if document["kind"] in kinds]


def name_of(document: Document) -> str:
    return str(document["metadata"]["name"])


def pods(overlay: str, *kinds: str) -> Iterator[tuple[str, Document]]:
    """Name and pod template of every workload of these kinds (all, by default)."""
    for document in of_kind(overlay, *(kinds or (*RUNNING_KINDS, "Job"))):
        yield name_of(document), document["spec"]["template"]


def containers(template: Document) -> list[Document]:
    spec = template["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def selects(selector: Document, labels: dict[str, str]) -> bool:
    wanted = selector.get("matchLabels", {}).items()
    expressions = selector.get("matchExpressions", [])
    return wanted <= labels.items() and all(
        labels.get(rule["key"]) in rule["values"] for rule in expressions
    )


def references(template: Document, kind: str) -> set[str]:
    """Names of the Secrets or ConfigMaps (`secret`, `configMap`) that a pod needs to start."""
    found = set()
    for volume in template["spec"]["volumes"]:
        for source in (volume, *volume.get("projected", {}).get("sources", [])):
            mounted = source.get(kind, {})
            found.add(mounted.get("name") or mounted.get("secretName"))
    for container in containers(template):
        for source in container.get("envFrom", []):
            asked = source.get(f"{kind}Ref", {})
            found.add(None if asked.get("optional") else asked.get("name"))
    return found - {None}


def with_component(name: str, folder: Path) -> dict[tuple[str, str], Document]:
    """Production with an optional component, as it renders, by kind and name."""

    def relative(part: str) -> str:
        return os.path.relpath(KUBERNETES / part, folder.resolve())

    wanted = {
        "resources": [relative("overlays/prod")],
        "components": [relative(f"components/{name}")],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(wanted))
    return {(d["kind"], name_of(d)): d for d in built(folder)}
