"""Dask: the same bytes from its workers, in the open or by TLS; what is refused."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from geodata.errors import InputError
from turfcutter.batch.calls import LEFT, Call
from turfcutter.batch.cluster import Tls, _why, cluster
from turfcutter.batch.order import Order
from turfcutter.batch.places import EMBEDDED, check_places, check_workers, file_system
from turfcutter.batch.running import run_batch
from turfcutter.batch.state import State, load_state


@pytest.mark.parametrize("address", ["tls://dask.example.org:8786", "tcp://10.0.0.7:8786"])
def test_workers_elsewhere_must_be_in_the_united_states(address):
    with pytest.raises(InputError, match=r"workers_in = 'US-CA'"):
        check_places(State({}), address, [])
    check_places(State({}, workers_in="US-NV"), address, [])


@pytest.mark.parametrize("address", ["", EMBEDDED, "tcp://127.0.0.1:8786", "tls://localhost:1"])
def test_this_machine_is_where_it_is(address):
    check_places(State({}), address, [])


def test_network_storage_must_be_in_the_united_states(tmp_path, monkeypatch):
    monkeypatch.setattr("turfcutter.batch.places.file_system", lambda _: "nfs4")
    with pytest.raises(InputError, match=r"storage_in = 'US-CA'"):
        check_places(State({}), "", [tmp_path])
    check_places(State({}, storage_in="US"), "", [tmp_path])


def test_the_longest_mount_decides(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/vda / ext4 rw 0 0\nhost:/x /mnt/our\\040share nfs4 rw 0 0\n")
    assert file_system(Path("/mnt/our share/out"), mounts) == "nfs4"
    assert file_system(Path("/mnt/out"), mounts) == "ext4"
    mounts.write_text("/ / ext4 rw 0 0\nsystemd /mnt autofs rw 0 0\nhost:/x /mnt 9p rw 0 0\n")
    assert file_system(Path("/mnt/out"), mounts) == "9p"  # of two on one folder the one above


def test_other_hosts_need_tls():
    with (
        pytest.raises(InputError, match="tls://HOST:PORT"),
        cluster("tcp://10.0.0.7:8786", workers=1, tls=Tls(), dashboard=False, memory_mb=2000),
    ):
        pass
    with (
        pytest.raises(InputError, match="--tls-ca"),
        cluster("tls://10.0.0.7:8786", workers=1, tls=Tls(), dashboard=False, memory_mb=2000),
    ):
        pass


@pytest.mark.parametrize("place", ["'DE'", "'US-cal'", "1"])
def test_other_places_are_refused(place, small_state, tmp_path):
    text = small_state.read_text() + f"[batch]\nworkers_in = {place}\n"
    (tmp_path / "STATE.toml").write_text(text)
    with pytest.raises(InputError, match="United States"):
        load_state(tmp_path / "STATE.toml")


@pytest.mark.slow
@pytest.mark.loopback
def test_four_workers_of_dask_make_the_same_bytes(first_run, small_state, tmp_path, digests):
    state = load_state(small_state)
    order = Order(state, tuple(state.counties), tmp_path / "out", tmp_path / "workspace")
    with cluster(EMBEDDED, workers=4, tls=Tls(), dashboard=False, memory_mb=2000) as dask:
        assert dask.size == 4
        assert dask.client.scheduler_info()["address"].startswith("tcp://127.0.0.1:")
        server = dask.client.cluster.scheduler.http_server
        assert server.address == "127.0.0.1"
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"http://127.0.0.1:{server.port}/info/main/workers.html")
        rows = run_batch(order, dask, lambda **_: None)
    assert [row.faults for row in rows] == [(), ()]
    assert digests(tmp_path / "out") == digests(first_run / "out")


Signer = tuple[x509.Name, ec.EllipticCurvePrivateKey]


def make_authority(folder: Path, name: str) -> Signer:
    """Write the certificate of an authority; returns who signs."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = _named(name), key
    _write(folder / f"{name}.pem", _certificate(name, key, signer, ca=True))
    return signer


