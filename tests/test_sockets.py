"""The suite itself: no test reaches the network unless it is marked, and then only this machine."""

import socket

import pytest
import pytest_socket

# Any address outside; 192.0.2.0/24 is reserved for documentation and never answers.
OUTSIDE = ("192.0.2.1", 80)


def test_sockets_are_blocked():
    with (
        pytest.warns(UserWarning, match="tried to use socket"),
        pytest.raises(pytest_socket.SocketBlockedError),
    ):
        socket.create_connection(OUTSIDE, timeout=1)


def test_names_are_not_looked_up():
    with (
        pytest.warns(UserWarning, match="getaddrinfo"),
        pytest.raises(pytest_socket.SocketBlockedError),
    ):
        socket.getaddrinfo("localhost", 80)


def test_unix_sockets_work():
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"x")
        assert other.recv(1) == b"x"


@pytest.mark.loopback
def test_loopback_reaches_this_machine_only():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        answer, _ = server.accept()
        answer.close()
        assert client.recv(1) == b""
    with (
        pytest.warns(UserWarning, match="with host"),
        pytest.raises(pytest_socket.SocketConnectBlockedError),
    ):
        socket.create_connection(OUTSIDE, timeout=1)
