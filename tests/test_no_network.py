"""Tests reach nothing but servers on this machine that they start themselves."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from tests import conftest

OUTSIDE = "192.0.2.1"  # of RFC 5737: for documentation, and nobody's
TRIES: dict[str, Callable[[], object]] = {
    "connect": lambda: socket.socket().connect((OUTSIDE, 80)),
    "a name": lambda: socket.getaddrinfo("example.org", 80),
    "a datagram": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", (OUTSIDE, 53)),
    "IPv6": lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80)),
}


@pytest.mark.parametrize("attempt", TRIES.values(), ids=TRIES)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_network_is_refused(attempt: Callable[[], object]) -> None:
    """And it is noted, so that what catches the error cannot hide it."""
    with pytest.raises(OSError, match="tests use no network"):
        attempt()
    assert conftest._connected
    conftest._connected.clear()


def test_this_machine_is_reached() -> None:
    """As the tests of Spark and of browsers do."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert not conftest._connected
