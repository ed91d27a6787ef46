"""What SMS_URL says of a provider, and what it says when something is missing."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

GOOD = {
    "solapi": "solapi://KEY:SECRET@api.solapi.com?from=16448830&hook=h",
    "nhn": "nhn://APPKEY:SECRET@sms.api.nhncloudservice.com?from=1644-8830&hook=h",
    "kannel": "kannel://USER:PASS@kannel.internal:13013?hook_base=https://our.host",
}


def gateway(url):
    return import_string(settings.SMS_GATEWAYS[url.partition(":")[0]])(url)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (GOOD["solapi"], "https://api.solapi.com"),
        (GOOD["solapi"] + "&scheme=http", "http://api.solapi.com"),
        (GOOD["nhn"], "https://sms.api.nhncloudservice.com"),
        (GOOD["kannel"], "http://kannel.internal:13013"),
        (GOOD["kannel"] + "&scheme=https", "https://kannel.internal:13013"),
        ("kannel://USER:PASS@[::1]:13013?hook_base=https://our.host", "http://[::1]:13013"),
    ],
)
def test_the_address_of_its_server(url, address):
    assert gateway(url).address == address


def test_user_and_password_are_percent_encoded():
    found = gateway("solapi://K%40Y:s%2Fe%3Ac%23%ED%95%9C@h?hook=a%2Bb%26c")

    assert (found.user, found.password, found.hook) == ("K@Y", "s/e:c#한", "a+b&c")


@pytest.mark.parametrize("url", GOOD.values())
def test_a_complete_url_lacks_nothing(url):
    assert gateway(url).check() == []


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("solapi://KEY:SECRET@?hook=h", "names no host"),
        ("solapi://KEY:SECRET@host:port?hook=h", "names no host"),
        ("solapi://host?hook=h", "lacks the user or the password"),
        ("solapi://KEY@host?hook=h", "lacks the user or the password"),
        ("solapi://:SECRET@host?hook=h", "lacks the user or the password"),
        ("solapi://KEY:SECRET@host", "lacks the secret of the reports"),
        ("solapi://KEY:SECRET@host?hook=", "lacks the secret of the reports"),
        ("solapi://KEY:SECRET@host?hook=h&from=+82-2-1", "cannot send"),
        ("solapi://KEY:SECRET@host?hook=h&from=123", "cannot send"),
        ("solapi://KEY:SECRET@host?hook=h&scheme=ftp", "not http or https"),
        ("solapi://KEY:SECRET@host?hook=h&scheme=http", "unencrypted"),
        ("nhn://KEY:SECRET@host", "lacks the secret of the reports"),
        ("nhn://KEY:SECRET@host?hook=h&scheme=http", "unencrypted"),
        ("kannel://USER:PASS@host:13013", "lacks our own address"),
        ("kannel://USER:PASS@host:13013?hook_base=our.host", "cannot call"),
        ("kannel://USER:PASS@host:13013?hook_base=https://our.host/%2525", "cannot call"),
        ("kannel://USER:PASS@host:13013?hook_base=https://our.host/?a", "cannot call"),
        ("kannel://host:13013?hook_base=https://our.host", "lacks the user or the password"),
    ],
)
def test_says_what_is_missing(url, fault):
    [sentence] = gateway(url).check()

    assert fault in sentence
    assert sentence.startswith("SMS_URL ")
    assert sentence.endswith(f"{gateway(url).form}.")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9000", "[::1]:9000"])
@pytest.mark.parametrize("name", ["solapi", "nhn"])
def test_a_gateway_on_this_machine_may_be_plain(name, host):
    assert gateway(f"{name}://KEY:SECRET@{host}?hook=h&scheme=http").check() == []


@pytest.mark.parametrize("name", sorted(GOOD))
def test_an_empty_url_is_no_crash(name):
    assert len(gateway(f"{name}://").check()) == 3


@pytest.mark.parametrize("url", GOOD.values())
def test_no_sentence_tells_a_secret(url):
    told = gateway(url.replace("SECRET", "s3cr3t").replace("PASS", "s3cr3t") + "&scheme=x").check()

    assert told
    assert "s3cr3t" not in " ".join(told)
