"""`manage.py token`."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tmfsite.fields.instants import now
from tmfsite.rest.models import ApiClient, token_hash


def _token(*arguments: str) -> str:
    out = StringIO()
    call_command("token", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_just_the_token(db: None) -> None:
    printed = _token("billing", "--scope", "all")
    client = ApiClient.objects.get()
    assert printed.endswith("\n")
    assert token_hash(printed.strip()) == client.token_hash
    assert (client.name, client.scopes, client.expires_at, client.rate) == ("billing", ["all"], None, None)


def test_scopes_expiry_and_rate(db: None) -> None:
    _token(
        "shop",
        "--scope",
        "tmf620:read, tmf622:write",
        "--scope=tmf688:read",
        "--expires",
        "7",
        "--rate",
        "90",
    )
    client = ApiClient.objects.get()
    assert client.scopes == ["tmf620:read", "tmf622:write", "tmf688:read"]
    assert client.rate == 90
    assert client.expires_at is not None
    assert abs(client.expires_at - now() - timedelta(days=7)) < timedelta(minutes=1)


def test_a_name_may_have_several_tokens(db: None) -> None:
    assert _token("shop", "--scope", "all") != _token("shop", "--scope", "all")


@pytest.mark.parametrize(
    "arguments",
    [
        ("shop",),
        ("shop", "--scope", ""),
        ("shop", "--scope", "everything"),
        ("shop", "--scope", "tmf620"),
        ("shop", "--scope", "tmf620:admin"),
        ("shop", "--scope", "all", "--expires", "0"),
        ("shop", "--scope", "all", "--rate", "-1"),
        ("s" * 101, "--scope", "all"),
        ("", "--scope", "all"),
    ],
)
def test_bad_arguments_make_no_client(db: None, arguments: Any) -> None:
    with pytest.raises(CommandError):
        _token(*arguments)
    assert not ApiClient.objects.exists()
