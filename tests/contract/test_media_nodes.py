"""What the manifests promise of media nodes: an ear and the Janus beside it."""

from pathlib import Path

from tests.support.manifests import (
    RUNNING_KINDS,
    Document,
    containers,
    every_overlay,
    name_of,
    of_kind,
    pods,
    selects,
    with_component,
)


@every_overlay
def test_session_is_told_every_media_node_and_the_janus_beside_each(overlay: str) -> None:
    (settings,) = (m["data"] for m in of_kind(overlay, "ConfigMap") if "CONVENE_ENV" in m["data"])
    (nodes,) = (s for s in of_kind(overlay, "StatefulSet") if name_of(s) == "session-ear")
    hosts = [
        f"{name_of(nodes)}-{number}.{nodes['spec']['serviceName']}"
        for number in range(nodes["spec"]["replicas"])
    ]

    told = {name: value.split(",") for name, value in settings.items() if "SESSION_" in name}
    assert told["SESSION_MEDIA_PLANE"] == ["janus"]
    assert told["SESSION_NODES"] == [f"{host}:50051" for host in hosts]
    assert told["SESSION_JANUS"] == [f"ws://{host}:8188" for host in hosts]
    assert told["SESSION_JANUS_ADMIN"] == [f"http://{host}:7088/admin" for host in hosts]


def allowed_in(overlay: str, name: str) -> list[tuple[Document, Document]]:
    """Who may send to pod *name*, and where: a peer (empty: anybody) and a port."""
    labels = dict(pods(overlay))[name]["metadata"]["labels"]
    rules = [
        rule
        for policy in of_kind(overlay, "NetworkPolicy")
        if selects(policy["spec"]["podSelector"], labels)
        for rule in policy["spec"].get("ingress", [])
    ]
    return [
        (peer, port) for rule in rules for peer in rule.get("from", [{}]) for port in rule["ports"]
    ]


@every_overlay
def test_session_alone_may_steer_janus(overlay: str) -> None:
    session = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "session"}}}
    for port in (8188, 7088):
        peers = [peer for peer, to in allowed_in(overlay, "session-ear") if to["port"] == port]
        assert peers == [session], port


@every_overlay
def test_browsers_reach_the_media_ports_of_janus_and_nothing_else_of_the_node(overlay: str) -> None:
    template = dict(pods(overlay))["session-ear"]
    (janus,) = (c for c in containers(template) if c["name"] == "janus")
    given = {variable["name"]: variable.get("value") for variable in janus["env"]}

    (open_to_all,) = [port for peer, port in allowed_in(overlay, "session-ear") if not peer]

    assert open_to_all["protocol"] == "UDP"
    assert given["JANUS_MEDIA_PORTS"] == f"{open_to_all['port']}-{open_to_all['endPort']}"


@every_overlay
def test_the_ear_does_not_see_the_secrets_of_janus(overlay: str) -> None:
    template = dict(pods(overlay))["session-ear"]
    mounted = {c["name"]: {m["name"] for m in c["volumeMounts"]} for c in containers(template)}

    assert "janus-secrets" in mounted["janus"]
    assert "janus-secrets" not in mounted["session-ear"]


def test_the_optional_host_network_is_for_media_nodes_alone_and_one_to_a_machine(
    tmp_path: Path,
) -> None:
    documents = with_component("host-network", tmp_path)

    on_host = [
        name
        for (kind, name), document in documents.items()
        if kind in RUNNING_KINDS and document["spec"]["template"]["spec"].get("hostNetwork")
    ]
    assert on_host == ["session-ear"]
    pod = documents["StatefulSet", "session-ear"]["spec"]["template"]["spec"]
    (rule,) = pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert rule["topologyKey"] == "kubernetes.io/hostname"
    assert pod["dnsPolicy"] == "ClusterFirstWithHostNet"