def make_certificate(folder: Path, name: str, signer: Signer) -> None:
    """Write a certificate and its key, each in a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    _write(folder / f"{name}.pem", _certificate(name, key, signer, ca=False))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / f"{name}.key").write_bytes(private)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, signer: Signer, *, ca: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    issuer, signing = signer
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(signing, hashes.SHA256())
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _write(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Folder of certificates by an authority of our own, and of one by a stranger."""
    home = tmp_path_factory.mktemp("papers")
    for authority, names in (("ours", ("scheduler", "us")), ("theirs", ("stranger",))):
        signer = make_authority(home, authority)
        for name in names:
            make_certificate(home, name, signer)
    return home


def tls_of(papers, name, authority="ours"):
    return Tls(papers / f"{authority}.pem", papers / f"{name}.pem", papers / f"{name}.key")


@pytest.fixture
def secured(papers):
    """A scheduler and a worker in this process, who talk to those with certificates alone."""
    from distributed import LocalCluster  # noqa: PLC0415 - quick help
    from distributed.security import Security  # noqa: PLC0415

    files = {
        f"tls_{role}_{kind}": str(papers / f"scheduler.{end}")
        for role in ("scheduler", "worker", "client")
        for kind, end in (("cert", "pem"), ("key", "key"))
    }
    security = Security(tls_ca_file=str(papers / "ours.pem"), require_encryption=True, **files)
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tls",
        host="127.0.0.1",
        security=security,
        dashboard_address=None,
    ) as started:
        yield started.scheduler_address


@pytest.mark.loopback
def test_certificates_open_the_door(secured, papers):
    assert secured.startswith("tls://127.0.0.1:")
    with cluster(
        secured, workers=1, tls=tls_of(papers, "us"), dashboard=False, memory_mb=2000
    ) as dask:
        dask.submit(Call("yolo", "county", len, ("yolo",)))
        assert [outcome.value for outcome in dask.outcomes()] == [4]


@pytest.mark.loopback
def test_workers_that_come_later_are_looked_at_too(secured, papers, monkeypatch):
    """Another program's results would be taken for ours; whoever is elsewhere sees no voter."""
    with cluster(
        secured, workers=1, tls=tls_of(papers, "us"), dashboard=False, memory_mb=2000
    ) as dask:
        monkeypatch.setattr("turfcutter.batch.cluster.code_version", lambda: "another")
        dask.submit(Call("yolo", "county", len, ("yolo",)))
        monkeypatch.setattr("turfcutter.batch.places.LOOPBACK", ())
        dask.submit(Call("napa", "county", len, ("napa",)))
        found = {outcome.call.county: outcome.fault for outcome in dask.outcomes()}
    assert {fault.code for fault in found.values()} == {"PARAMETER"}
    assert not any(fault.final for fault in found.values())


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("name", "authority"), [("stranger", "theirs"), ("stranger", "ours"), ("us", "theirs")]
)
def test_strangers_are_not_let_in(secured, papers, name, authority):
    with (
        pytest.raises(InputError, match="ONLINE: No scheduler with workers answers") as told,
        cluster(
            secured, workers=1, tls=tls_of(papers, name, authority), dashboard=False, memory_mb=2000
        ),
    ):
        pass
    assert "--tls-ca" in told.value.sentence


def test_who_is_not_there_is_not_said_to_be_a_stranger():
    """Dask waits 20 seconds for a closed port, and then says so by an OSError like any other."""
    closed = OSError("Timed out trying to connect to tls://127.0.0.1:9 after 20 s")
    assert _why(closed, secured=False) == "is it started, and its port open"
    assert _why(closed, secured=True).startswith("is it started, and its port open; or ")


