"""What Janus is told: everything that is not used is switched off, and nothing else opens."""

from pathlib import Path

from convene_cli import janus_config
from convene_cli.janus_config import JanusPorts, JanusSecrets
from convene_cli.janus_install import JanusInstall

SECRETS = JanusSecrets(api="for-the-api", admin="for-the-admin", rooms="for-rooms")


def an_install(prefix: Path, *modules: str) -> JanusInstall:
    for module in modules:
        path = prefix / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return JanusInstall(Path("/usr/bin/janus"), "1.1.2", prefix)


def files_of(install: JanusInstall) -> dict[str, str]:
    ports = JanusPorts(api=4001, admin=4002, media=range(20_000, 20_200))
    return janus_config.files("janus", install, SECRETS, ports, "med0")


def section(text: str, name: str) -> list[str]:
    """The lines of section *name*."""
    return [line.strip() for line in text.partition(f"{name}: {{")[2].partition("}")[0].split("\n")]


def test_every_module_but_those_used_is_switched_off(tmp_path: Path) -> None:
    names = ("plugins/libjanus_new.so", "plugins/libjanus_videoroom.so")
    ways_in = ("transports/libjanus_mqtt.so", "transports/libjanus_websockets.so")
    main = files_of(an_install(tmp_path, *names, *ways_in, "events/libjanus_wsevh.so"))[
        "janus.jcfg"
    ]

    assert 'disable = "libjanus_new.so"' in section(main, "plugins")
    assert 'disable = "libjanus_mqtt.so"' in section(main, "transports")
    assert 'disable = "libjanus_wsevh.so"' in section(main, "events")
    assert "broadcast = false" in section(main, "events")


def test_media_has_its_interface_and_a_bounded_range_of_ports(tmp_path: Path) -> None:
    main = files_of(an_install(tmp_path))["janus.jcfg"]

    assert 'ice_enforce_list = "med0"' in section(main, "nat")
    assert 'rtp_port_range = "20000-20199"' in section(main, "media")


def test_both_ways_in_are_on_loopback_and_ask_for_a_secret(tmp_path: Path) -> None:
    written = files_of(an_install(tmp_path))

    sockets = section(written["janus.transport.websockets.jcfg"], "general")
    admin = section(written["janus.transport.http.jcfg"], "admin")
    assert {'ws_ip = "127.0.0.1"', "ws_port = 4001", "wss = false"} <= set(sockets)
    assert {'admin_ip = "127.0.0.1"', "admin_port = 4002"} <= set(admin)
    assert "http = false" in section(written["janus.transport.http.jcfg"], "general")
    general = section(written["janus.jcfg"], "general")
    assert {'api_secret = "for-the-api"', 'admin_secret = "for-the-admin"'} <= set(general)
    rooms = section(written["janus.plugin.videoroom.jcfg"], "general")
    assert 'admin_key = "for-rooms"' in rooms


def test_what_an_earlier_start_wrote_goes(tmp_path: Path) -> None:
    (tmp_path / "janus.plugin.sip.jcfg").touch()

    janus_config.write(tmp_path, {"janus.jcfg": "new"})

    assert [path.name for path in tmp_path.iterdir()] == ["janus.jcfg"]


def test_secrets_do_not_show_when_printed() -> None:
    assert "for-" not in repr(SECRETS)
