"""Which addresses a webhook may go to."""

from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.addresses import AddressRules, RefusedAddress, check_answers

STRICT = AddressRules()
DEV = AddressRules(private=True)

PRIVATE = ["127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255"]
PRIVATE += ["192.168.1.1", "::1", "fc00::1", "fdff::1"]
SPECIAL = [
    *("0.0.0.0", "0.1.2.3", "100.64.0.1", "100.127.255.255", "169.254.0.1", "192.0.0.9"),
    *("192.0.2.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "198.18.0.1", "198.19.255.255"),
    *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.31.196.1", "192.52.193.1"),
    *("192.175.48.1", "::", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::808:808", "64:ff9b:1::1", "100::1"),
    *("2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "3fff::1", "5f00::1", "fe80::1"),
    *("fe80::1%eth0", "fec0::1", "ff02::1", "2620:4f:8000::1", "2606:4700::1%eth0"),
]
METADATA = ["169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16"]
METADATA += ["192.0.0.192", "fd00:ec2::254", "fd20:ce::254"]
PUBLIC = ["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "172.15.255.255"]
PUBLIC += ["192.167.255.255", "223.255.255.255", "2606:4700::1", "2a00:1450:4001:82a::200e"]


@pytest.mark.parametrize("address", [*PRIVATE, *SPECIAL, *METADATA])
def test_an_address_inside_or_leading_inside_is_refused(address: str) -> None:
    assert not STRICT.allows(ip_address(address))
    with pytest.raises(RefusedAddress):
        check_answers(STRICT, ["8.8.8.8", address])


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address: str) -> None:
    assert STRICT.allows(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_the_dev_setting_opens_loopback_and_private_addresses(address: str) -> None:
    assert DEV.allows(ip_address(address))


@pytest.mark.parametrize("address", [*SPECIAL, *METADATA])
def test_the_dev_setting_opens_nothing_else(address: str) -> None:
    assert not DEV.allows(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hooks",
        "https://example.com:8443/hooks?a=b",
        "https://EXAMPLE.com./hooks",
        "https://bücher.example/hooks",
        "https://xn--bcher-kva.example/hooks",
        "https://8.8.8.8/hooks",
        "https://[2606:4700::1]/hooks",
        "https://1password.example/hooks",
    ],
)
def test_an_ordinary_https_address_is_accepted(url: str) -> None:
    STRICT.check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hooks",
        "ftp://example.com/",
        "//example.com/hooks",
        "https://",
        "https:///hooks",
        "https://example.com:22/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://ada@example.com/",
        "https://ada:secret@example.com/",
        "https://@example.com/",
        "https://example.com/#part",
        "https://example.com/#",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://127.0.0.0x1/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://8.8.8.\uff18/",
        "https://\u2460\u2461\u2466.0.0.1/",
        "https://127\u30020\u30020\u30021/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fe80::1%25eth0]/",
        "https://[2606:4700::1%25eth0]/",
        "https://[::1/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://anything.localhost/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1:443/",
        "https://example.com\\@127.0.0.1/",
        "https://exam\tple.com/",
        "https://exam\nple.com/",
        "https://example.com/\u0000",
        " https://example.com/",
        "https://example.com%2f@127.0.0.1/",
    ],
)
def test_a_url_that_hides_or_names_something_inside_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddress) as refused:
        STRICT.check_url(url)

    assert refused.value.field == "url"


def test_the_dev_setting_also_opens_http_and_any_port() -> None:
    DEV.check_url("http://127.0.0.1:34567/hooks")
    DEV.check_url("http://localhost:34567/hooks")


def test_http_by_its_own_setting_opens_port_80_and_nothing_inside() -> None:
    rules = AddressRules(http=True)

    rules.check_url("http://example.com/hooks")
    with pytest.raises(RefusedAddress):
        rules.check_url("http://127.0.0.1/hooks")
    with pytest.raises(RefusedAddress, match="443, 8443"):
        rules.check_url("http://example.com:8080/hooks")


@settings(deadline=None)
@given(st.ip_addresses(v=4))
def test_an_address_hidden_in_ipv6_is_never_allowed(inner: object) -> None:
    number = int(inner)  # type: ignore[call-overload]
    hidden = [number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80]

    assert not any(DEV.allows(ip_address(one.to_bytes(16, "big"))) for one in hidden if one != 1)
