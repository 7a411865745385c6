"""What the Kubernetes manifests promise, checked on both overlays as they render."""

import re
from base64 import b64decode
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from common.config import ProcessSettings, ServiceSettings
from common.rpc import LIVE
from scheduler.config import Settings
from tests.support.manifests import (
    KUBERNETES,
    ROOT,
    RUNNING_KINDS,
    Document,
    containers,
    every_overlay,
    name_of,
    of_kind,
    pods,
    references,
    rendered,
    selects,
    with_component,
)

SERVICES = ("scheduler", "session", "bots", "artifacts", "gateway")
SCHEMA_VERSION = "1.37"
# Kinds of other projects' operators, for which no schema is at hand.
FOREIGN_KINDS = {"ScaledObject", "TriggerAuthentication"}
# The drain timer of a session, and the slowest end of a bot: flush, last segments, leave.
DRAIN_SECONDS = {"session": 30, "session-ear": 30, "bots": 120}

SECRET_NAME = re.compile("_URL|_KEY|PASSWORD|TOKEN|SECRET")
CREDENTIALS_IN_URL = re.compile(r"://[^/\s@]+:[^/\s@]+@")


@every_overlay
def test_every_document_fits_its_schema(overlay: str) -> None:
    for document in rendered(overlay):
        if document["kind"] not in FOREIGN_KINDS:
            kubernetes_validate.validate(document, SCHEMA_VERSION, strict=True)


@every_overlay
def test_every_pod_keeps_to_the_restricted_profile(overlay: str) -> None:
    for name, template in pods(overlay):
        pod = template["spec"]

        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys(), name
        assert not any("hostPath" in volume for volume in pod["volumes"]), name
        for container in containers(template):
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True, name
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name


@every_overlay
def test_every_running_container_is_probed_three_ways(overlay: str) -> None:
    for name, template in pods(overlay, *RUNNING_KINDS):
        for container in containers(template):
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                assert {"grpc", "httpGet", "exec"} & container[probe].keys(), (name, probe)


@every_overlay
def test_our_services_are_probed_where_they_listen(overlay: str) -> None:
    for name, template in pods(overlay, *RUNNING_KINDS):
        if template["metadata"]["labels"]["app.kubernetes.io/component"] != "service":
            continue
        container = containers(template)[0]
        if name == "gateway-edge":
            assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
            assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        else:
            assert container["readinessProbe"]["grpc"]["port"] == 50051, name
            assert container["livenessProbe"]["grpc"] == {"port": 50051, "service": LIVE}, name


@every_overlay
def test_every_container_asks_for_resources_and_is_bounded_in_memory(overlay: str) -> None:
    for name, template in pods(overlay):
        for container in containers(template):
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
            assert "memory" in container["resources"]["limits"], name


@every_overlay
def test_every_scratch_folder_is_bounded(overlay: str) -> None:
    for name, template in pods(overlay):
        for volume in template["spec"]["volumes"]:
            assert "sizeLimit" in volume.get("emptyDir", {"sizeLimit": ""}), (name, volume)


@every_overlay
def test_every_image_is_named_by_an_exact_version(overlay: str) -> None:
    for name, template in pods(overlay):
        for container in containers(template):
            tag = container["image"].rpartition("/")[2].partition(":")[2]
            assert tag[:1].isdigit(), (name, container["image"])
            assert "." in tag, (name, container["image"])


@every_overlay
def test_every_workload_selects_its_own_pods_and_no_others(overlay: str) -> None:
    for document in of_kind(overlay, *RUNNING_KINDS):
        selector = document["spec"]["selector"]
        chosen = [
            name
            for name, template in pods(overlay)
            if selects(selector, template["metadata"]["labels"])
        ]
        assert chosen == [name_of(document)]