@pytest.mark.loopback
def test_the_hour_comes_for_dask_too(secured, papers):
    """What is not done then is left at once, whether begun or not."""
    over = []
    ours = tls_of(papers, "us")
    with cluster(
        secured, workers=1, tls=ours, dashboard=False, memory_mb=2000, over=lambda: bool(over)
    ) as dask:
        for county, seconds in (("yolo", 0), ("napa", 2), ("kern", 60)):
            dask.submit(Call(county, "county", time.sleep, (seconds,)))
        outcomes = dask.outcomes()
        assert next(outcomes).call.county == "yolo"
        over.append("now")
        left = [(outcome.call.county, outcome.fault.code) for outcome in outcomes]
    assert left == [("napa", LEFT), ("kern", LEFT)]


def test_workers_of_a_scheduler_here_may_be_elsewhere():
    check_workers(["tcp://127.0.0.1:4001", "tls://[::1]:4002"], "")
    with pytest.raises(InputError, match="tls://HOST:PORT"):
        check_workers(["tcp://127.0.0.1:4001", "tcp://10.0.0.7:4001"], "US-CA")
    with pytest.raises(InputError, match="workers_in = 'US-CA'"):
        check_workers(["tls://10.0.0.7:4001"], "")
    check_workers(["tls://10.0.0.7:4001"], "US-CA")


ELSEWHERE = "127.0.0.2"
"""An address of this machine that is none of `turfcutter.batch.places.LOOPBACK`."""


@contextmanager
def running(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that goes on meanwhile."""
    process = subprocess.Popen([sys.executable, *words], stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@pytest.mark.slow
@pytest.mark.loopback
def test_a_scheduler_that_is_lost_is_told(tmp_path):
    address = f"tcp://127.0.0.1:{19_786 + os.getpid() % 1000}"
    scheduler = ["-m", "distributed.cli.dask_scheduler", "--host", address, "--no-dashboard"]
    worker = ["-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
    worker += ["--host", "127.0.0.1", "--local-directory", str(tmp_path)]
    with (
        running(scheduler) as victim,
        running(worker),
        cluster(address, workers=1, tls=Tls(), dashboard=False, memory_mb=2000) as dask,
    ):
        dask.submit(Call("yolo", "county", time.sleep, (600,)))
        victim.kill()
        with pytest.raises(InputError, match="ONLINE: The scheduler was lost"):
            list(dask.outcomes())


@pytest.mark.slow
def test_another_host_by_tls(first_run, small_state, tmp_path, digests, papers, turfcutter):
    """Scheduler and workers as a cluster has them, at an address that is not loopback's."""
    address = f"tls://{ELSEWHERE}:{18_786 + os.getpid() % 1000}"
    state = tmp_path / "STATE.toml"
    text = small_state.read_text().replace('= "alpha/', f'= "{small_state.parent}/alpha/')
    text = text.replace('= "beta/', f'= "{small_state.parent}/beta/')
    state.write_text(text)

    def batch(*more):
        places = "--out", tmp_path / "out", "--workspace", tmp_path / "workspace"
        return turfcutter("batch", state, *places, "--scheduler", address, "--quiet", *more)

    def files(ca, cert, key, name):
        ends = zip((ca, cert, key), ("ours.pem", f"{name}.pem", f"{name}.key"), strict=True)
        return [word for option, file in ends for word in (f"--tls-{option}", papers / file)]

    ours = files("ca", "cert", "key", "us")
    refused = batch(*ours)
    assert (refused.returncode, "workers_in" in refused.stderr) == (2, True)
    state.write_text(text + "[batch]\nworkers_in = 'US-CA'\n")
    refused = batch()
    assert (refused.returncode, "--tls-cert" in refused.stderr) == (2, True)
    theirs = list(map(str, files("ca-file", "cert", "key", "scheduler")))
    scheduler = ["-m", "distributed.cli.dask_scheduler", "--host", address, "--no-dashboard"]
    worker = ["-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--nworkers", "4"]
    worker += ["--host", ELSEWHERE, "--no-dashboard", "--local-directory", str(tmp_path / "dask")]
    with running([*scheduler, *theirs]), running([*worker, *theirs]):
        ended = batch(*ours)
    assert ended.stderr == ""
    assert digests(tmp_path / "out") == digests(first_run / "out")
