"""
Binding files into one PDF, one after another, with their tags and bookmarks.

Only files of `typesetting` are bound: their objects stand one after another with a plain table of
offsets, so each file is copied with its numbers shifted, and nothing is kept in memory but the
offsets. Pages, structure and bookmarks of each file hang below roots of the whole.
"""

import hashlib
import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import BinaryIO, Final
from xml.sax.saxutils import escape

from geodata.errors import GeodataError

_NUMBERED: Final = re.compile(rb"(?<![\d.])(\d+) 0 R|/StructParents (\d+)")
_BRACKET: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_ENTRY: Final = 20
"""Bytes of a line of the table of offsets."""
PAGES, OUTLINES, TREE, WHOLE, CATALOG, METADATA, INFO = 1, 2, 3, 4, 5, 6, 7
"""Numbers of the roots of the whole; those of the files follow."""
_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><dc:title><rdf:Alt>
<rdf:li xml:lang="x-default">{title}</rdf:li>
</rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>"""


@dataclass(frozen=True)
class _Source:
    """A file to bind: its objects by number, and the numbers of those with a part to play."""

    objects: dict[int, bytes]
    catalog: int
    info: int

    def root(self, name: bytes) -> int:
        """Number of a root that the catalog points to."""
        return _number(rb"/" + name + rb" (\d+) 0 R", self.objects[self.catalog])


@dataclass
class _Bound:
    """What was written so far: offsets by object number, and what hangs below the roots."""

    file: BinaryIO
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    offsets: "array[int]" = field(default_factory=lambda: _free(INFO + 1))
    pages: int = 0
    numbers: int = 0
    kids: list[int] = field(default_factory=list)
    trees: list[int] = field(default_factory=list)
    parents: list[bytes] = field(default_factory=list)
    roles: bytes = b""
    bookmarks: list[tuple[int, str, int, bytes]] = field(default_factory=list)

    def write(self, number: int, body: bytes) -> None:
        """One object."""
        self.offsets[number] = self.file.tell()
        text = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self.digest.update(text)
        self.file.write(text)


def bind(
    file: BinaryIO,
    sources: Iterable[tuple[str, bytes]],
    *,
    title: str,
    language: str,
    duplex: bool = False,
) -> int:
    """
    Write all of some files into one.

    Parameters
    ----------
    file
        Where to write.
    sources
        Bookmark and content of each, in order, one at a time; at least one.
    title, language
        Of the whole.
    duplex
        Whether one of an odd number of pages gets a blank one, so that the next begins on a
        front side.

    Returns
    -------
    pages
        How many pages there are.

    Raises
    ------
    GeodataError
        INVARIANT: a file is not of the kind that `typesetting` makes.
    """
    bound = _Bound(file)
    file.write(b"%PDF-1.7\n%\x80\x80\x80\x80\n")
    for name, content in sources:
        _add(bound, name, _read(content), duplex=duplex)
    _write_roots(bound, title, language)
    _write_table(bound)
    return bound.pages


def page_count(data: bytes) -> int:
    """How many pages a file of `typesetting` has."""
    source = _read(data)
    return _number(rb"/Count (\d+)", source.objects[source.root(b"Pages")])


def _read(data: bytes) -> _Source:
    """Objects of a file, by its table of offsets."""
    table = _number(rb"startxref\s+(\d+)\s+%%EOF\s*$", data[-60:])
    head = re.match(rb"xref\s+0 (\d+)\s+", data[table : table + 40])
    if not head:
        raise _foreign()
    lines = [data[table + head.end() + k * _ENTRY :][:_ENTRY] for k in range(int(head[1]))]
    starts = {number: int(line[:10]) for number, line in enumerate(lines) if line[17:18] == b"n"}
    ends = [*sorted(starts.values()), table]
    follow = dict(pairwise(ends))
    objects = {}
    for number, start in starts.items():
        body = data[start : follow[start]]
        objects[number] = body[body.index(b"obj") + 3 : body.rindex(b"endobj")].strip(b"\r\n")
    trailer = data[table:]
    return _Source(
        objects, _number(rb"/Root (\d+) 0 R", trailer), _number(rb"/Info (\d+) 0 R", trailer)
    )


def _number(pattern: bytes, text: bytes) -> int:
    found = re.search(pattern, text)
    if not found:
        raise _foreign()
    return int(found[1])


def _foreign() -> GeodataError:
    message = "A packet's PDF is not as this program writes it; print the packets again."
    return GeodataError("INVARIANT", message)


def _add(bound: _Bound, name: str, source: _Source, *, duplex: bool) -> None:
    """One file: its objects with their numbers shifted, its roots below those of the whole."""
    shift, objects = len(bound.offsets) - 1, source.objects
    bound.offsets += _free(max(objects) + 1)
    pages, tree, marks = (source.root(root) for root in (b"Pages", b"StructTreeRoot", b"Outlines"))
    left_out = {source.catalog, source.info, source.root(b"Metadata"), pages, tree, marks}
    for number in sorted(objects.keys() - left_out):
        head, stream, rest = objects[number].partition(b"\nstream\n")
        bound.write(shift + number, _shifted(head, shift, bound.numbers) + stream + rest)
    _add_pages(bound, source, pages, shift, duplex=duplex)
    _add_tree(bound, source, tree, shift)
    first = shift + _number(rb"/Kids\s*\[\s*(\d+) 0 R", objects[pages])
    bound.bookmarks.append(
        (shift + marks, name, first, _shifted(objects[marks], shift, bound.numbers))
    )
    bound.numbers += _number(rb"/ParentTreeNextKey (\d+)", objects[tree])


def _shifted(head: bytes, shift: int, numbers: int) -> bytes:
    """An object's dictionary with all numbers shifted; texts stay as they are."""

    def moved(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return b"%d 0 R" % (int(found[1]) + shift)
        return b"/StructParents %d" % (int(found[2]) + numbers)

    parts, at = [], 0
    while at < len(head):
        start = head.find(b"(", at)
        start = len(head) if start < 0 else start
        parts.append(_NUMBERED.sub(moved, head[at:start]))
        at = _text_end(head, start)
        parts.append(head[start:at])
    return b"".join(parts)


def _text_end(head: bytes, start: int) -> int:
    """Where a text in round brackets ends; brackets in it come in pairs or are escaped."""
    depth = 0
    for found in _BRACKET.finditer(head, start):
        depth += (found[0] == b"(") - (found[0] == b")")
        if depth == 0:
            return found.end()
    return len(head)


def _add_pages(bound: _Bound, source: _Source, pages: int, shift: int, *, duplex: bool) -> None:
    """A file's pages as a branch of all pages, with a blank one more where that is wanted."""
    head = _shifted(source.objects[pages], shift, 0)
    count = _number(rb"/Count (\d+)", head)
    if duplex and count % 2:
        blank = len(bound.offsets)
        bound.offsets.append(0)
        first = source.objects[_number(rb"/Kids\s*\[\s*(\d+) 0 R", source.objects[pages])]
        box = re.search(rb"/MediaBox\s*\[[^\]]*\]", first)
        size = box[0] if box else b"/MediaBox[0 0 612 792]"
        bound.write(blank, b"<</Type/Page/Parent %d 0 R/Resources<<>>%b>>" % (shift + pages, size))
        head = head.replace(b"/Count %d" % count, b"/Count %d" % (count + 1), 1)
        head = re.sub(rb"(/Kids\s*\[[^\]]*)\]", rb"\1 %d 0 R]" % blank, head, count=1)
        count += 1
    bound.pages += count
    bound.kids.append(shift + pages)
    bound.write(shift + pages, head.replace(b"<<", b"<</Parent %d 0 R" % PAGES, 1))


def _add_tree(bound: _Bound, source: _Source, tree: int, shift: int) -> None:
    """A file's structure as a part of the whole's."""
    head = source.objects[tree]
    kids, parents = (
        re.search(rb"/K\s*(\[[^\]]*\])", head),
        re.search(rb"/Nums\s*\[([^\]]*)\]", head),
    )
    roles = re.search(rb"/RoleMap\s*<<[^>]*>>", head)
    if not (kids and parents):
        raise _foreign()
    bound.roles = roles[0] if roles else bound.roles
    for key, number in re.findall(rb"(\d+) (\d+) 0 R", parents[1]):
        bound.parents.append(b"%d %d 0 R" % (int(key) + bound.numbers, int(number) + shift))
    bound.trees.append(shift + tree)
    bound.write(
        shift + tree,
        b"<</Type/StructElem/S/Part/P %d 0 R/K%b>>" % (WHOLE, _shifted(kids[1], shift, 0)),
    )


def _write_roots(bound: _Bound, title: str, language: str) -> None:
    kids = b" ".join(b"%d 0 R" % kid for kid in bound.kids)
    bound.write(PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (bound.pages, kids))
    _write_bookmarks(bound)
    bound.write(
        TREE,
        b"<</Type/StructTreeRoot%b/K[%d 0 R]/ParentTree<</Nums[%b]>>/ParentTreeNextKey %d>>"
        % (
            bound.roles,
            WHOLE,
            b" ".join(bound.parents),
            bound.numbers,
        ),
    )
    parts = b" ".join(b"%d 0 R" % tree for tree in bound.trees)
    bound.write(WHOLE, b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (TREE, parts))
    bound.write(
        CATALOG,
        b"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/Lang%b/StructTreeRoot %d 0 R"
        b"/MarkInfo<</Marked true/Suspects false>>/ViewerPreferences<</DisplayDocTitle true>>"
        b"/Outlines %d 0 R>>" % (PAGES, METADATA, _text(language), TREE, OUTLINES),
    )
    xmp = _XMP.format(title=escape(title), language=language).encode()
    bound.write(
        METADATA,
        b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%b\nendstream" % (len(xmp), xmp),
    )
    bound.write(INFO, b"<</Title%b>>" % _text(title))


def _write_bookmarks(bound: _Bound) -> None:
    """One bookmark a packet, closed, with those of its file below it."""
    numbers = [number for number, *_ in bound.bookmarks]
    for place, (number, name, page, head) in enumerate(bound.bookmarks):
        links = b"/First %d 0 R/Last %d 0 R" % (
            _number(rb"/First (\d+) 0 R", head),
            _number(rb"/Last (\d+) 0 R", head),
        )
        if place:
            links += b"/Prev %d 0 R" % numbers[place - 1]
        if place + 1 < len(numbers):
            links += b"/Next %d 0 R" % numbers[place + 1]
        bound.write(
            number,
            b"<</Title%b/Parent %d 0 R/Dest[%d 0 R/Fit]/Count -1%b>>"
            % (_text(name), OUTLINES, page, links),
        )
    bound.write(
        OUTLINES,
        b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
        % (numbers[0], numbers[-1], len(numbers)),
    )


def _free(count: int) -> "array[int]":
    """Offsets of so many numbers that no object has yet, in 8 bytes each: there are millions."""
    return array("Q", bytes(8 * count))


def _text(words: str) -> bytes:
    """A text string of PDF, in UTF-16 with its mark, as hexadecimal digits."""
    return b"<FEFF%b>" % words.encode("utf-16-be").hex().upper().encode()


def _write_table(bound: _Bound) -> None:
    """The table of offsets; numbers that no object has are marked as free."""
    start = bound.file.tell()
    name, size = bound.digest.hexdigest()[:32].encode(), len(bound.offsets)
    bound.file.write(b"xref\n0 %d\n0000000000 65535 f\r\n" % size)
    bound.file.writelines(
        b"%010d 00000 n\r\n" % offset if offset else b"0000000000 00000 f\r\n"
        for offset in islice(bound.offsets, 1, None)
    )
    bound.file.write(
        b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, CATALOG, INFO, name, name, start)
    )
