import pytest

from sila.platform.kit.contacts import (
    UnreadableAddress,
    UnreadableEmail,
    UnreadableUrl,
    national_address,
    normalise_email,
    normalise_url,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ali@Example.COM", "ali@example.com"),
        (" mailto:ali+crm@example.com ", "ali+crm@example.com"),
        ("ali@موقع.السعودية", "ali@xn--4gbrim.xn--mgberp4a5d4ar"),
        ("o'neil_1@sub.example.co.uk", "o'neil_1@sub.example.co.uk"),
        ("\u200eali@example.com\u200f", "ali@example.com"),
        ("علي@example.com", "علي@example.com"),
    ],
)
def test_one_mail_address_however_it_is_typed(typed, kept):
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ali",
        "ali@",
        "@example.com",
        "ali@example",
        "a b@example.com",
        "a@b@example.com",
        "ali@-x.com",
        "ali@x..com",
        ".ali@example.com",
        "ali.@example.com",
        "a..b@example.com",
        "Ali <ali@example.com>",
        "ali@example.com\nBcc: x@y.z",
        "ali@1.2.3.4",
        "x" * 65 + "@example.com",
        "ali@" + "x" * 64 + ".com",
        "a@" + "x.".join(["yy"] * 200),
        "a;b@c.de",
    ],
)
def test_where_no_mail_could_go_is_refused(typed):
    with pytest.raises(UnreadableEmail):
        normalise_email(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.com", "https://example.com"),
        ("HTTP://Example.COM/Path?q=1#x", "http://example.com/Path?q=1#x"),
        ("//example.com/x", "https://example.com/x"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("https://موقع.السعودية/صفحة", "https://xn--4gbrim.xn--mgberp4a5d4ar/صفحة"),
        ("http://10.0.0.1/", "http://10.0.0.1/"),
    ],
)
def test_a_web_address_is_kept_whole(typed, kept):
    assert normalise_url(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "ftp://example.com",
        "https://",
        "https://a b.com",
        'https://example.com/"onmouseover=',
        "x",
        "https://bank.com@evil.com",
        "https://example.com/<script>",
        "https://exa\nmple.com",
        "\u200bjavascript:x",
        "https://example.com:99999/",
        "https://999.1.1.1/",
        "https://[::1/",
        "https://example.com\\@evil.com",
    ],
)
def test_what_is_no_web_page_or_could_run_is_refused(typed):
    with pytest.raises(UnreadableUrl):
        normalise_url(typed)


def test_a_national_address_is_cleaned():
    fields = {
        "building_number": "٧٢٩٠",
        "postal_code": " 12345 ",
        "short_address": "rrrd 2929",
        "city": "الرياض",
    }
    assert national_address(fields) == {
        "building_number": "7290",
        "postal_code": "12345",
        "short_address": "RRRD2929",
        "city": "الرياض",
    }


def test_wrong_parts_of_an_address_are_named():
    with pytest.raises(UnreadableAddress) as refused:
        national_address({"building_number": "12", "postal_code": "1234x", "additional_number": "1234"})
    assert set(refused.value.errors) == {"building_number", "postal_code"}
