"""
Cluster: workers of Dask distributed, on this machine or on others.

The same units, the same files; who does them is all that differs. Dask replaces workers that die
and tells which unit was theirs; trying again is ours. `places` says whom it may be.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geodata.errors import InputError
from turfcutter.batch.calls import (
    KILLED,
    Call,
    Fault,
    Outcome,
    Over,
    do,
    fault_of,
    left_over,
    never,
)
from turfcutter.batch.kept import code_version
from turfcutter.batch.places import (
    EMBEDDED,
    LOOPBACK,
    check_workers,
    is_here,
    is_secure,
    refuse_open,
)

if TYPE_CHECKING:
    from distributed import Client, Future

DASHBOARD_PORT: Final = 8787
"""Port of an embedded one's dashboard, where it is free."""
LOOK_SECONDS: Final = 0.2
"""How often it is looked at what is done."""


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
    workers_in
        Where workers of other machines are, as in `turfcutter.batch.state.State`.
    """

    def __init__(self, client: "Client", over: Over = never, workers_in: str = "") -> None:
        from distributed import as_completed  # noqa: PLC0415 - a part of the extra `cluster`

        self.client, self.over = client, over
        self._needed = code_version(), workers_in
        self.size = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        self._begun: dict[str, tuple[Call, Future[Outcome]]] = {}
        self._number = count()
        self._done = as_completed(loop=client.loop, with_results=False)

    def submit(self, call: Call) -> None:
        """Hand a call to the scheduler."""
        number = next(self._number)
        name = f"{call.county}-{call.step}-{call.number}-{call.tried}-{number}"
        how = {"key": name, "pure": False, "retries": 0, "priority": -number}
        future = self.client.submit(_done, call, *self._needed, **how)
        self._begun[name] = call, future
        self._done.add(future)

    def outcomes(self) -> Iterator[Outcome]:
        """
        Outcomes as they come.

        Raises
        ------
        InputError
            ONLINE: the scheduler was lost.
        """
        while self._begun:
            if self.over():
                yield from self._left()
                return
            ready = self._done.next_batch(block=False)
            if not ready:
                time.sleep(LOOK_SECONDS)
            for future in ready:
                call, _ = self._begun.pop(str(future.key))
                yield _outcome(call, future)

    def _left(self) -> Iterator[Outcome]:
        """Leave whatever is not done; what a worker has begun it finishes, and nobody hears."""
        left = [*self._begun.values()]
        self._begun.clear()
        self._done.clear()
        self.client.cancel([future for _, future in left])
        yield from (left_over(call) for call, _ in left)


def _outcome(call: Call, future: "Future[Outcome]") -> Outcome:
    if future.status == "finished":
        return future.result()
    if future.status == "cancelled":
        message = "The scheduler was lost; start it and its workers, and run the same again."
        raise InputError("ONLINE", message)
    return Outcome(call, fault=_lost(future.exception()))


def _done(call: Call, version: str, workers_in: str) -> Outcome:
    """What a worker does, unless it came later and is not one of those that are let in."""
    from distributed import get_worker  # noqa: PLC0415

    try:
        check_workers([get_worker().address], workers_in)
        _check_version([code_version()], version)
    except InputError as error:  # another worker may do it
        return Outcome(call, fault=Fault(error.code, error.sentence))
    return do(call)


def _check_version(found: Iterable[str], version: str) -> None:
    if {*found} - {version}:
        message = "Workers run another turfcutter; install the same on every machine."
        raise InputError("PARAMETER", message)


def _lost(error: BaseException | None) -> Fault:
    sentence = "Its workers were killed or lost, perhaps for want of memory."
    if type(error).__name__ == "KilledWorker" or error is None:
        # a scheduler that is not ours tries again itself before it says so
        return Fault(KILLED, sentence, final=getattr(error, "allowed_failures", 0) > 0)
    return fault_of(error)


@contextmanager
def cluster(
    address: str,
    *,
    workers: int,
    tls: Tls,
    dashboard: bool,
    memory_mb: float,
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
    memory_mb
        How much memory a worker of an embedded one may hold.
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
            target: Any = held.enter_context(
                _embedded(workers, dashboard=dashboard, memory_mb=memory_mb)
            )
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
            why = _why(fault, secured=security is not None)
            message = f"No scheduler with workers answers at {address}: {why}."
            raise InputError("ONLINE", message) from None
        if address != EMBEDDED:
            check_workers(client.scheduler_info(n_workers=-1)["workers"], workers_in)
        _check_version(client.run(code_version).values(), code_version())
        yield Cluster(client, over, workers_in)


def _why(fault: OSError, *, secured: bool) -> str:
    """Why a scheduler does not answer, in a few words."""
    ours = "its certificate or ours is not of the authority of --tls-ca"
    if type(fault).__name__ == "FatalCommClosedError":
        return ours
    # Who is refused by the other side may learn of the lost line alone, not of its reason.
    return "is it started, and its port open" + (f"; or {ours}" if secured else "")


def _embedded(workers: int, *, dashboard: bool, memory_mb: float) -> Any:  # noqa: ANN401 - of an untyped library
    """A scheduler and workers on loopback, a process each, of one thread."""
    import dask  # noqa: PLC0415
    from distributed import LocalCluster  # noqa: PLC0415

    if dashboard and not find_spec("bokeh"):
        message = "Dask's dashboard needs a library more: pip install bokeh, or leave --dashboard."
        raise InputError("PARAMETER", message)
    dask.config.set({"distributed.scheduler.allowed-failures": 0})  # trying again is ours
    if not dashboard:
        dask.config.set({"distributed.scheduler.http.routes": []})  # its server then has no page
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        memory_limit=int(memory_mb * 2**20),
        processes=True,
        host=LOOPBACK[0],
        dashboard_address=f"{LOOPBACK[0]}:{DASHBOARD_PORT if dashboard else 0}",
        scheduler_kwargs={"dashboard": dashboard},
        worker_dashboard_address=None,
        silence_logs=50,
    )


def _security(address: str, tls: Tls) -> Any:  # noqa: ANN401 - of an untyped library
    from distributed.security import Security  # noqa: PLC0415

    if not is_here(address):
        refuse_open(address)
    if not is_secure(address):
        return None
    if not (tls.ca and tls.cert and tls.key):
        message = f"{address} needs --tls-ca, --tls-cert and --tls-key."
        raise InputError("PARAMETER", message)
    for path in (tls.ca, tls.cert, tls.key):
        if not path.is_file():
            raise InputError("NO_FILE", f"{path} does not exist; check the files of --tls-….")
    files = {"tls_ca_file": str(tls.ca), "tls_client_cert": str(tls.cert)}
    return Security(**files, tls_client_key=str(tls.key), require_encryption=True)
