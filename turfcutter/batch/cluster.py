"""
Cluster: workers of Dask distributed, on this machine or on others.

The same units, the same files; who does them is all that differs. Dask replaces workers that die
and tells which unit was theirs; trying again is ours. Nothing but loopback is reached without TLS,
and no other machine without a word on where it stands: voter files stay in the United States.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from geodata.errors import InputError
from turfcutter.batch.calls import (
    KILLED,
    LEFT_OVER,
    Call,
    Fault,
    Outcome,
    Over,
    fault_of,
    never,
)
from turfcutter.batch.fetching import is_elsewhere
from turfcutter.batch.kept import code_version
from turfcutter.batch.state import State

if TYPE_CHECKING:
    from distributed import Client

EMBEDDED: Final = "embedded"
"""Address by which a cluster is started here and ended with the batch."""
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
NETWORKED: Final = (
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "lustre", "gpfs", "glusterfs"),
    *("fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.glusterfs", "beegfs", "afs", "efs"),
)
"""Kinds of file system that other machines keep."""


@dataclass(frozen=True)
class Tls:
    """Files of certificates: who is trusted, who we are, and our key."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


class Cluster:
    """
    Workers of Dask; an engine of `turfcutter.batch.calls`.

    Parameters
    ----------
    client
        Connected to a scheduler.
    over
        Whether the hour has come at which whatever is not done is left.
    """

    def __init__(self, client: "Client", over: Over = never) -> None:
        from distributed import as_completed  # noqa: PLC0415 - a part of the extra `cluster`

        self.client, self.over = client, over
        self.size = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        self._calls: dict[str, Call] = {}
        self._done = as_completed(loop=client.loop, with_results=False)

    def submit(self, call: Call) -> None:
        """Hand a call to the scheduler."""
        name = f"{call.county}-{call.step}-{call.number}-{call.tried}-{len(self._calls)}"
        future = self.client.submit(
            _done, call, key=name, pure=False, retries=0, priority=-len(self._calls)
        )
        self._calls[name] = call
        self._done.add(future)

    def outcomes(self) -> Iterator[Outcome]:
        """Outcomes as they come."""
        for future in self._done:
            call = self._calls[str(future.key)]
            if self.over():
                future.cancel()
                yield Outcome(call, fault=LEFT_OVER)
            elif future.status == "finished":
                yield future.result()
            else:
                yield Outcome(call, fault=_lost(future.exception()))


def _done(call: Call) -> Outcome:
    """What a worker does: faults come back as sentences, without anything of the data."""
    try:
        return Outcome(call, value=call.function(*call.arguments))
    except Exception as error:  # noqa: BLE001 - told to whoever asked for it
        return Outcome(call, fault=fault_of(error))


def _lost(error: BaseException | None) -> Fault:
    sentence = "Its workers were killed or lost, perhaps for want of memory."
    if type(error).__name__ == "KilledWorker" or error is None:
        return Fault(KILLED, sentence)
    return fault_of(error)


def check_places(state: State, address: str, folders: list[Path]) -> None:
    """
    Refuse workers or storage elsewhere that are not said to be in the United States.

    Parameters
    ----------
    state
        Says where they are.
    address
        Of the scheduler; empty for processes of this machine.
    folders
        Where voters are written.

    Raises
    ------
    InputError
        PARAMETER.
    """
    if address and address != EMBEDDED and not _is_here(address):
        _refuse_abroad(address, state.workers_in)
    for url in state.remote.values():
        if is_elsewhere(url) and not state.storage_in:
            message = (
                f"Files of {urlsplit(url).scheme}:// may be anywhere, and voter files may not "
                "leave the United States; say where they are: [batch] storage_in = 'US-CA'."
            )
            raise InputError("PARAMETER", message)
    for folder in folders:
        if (kind := file_system(folder)) in NETWORKED and not state.storage_in:
            message = (
                f"{folder} is on a network file system ({kind}), and voter files may not leave "
                "the United States; say where it is: [batch] storage_in = 'US-CA'."
            )
            raise InputError("PARAMETER", message)