@every_overlay
def test_every_service_selects_a_pod_that_has_its_ports(overlay: str) -> None:
    for service in of_kind(overlay, "Service"):
        selector = {"matchLabels": service["spec"]["selector"]}
        chosen = [t for _, t in pods(overlay) if selects(selector, t["metadata"]["labels"])]
        assert len(chosen) == 1, name_of(service)
        ports = {port["name"] for c in containers(chosen[0]) for port in c["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports, name_of(service)


@every_overlay
def test_grpc_services_are_headless_so_that_clients_see_every_replica(overlay: str) -> None:
    for service in of_kind(overlay, "Service"):
        if any(port["name"] == "grpc" for port in service["spec"]["ports"]):
            assert service["spec"]["clusterIP"] == "None", name_of(service)


@every_overlay
def test_addresses_in_the_settings_name_services_that_exist(overlay: str) -> None:
    names = {name_of(service) for service in of_kind(overlay, "Service")}
    (settings,) = (m["data"] for m in of_kind(overlay, "ConfigMap") if "CONVENE_ENV" in m["data"])
    for service in SERVICES:
        scheme, _, address = settings[f"CONVENE_{service.upper()}_ADDRESS"].rpartition("/")
        assert scheme == "dns://"
        assert address.removesuffix(":50051") in names


@every_overlay
def test_every_budget_and_network_rule_is_about_pods_that_exist(overlay: str) -> None:
    labels = [template["metadata"]["labels"] for _, template in pods(overlay)]
    for document in of_kind(overlay, "PodDisruptionBudget", "NetworkPolicy"):
        spec = document["spec"]
        selector = spec["podSelector"] if "podSelector" in spec else spec["selector"]
        assert any(selects(selector, found) for found in labels), name_of(document)


@every_overlay
def test_what_no_network_rule_allows_is_denied(overlay: str) -> None:
    everything = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}

    assert any(rule["spec"] == everything for rule in of_kind(overlay, "NetworkPolicy"))


@every_overlay
def test_every_service_has_a_migration_of_the_image_it_runs(overlay: str) -> None:
    images = {c["image"] for _, t in pods(overlay, *RUNNING_KINDS) for c in containers(t)}
    jobs = dict(pods(overlay, "Job"))
    assert jobs.keys() == {f"{service}-migrate" for service in SERVICES}
    for service in SERVICES:
        template = jobs[f"{service}-migrate"]
        (container,) = containers(template)
        assert container["command"] == ["python", "-m", "common.migrate", service]
        assert container["image"] in images
        assert f"/{service}:" in container["image"]
        variables = {variable["name"] for variable in container["env"]}
        assert variables == {f"{service.upper()}_OWNER_DATABASE_URL_FILE"}


@every_overlay
def test_what_migrates_can_be_applied_before_the_rest(overlay: str) -> None:
    first = {
        (document["kind"], name_of(document))
        for document in rendered(overlay)
        if document["metadata"].get("labels", {}).get("convene/phase") == "migrate"
    }
    for name, template in pods(overlay, "Job"):
        assert ("Job", name) in first
        assert ("ServiceAccount", template["spec"]["serviceAccountName"]) in first
        assert {("ConfigMap", used) for used in references(template, "configMap")} <= first
    assert ("Namespace", "convene") in first


@every_overlay
def test_only_a_migration_may_act_as_the_owner_of_a_database(overlay: str) -> None:
    for name, template in pods(overlay, *RUNNING_KINDS):
        owners = {secret for secret in references(template, "secret") if "-owner" in secret}
        assert owners == set(), name


@every_overlay
def test_a_pod_sees_the_database_of_its_own_service_alone(overlay: str) -> None:
    for name, template in pods(overlay):
        seen = {
            secret.partition("-")[0]
            for secret in references(template, "secret")
            if "-database" in secret or "-owner" in secret
        }
        assert seen <= {name.partition("-")[0]}, name


@every_overlay
def test_every_secret_file_that_is_named_is_mounted(overlay: str) -> None:
    for name, template in pods(overlay):
        mounted = {
            item["path"]
            for volume in template["spec"]["volumes"]
            for source in volume.get("projected", {}).get("sources", [])
            for item in source.get("secret", {}).get("items", [])
        }
        for variable in (one for c in containers(template) for one in c.get("env", [])):
            if variable["name"].endswith("_FILE") and name != "postgres":
                assert Path(variable["value"]).name in mounted, (name, variable["name"])


@every_overlay
def test_every_service_is_told_what_its_settings_cannot_do_without(overlay: str) -> None:
    of_services, of_processes = (
        {str(field.alias) for field in settings.model_fields.values() if field.is_required()}
        for settings in (ServiceSettings, ProcessSettings)
    )
    for name, template in pods(overlay, *RUNNING_KINDS):
        if template["metadata"]["labels"]["app.kubernetes.io/component"] == "service":
            given = {variable["name"] for variable in containers(template)[0]["env"]}
            # The ear has neither database nor broker, and makes no links.
            required = of_processes if name == "session-ear" else of_services
            assert {f"{alias}_FILE" for alias in required} <= given, name


def in_environment_of_dev(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Sets what the scheduler's container would see, with its secrets in *folder*."""
    secrets = {name_of(secret): secret["data"] for secret in of_kind("dev", "Secret")}
    settings = {name_of(found): found["data"] for found in of_kind("dev", "ConfigMap")}
    template = dict(pods("dev", "Deployment"))["scheduler"]
    for volume in template["spec"]["volumes"]:
        for source in volume.get("projected", {}).get("sources", []):
            for item in source["secret"]["items"]:
                content = b64decode(secrets[source["secret"]["name"]][item["key"]])
                (folder / item["path"]).write_bytes(content)
    for source in containers(template)[0]["envFrom"]:
        for name, value in settings[source["configMapRef"]["name"]].items():
            monkeypatch.setenv(name, value)
    for variable in containers(template)[0]["env"]:
        if variable["name"].endswith("_FILE"):
            monkeypatch.setenv(variable["name"], str(folder / Path(variable["value"]).name))


def test_the_scheduler_starts_on_the_samples_in_dev_and_refuses_them_in_production(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    in_environment_of_dev(monkeypatch, tmp_path)

    assert Settings().database_url.get_secret_value().endswith("/convene_scheduler")

    monkeypatch.setenv("CONVENE_ENV", "production")
    with pytest.raises(ValueError, match="sample secret"):
        Settings()


@every_overlay
def test_a_pod_is_given_longer_to_end_than_its_drain_takes(overlay: str) -> None:
    for name, template in pods(overlay, *RUNNING_KINDS):
        stop = containers(template)[0].get("lifecycle", {}).get("preStop", {})
        delay = stop.get("sleep", {}).get("seconds", 0)
        needed = DRAIN_SECONDS.get(name, 15) + delay
        assert template["spec"]["terminationGracePeriodSeconds"] > needed, name


def test_dev_has_everything_its_pods_mount() -> None:
    for kind, source in (("Secret", "secret"), ("ConfigMap", "configMap")):
        there = {name_of(document) for document in of_kind("dev", kind)}
        for name, template in pods("dev"):
            assert references(template, source) <= there, name


def test_the_database_of_dev_gets_its_roles_as_production_does() -> None:
    # kustomize reads no file above its own folder, so dev has a copy.
    there = ROOT / "cli/src/convene_cli/bootstrap.sql"

    assert (KUBERNETES / "overlays/dev/postgres/bootstrap.sql").read_text() == there.read_text()


def test_every_secret_of_dev_says_that_it_is_a_sample() -> None:
    for secret in of_kind("dev", "Secret"):
        assert all("sample-" in text for text in plain_texts(secret)), name_of(secret)


def plain_texts(secret: Document) -> list[str]:
    encoded = secret.get("data", {}).values()
    return [text.decode() for text in map(b64decode, encoded)]


def test_production_carries_no_secret_in_its_manifests() -> None:
    assert of_kind("prod", "Secret") == []
    for document in rendered("prod"):
        text = yaml.safe_dump(document)
        assert "sample-" not in text, name_of(document)
        assert not CREDENTIALS_IN_URL.search(text), name_of(document)
    for name, template in pods("prod"):
        for variable in (one for c in containers(template) for one in c.get("env", [])):
            if SECRET_NAME.search(variable["name"]):
                assert variable["name"].endswith("_FILE"), (name, variable["name"])


def test_operators_are_told_of_every_secret_that_production_needs() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    for _, template in pods("prod"):
        for secret in references(template, "secret"):
            assert f"`{secret}`" in page, secret


def test_who_writes_recordings_reaches_the_store_as_who_makes_files_of_them_does() -> None:
    for name in ("bots", "artifacts"):
        (dev,) = containers(dict(pods("dev"))[name])
        (prod,) = containers(dict(pods("prod"))[name])

        assert "/var/lib/convene/artifacts" in {one["mountPath"] for one in dev["volumeMounts"]}
        assert {"artifacts-store", "convene-engines"} <= {
            one["secretRef"]["name"] for one in prod["envFrom"] if "secretRef" in one
        }


def test_production_survives_the_loss_of_a_pod() -> None:
    budgets = {name_of(budget) for budget in of_kind("prod", "PodDisruptionBudget")}
    for document in of_kind("prod", *RUNNING_KINDS):
        assert document["spec"]["replicas"] >= 2, name_of(document)
        assert document["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert name_of(document) in budgets


def test_the_optional_scaler_takes_over_the_number_of_bots_pods(tmp_path: Path) -> None:
    documents = with_component("keda", tmp_path)

    assert "replicas" not in documents["Deployment", "bots"]["spec"]
    assert documents["ScaledObject", "bots"]["spec"]["scaleTargetRef"] == {"name": "bots"}
