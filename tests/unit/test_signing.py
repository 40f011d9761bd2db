"""Signatures over JSON are those that other Matrix programs make and take."""

import json
from typing import Any

import pytest
import vodozemac as vz
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matrix.crypto.signing import SigningKey, canonical, from_base64, is_signed_by, public_key, unpadded

USER, DEVICE = "@lene:example.dk", "LAPTOP"
KEY_ID = f"ed25519:{DEVICE}"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

# Appendices, "Canonical JSON", Examples: what is given, what is to come out.
EXAMPLES = [
    ("{}", "{}"),
    ('{"one": 1, "two": "Two"}', '{"one":1,"two":"Two"}'),
    ('{"b": "2", "a": "1"}', '{"a":"1","b":"2"}'),
    (
        '{"auth": {"success": true, "mxid": "@john.doe:example.com", "profile": {"display_name": "John Doe",'
        ' "three_pids": [{"medium": "email", "address": "john.doe@example.org"},'
        ' {"medium": "msisdn", "address": "123456789"}]}}}',
        '{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":'
        '[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},'
        '"success":true}}',
    ),
    ('{"a": "日本語"}', '{"a":"日本語"}'),
    ('{"本": 2, "日": 1}', '{"日":1,"本":2}'),
    ('{"a": "\\u65E5"}', '{"a":"日"}'),
    ('{"a": null}', '{"a":null}'),
    ('{"a": -0, "b": 1e10}', '{"a":0,"b":10000000000}'),
]


@pytest.mark.parametrize(("given_json", "expected"), EXAMPLES)
def test_canonical_json_is_the_specifications(given_json: str, expected: str) -> None:
    assert canonical(json.loads(given_json)) == expected.encode()


def test_control_characters_and_quotes_are_escaped_as_the_grammar_has_it() -> None:
    got = canonical({"a": '\x00\x1f\x7f\b\t\n\f\r"\\/å'})
    assert got == '{"a":"\\u0000\\u001f\x7f\\b\\t\\n\\f\\r\\"\\\\/å"}'.encode()


def test_signatures_and_unsigned_are_not_signed() -> None:
    assert canonical({"a": {"unsigned": 1}, "signatures": {}, "unsigned": 1.5}) == b'{"a":{"unsigned":1}}'


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {1: "a"}, b"a", {"b": [0.1]}]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical({"a": value})


def test_nesting_without_end_is_refused() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(ValueError, match="deep"):
        canonical(deep)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_canonical_json_means_the_same_or_is_refused(obj: dict[str, Any]) -> None:
    obj = {key: value for key, value in obj.items() if key not in {"signatures", "unsigned"}}
    try:
        got = canonical(obj)
    except ValueError:
        return
    assert json.loads(got) == obj
    assert canonical(json.loads(got)) == got


@pytest.mark.parametrize(
    ("data", "text"), [(b"", ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"), (b"foob", "Zm9vYg")]
)
def test_base64_is_the_specifications(data: bytes, text: str) -> None:
    assert unpadded(data) == text
    assert from_base64(text) == data
    assert from_base64(text + "=" * (-len(text) % 4)) == data


@pytest.mark.parametrize(
    "garbage", ["Z", "Z g", "Zg===", "Z=g", "Zm9\n", "æøå", "-_-_", "\ud800", None, 7, b"Zg"]
)
def test_what_is_no_base64_is_refused(garbage: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_base64(garbage)


def test_signatures_are_the_specifications() -> None:
    """Appendices, "Cryptographic Test Vectors"."""
    key = SigningKey(from_base64("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"))
    assert key.public == "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI"
    assert key.sign({}) == (
        "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"
    )
    assert key.sign({"one": 1, "two": "Two"}) == (
        "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw"
    )


def test_vodozemac_takes_our_signatures() -> None:
    key, obj = SigningKey.new(), {"b": [1, "æ"], "a": {"signatures": 1}}
    vz.Ed25519PublicKey.from_base64(key.public).verify_signature(
        canonical(obj), vz.Ed25519Signature.from_base64(key.sign(obj))
    )


def signed() -> tuple[dict[str, Any], str]:
    """An object signed by vodozemac, and the key."""
    account, obj = vz.Account(), {"user_id": USER, "keys": {"a": "æ"}, "n": 3}
    signature = account.sign(canonical(obj)).to_base64()
    return {**obj, "signatures": {USER: {KEY_ID: signature}}}, account.ed25519_key.to_base64()


def test_we_take_vodozemacs_signatures() -> None:
    obj, public = signed()
    assert is_signed_by(obj, USER, KEY_ID, public)
    assert is_signed_by({**obj, "unsigned": {"device_display_name": "Lenes bærbare"}}, USER, KEY_ID, public)


def test_a_signature_of_something_or_somebody_else_is_none() -> None:
    obj, public = signed()
    assert not is_signed_by({**obj, "n": 4}, USER, KEY_ID, public)
    assert not is_signed_by({**obj, "more": 1}, USER, KEY_ID, public)
    assert not is_signed_by(obj, "@bo:example.dk", KEY_ID, public)
    assert not is_signed_by(obj, USER, "ed25519:PHONE", public)
    assert not is_signed_by(obj, USER, KEY_ID, SigningKey.new().public)
    curve = {**obj, "signatures": {USER: {f"curve25519:{DEVICE}": obj["signatures"][USER][KEY_ID]}}}
    assert not is_signed_by(curve, USER, f"curve25519:{DEVICE}", public)


@pytest.mark.parametrize(
    "key", ["", "A", "A" * 42, "A" * 44, "A" * 43 + "A=", "æ" * 32, "\ud800", None, 1.5, []]
)
def test_a_key_of_another_length_or_shape_is_none(key: Any) -> None:
    """vodozemac panics on some of these, which nothing catches."""
    assert not is_signed_by(signed()[0], USER, KEY_ID, key)
    assert public_key(key) is None


def test_a_key_has_one_name() -> None:
    public = SigningKey.new().public
    assert public_key(public) == public
    assert public_key(public + "=") == public


@settings(deadline=None)
@given(json_values)
def test_no_misshapen_signature_counts_or_raises(garbage: Any) -> None:
    obj, public = signed()
    for signatures in (garbage, {USER: garbage}, {USER: {KEY_ID: garbage}}, {USER: [KEY_ID]}):
        assert not is_signed_by({**obj, "signatures": signatures}, USER, KEY_ID, public)
    assert not is_signed_by(garbage, USER, KEY_ID, public)
    assert not is_signed_by({**obj, "n": garbage, "m": 1}, USER, KEY_ID, public)


def test_a_key_does_not_show_its_seed() -> None:
    key = SigningKey(bytes(range(32)))
    assert key.seed == bytes(range(32))
    assert unpadded(key.seed) not in repr(key)
    assert repr(key.seed) not in repr(key)
    with pytest.raises(ValueError, match="32"):
        SigningKey(bytes(31))
