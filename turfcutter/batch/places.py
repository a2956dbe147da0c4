"""
Where workers and storage are: other machines by TLS alone, and in the United States.

Nothing but loopback is reached without TLS, and no other machine without a word on where it
stands: voter files stay in the United States.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from geodata.errors import InputError
from turfcutter.batch.fetching import is_elsewhere
from turfcutter.batch.state import State

EMBEDDED: Final = "embedded"
"""Address by which a cluster is started here and ended with the batch."""
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
NETWORKED: Final = (
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "lustre", "gpfs", "glusterfs"),
    *("fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.glusterfs", "beegfs", "afs", "efs"),
)
"""Kinds of file system that other machines keep."""


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
    if address and address != EMBEDDED and not is_here(address):
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
    fit = [
        (len(line[1]), number, line[2])  # of several on one folder the last lies above
        for number, line in enumerate(lines)
        if at.is_relative_to(_unescaped(line[1]))
    ]
    return max(fit, default=(0, 0, ""))[2]


def _unescaped(text: str) -> Path:
    return Path(text.encode().decode("unicode_escape"))


def check_workers(addresses: Iterable[str], workers_in: str) -> None:
    """Refuse workers elsewhere: a scheduler of this machine may have some, too."""
    for address in sorted(addresses):
        if not is_here(address):
            refuse_open(address)
            _refuse_abroad(address, workers_in)


def refuse_open(address: str) -> None:
    """Refuse another host without TLS."""
    if not is_secure(address):
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


def is_secure(address: str) -> bool:
    """Whether an address is reached by TLS alone."""
    return address.startswith("tls://")


def is_here(address: str) -> bool:
    """Whether an address is of this machine."""
    try:
        return urlsplit(address).hostname in LOOPBACK
    except ValueError:
        return False