def file_system(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Kind of the file system a folder is or would be on; empty where the system does not tell."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    at = folder.resolve()
    fit = [(len(line[1]), line[2]) for line in lines if at.is_relative_to(_unescaped(line[1]))]
    return max(fit, default=(0, ""))[1]


def _unescaped(text: str) -> Path:
    return Path(text.encode().decode("unicode_escape"))


@contextmanager
def cluster(
    address: str,
    *,
    workers: int,
    tls: Tls,
    dashboard: bool,
    over: Over = never,
    workers_in: str = "",
) -> Iterator[Cluster]:
    """
    A cluster at an address, or embedded in this process on loopback.

    Parameters
    ----------
    address
        ``tls://HOST:PORT``, ``tcp://127.0.0.1:PORT``, or `EMBEDDED`.
    workers
        Of an embedded one.
    tls
        Certificates; needed for other hosts.
    dashboard
        Whether an embedded one shows Dask's dashboard, on loopback.
    over
        As for `Cluster`.
    workers_in
        Where workers of other machines are, as in `turfcutter.batch.state.State`.

    Raises
    ------
    InputError
        PARAMETER: no TLS for another host, no Dask, workers of another turfcutter or of nobody
        knows where. ONLINE: nobody answers.
    """
    try:
        import distributed  # noqa: PLC0415
    except ImportError:
        message = "Dask is not installed; pip install 'turfcutter[cluster]', or leave --scheduler."
        raise InputError("PARAMETER", message) from None
    with ExitStack() as held:
        if address == EMBEDDED:
            target: Any = held.enter_context(_embedded(workers, dashboard=dashboard))
            security = None
        else:
            target, security = address, _security(address, tls)
        try:
            client = held.enter_context(
                distributed.Client(target, security=security, timeout=20, set_as_default=False)
            )
            if address != EMBEDDED:
                client.wait_for_workers(1, timeout=60)
        except (OSError, TimeoutError) as fault:
            message = f"No scheduler with workers answers at {address}: {_why(fault)}."
            raise InputError("ONLINE", message) from None
        if address != EMBEDDED:
            _check_workers(client.scheduler_info(n_workers=-1)["workers"], workers_in)
        if {*client.run(code_version).values()} - {code_version()}:
            message = f"The workers of {address} run another turfcutter; install the same there."
            raise InputError("PARAMETER", message)
        yield Cluster(client, over)


def _why(fault: OSError) -> str:
    """Why a scheduler does not answer, in a few words."""
    if type(fault).__name__ == "FatalCommClosedError":
        return "its certificate or ours is not of the authority of --tls-ca"
    return "is it started, and its port open" if isinstance(fault, TimeoutError) else "it hung up"


def _check_workers(addresses: Iterable[str], workers_in: str) -> None:
    """Refuse workers elsewhere: a scheduler of this machine may have some, too."""
    for address in sorted(addresses):
        if not _is_here(address):
            _refuse_open(address)
            _refuse_abroad(address, workers_in)


def _embedded(workers: int, *, dashboard: bool) -> Any:  # noqa: ANN401 - of an untyped library
    """A scheduler and workers on loopback, a process each, of one thread."""
    import dask  # noqa: PLC0415
    from distributed import LocalCluster  # noqa: PLC0415

    dask.config.set({"distributed.scheduler.allowed-failures": 0})  # trying again is ours
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host=LOOPBACK[0],
        dashboard_address=f"{LOOPBACK[0]}:0" if dashboard else None,
        worker_dashboard_address=None,
        silence_logs=50,
    )


def _security(address: str, tls: Tls) -> Any:  # noqa: ANN401 - of an untyped library
    from distributed.security import Security  # noqa: PLC0415

    if not _is_here(address):
        _refuse_open(address)
    if not _is_secure(address):
        return None
    if not (tls.ca and tls.cert and tls.key):
        message = f"{address} needs --tls-ca, --tls-cert and --tls-key."
        raise InputError("PARAMETER", message)
    for path in (tls.ca, tls.cert, tls.key):
        if not path.is_file():
            raise InputError("NO_FILE", f"{path} does not exist; check the files of --tls-….")
    files = {"tls_ca_file": str(tls.ca), "tls_client_cert": str(tls.cert)}
    return Security(**files, tls_client_key=str(tls.key), require_encryption=True)


def _refuse_open(address: str) -> None:
    if not _is_secure(address):
        message = (
            f"{address} is another host: give tls://HOST:PORT with --tls-ca, --tls-cert and "
            "--tls-key, voters' names must not travel in the open."
        )
        raise InputError("PARAMETER", message)


def _refuse_abroad(address: str, workers_in: str) -> None:
    if not workers_in:
        message = (
            f"The workers of {address} may be anywhere, and voter files may not leave the United "
            "States; say where they are in the state file: [batch] workers_in = 'US-CA'."
        )
        raise InputError("PARAMETER", message)


def _is_secure(address: str) -> bool:
    return address.startswith("tls://")


def _is_here(address: str) -> bool:
    """Whether an address is of this machine."""
    try:
        return urlsplit(address).hostname in LOOPBACK
    except ValueError:
        return False
