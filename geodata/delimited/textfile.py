"""A text file, plain or gzip, as blocks of whole lines in UTF-8."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from geodata.errors import InputError

BLOCK_BYTES: Final = 8 << 20
_START_BYTES: Final = 1 << 16
_LONE_RETURN: Final = re.compile(rb"[^\r\n]*\r(?!\r*\n)")
"""A text whose first line ends as lines did on a Macintosh."""
_NOT_TEXT: Final = {
    b"PK\x03\x04": "a zip archive or workbook",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"%PDF": "a PDF document",
    b"PAR1": "a Parquet file",
    b"SQLite": "a database",
}


@dataclass(frozen=True)
class Block:
    """
    Whole lines of a text.

    Parameters
    ----------
    text
        UTF-8 lines, each ended by a newline (the last line of the file perhaps not).
    recoded
        How many of them were not UTF-8 and were read as Windows-1252.
    """

    text: bytes
    recoded: int


def text_blocks(path: Path, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """
    Blocks of about `size` bytes: UTF-8, no byte-order mark, newline as the only line end.

    Lines that are not UTF-8 are read as Windows-1252, one by one, because files joined from
    several sources mix the two. UTF-16 is recognised with or without byte-order mark.

    Raises
    ------
    InputError
        NO_FILE, TYPE, EMPTY, ENCODING, TRUNCATED, or HEADER for a line longer than a block.
    """
    pieces = _utf8(path, size)
    rest, blank = b"", True
    lone_returns: bool | None = None
    for piece in pieces:
        blank &= not piece
        joined = rest + piece
        if lone_returns is None:
            lone_returns = bool(_LONE_RETURN.match(joined))
        if lone_returns:
            joined = joined.replace(b"\r", b"\n")
        cut = joined.rfind(b"\n") + 1
        if not cut and len(joined) > size:
            message = (
                f"{path.name} holds a line longer than {size:,} bytes; it is no table of text."
            )
            raise InputError("HEADER", message)
        rest = joined[cut:]
        if cut:
            yield _block(joined[:cut])
    if blank:  # but for a byte-order mark
        raise InputError("EMPTY", f"{path.name} is empty; get it anew.")
    if rest:
        yield _block(rest)


def text_lines(path: Path) -> Iterator[str]:
    """Every line of a text file, without its line end; see `text_blocks`."""
    for block in text_blocks(path):
        yield from block.text.decode().removesuffix("\n").split("\n")


def _block(text: bytes) -> Block:
    text = text.replace(b"\r\n", b"\n")
    try:
        text.decode()
    except UnicodeDecodeError:
        lines = text.split(b"\n")
        recoded = [_recoded(line) for line in lines]
        changed = sum(new is not old for new, old in zip(recoded, lines, strict=True))
        return Block(b"\n".join(recoded), changed)
    return Block(text, 0)


def _recoded(line: bytes) -> bytes:
    """The line itself if it is UTF-8, else its UTF-8 form read as Windows-1252 or Latin-1."""
    if line.isascii():
        return line
    for encoding in ("utf-8", "cp1252", "latin-1"):
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return line if encoding == "utf-8" else text.encode()
    raise AssertionError  # Latin-1 reads every byte


def _utf8(path: Path, size: int) -> Iterator[bytes]:
    """Pieces of the file in UTF-8, or in whatever single-byte encoding it has."""
    pieces = _raw(path, size)
    start = next(pieces, b"")
    encoding = _encoding(start[:_START_BYTES], path)
    if encoding == "utf-8":
        yield start.removeprefix(codecs.BOM_UTF8)
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        yield decoder.decode(start).encode()
        for piece in pieces:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError:
        message = f"{path.name} is damaged UTF-16; save it as UTF-8."
        raise InputError("ENCODING", message) from None


def _raw(path: Path, size: int) -> Iterator[bytes]:
    """Uncompressed pieces; gzip is told by its first bytes, not by the file's name."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            if not packed:
                while piece := plain.read(size):
                    yield piece
                return
            with gzip.GzipFile(fileobj=plain) as source:
                while piece := source.read(size):
                    yield piece
    except EOFError:
        message = f"{path.name} ends inside its gzip compression; fetch it again."
        raise InputError("TRUNCATED", message) from None
    except (zlib.error, gzip.BadGzipFile) as fault:
        message = f"{path.name} is damaged gzip ({fault}); fetch it again."
        raise InputError("TRUNCATED", message) from None
    except OSError as fault:
        message = f"{path} cannot be read ({fault.strerror}); check the name."
        raise InputError("NO_FILE", message) from None


def _encoding(start: bytes, path: Path) -> str:
    """``utf-8`` (or a single-byte encoding) or a UTF-16, as the first bytes tell."""
    if not start:
        raise InputError("EMPTY", f"{path.name} is empty; get it anew.")
    for magic, kind in _NOT_TEXT.items():
        if start.startswith(magic):
            raise InputError(
                "TYPE", f"{path.name} is {kind}, not text; unpack it, or save it as CSV first."
            )
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise InputError("ENCODING", f"{path.name} is in UTF-32; save it as UTF-8.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = np.frombuffer(start[: len(start) // 2 * 2], np.uint8).reshape(-1, 2)
    even, odd = (pairs == 0).mean(axis=0) if len(pairs) else (0.0, 0.0)
    if max(even, odd) < 0.3:  # noqa: PLR2004 - nearly every second byte of UTF-16 is 0
        return "utf-8"
    if min(even, odd) > 0.1:  # noqa: PLR2004 - zeros everywhere: no text at all
        message = f"{path.name} is in no encoding that can be told; save it as UTF-8."
        raise InputError("ENCODING", message)
    return "utf-16-be" if even > odd else "utf-16-le"
