import os
import select
import signal
import socket
import subprocess
import sys

import pytest

from sila.project.supervisor import Child, Supervisor, answers_ready, port_is_free


@pytest.fixture(autouse=True)
def signals_as_they_were():
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def python(code, *arguments):
    return (sys.executable, "-c", code, *map(str, arguments))


WAIT = "import signal; signal.pause()"


def test_it_announces_once_and_stops_its_children_when_told():
    child = Child("child", python(WAIT))
    supervisor = Supervisor([child])
    announced = []

    def announce():
        announced.append(child.process.pid)
        os.kill(os.getpid(), signal.SIGTERM)

    assert supervisor.run(lambda: child.process is not None, announce) == 0
    assert announced == [child.process.pid]
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_dies_is_started_again(tmp_path, capfd):
    log = tmp_path / "starts"
    child = Child("worker", python("import sys; open(sys.argv[1], 'a').write('x')", log))
    supervisor = Supervisor([child])
    supervisor.run(lambda: log.exists() and len(log.read_text()) == 2, supervisor.stopping.set)
    assert "The worker ended (status 0); starting it again in 1 s." in capfd.readouterr().err


def test_early_deaths_lengthen_the_pause_up_to_a_bound():
    child = Child("child", python("raise SystemExit(3)"))
    pauses = []
    for _ in range(8):
        child.start()
        child.process.wait()
        child.look()
        pauses.append(child.pause)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


ORPHAN = """
import os, signal
from sila.project.family import follow_parent
follow_parent()
print("here", flush=True)
signal.pause()
"""
PARENT = """
import subprocess, sys, signal
subprocess.Popen([sys.executable, "-c", sys.argv[1]])
signal.pause()
"""


def test_a_child_follows_its_killed_parent():
    parent = subprocess.Popen(python(PARENT, ORPHAN), stdout=subprocess.PIPE)
    assert parent.stdout.readline() == b"here\n"
    parent.kill()
    parent.wait()
    readable, _, _ = select.select([parent.stdout], [], [], 10)
    assert readable, "the child still holds its end of the pipe"
    assert parent.stdout.read() == b""
    parent.stdout.close()


def test_a_taken_port_is_seen():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not port_is_free("127.0.0.1", port, patience=0)
    assert port_is_free("127.0.0.1", port)


@pytest.mark.parametrize(("status", "ready"), [(b"200 OK", True), (b"503 Service Unavailable", False)])
def test_ready_means_that_readyz_says_so(status, ready):
    answer = f"""
import socket, sys
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    link, _ = server.accept()
    link.recv(1000)
    link.sendall(b"HTTP/1.1 {status.decode()}\\r\\n\\r\\n")
    link.close()
"""
    with subprocess.Popen(python(answer), stdout=subprocess.PIPE) as server:
        port = int(server.stdout.readline())
        assert answers_ready("127.0.0.1", port) is ready


def test_nobody_there_is_not_ready():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert not answers_ready("127.0.0.1", port)
