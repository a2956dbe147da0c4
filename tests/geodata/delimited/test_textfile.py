import gzip

import pytest

from geodata.delimited.textfile import text_blocks, text_lines
from geodata.errors import InputError


def read(path, size=1 << 20):
    return b"".join(block.text for block in text_blocks(path, size))


@pytest.mark.parametrize(
    "stored",
    [
        "id,name\n1,Peña\n".encode(),
        "\ufeffid,name\n1,Peña\n".encode(),
        b"id,name\r\n1,Pe\xc3\xb1a\r\n",
        b"id,name\r1,Pe\xc3\xb1a\r",
        "id,name\n1,Peña\n".encode("cp1252"),
        "id,name\n1,Peña\n".encode("utf-16"),
        "id,name\n1,Peña\n".encode("utf-16-le"),
        "id,name\r\n1,Peña\r\n".encode("utf-16-be"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_encoding_and_line_end_gives_the_same_text(tmp_path, stored, packed):
    path = tmp_path / "voters.txt"
    path.write_bytes(gzip.compress(stored) if packed else stored)
    assert read(path).decode() == "id,name\n1,Peña\n"


def test_blocks_end_where_lines_end(tmp_path):
    path = tmp_path / "voters.txt"
    path.write_bytes("".join(f"{n},Peña\r\n" for n in range(1000)).encode())
    blocks = [block.text for block in text_blocks(path, 100)]
    assert len(blocks) > 50
    assert all(block.endswith(b"\n") for block in blocks)
    assert b"".join(blocks).decode() == "".join(f"{n},Peña\n" for n in range(1000))


def test_a_line_longer_than_a_block_is_refused(tmp_path):
    path = tmp_path / "voters.txt"
    path.write_bytes(b"x" * 5000)
    with pytest.raises(InputError, match="no table of text") as caught:
        read(path, 1000)
    assert caught.value.code == "HEADER"


def test_each_line_is_judged_by_itself_where_encodings_are_mixed(tmp_path):
    path = tmp_path / "mixed.txt"
    path.write_bytes("Peña\n".encode() + "Muñoz\n".encode("cp1252") + b"\x81 odd\n" + b"Lee\n")
    blocks = list(text_blocks(path))
    assert blocks[0].text.decode().split("\n") == ["Peña", "Muñoz", "\x81 odd", "Lee", ""]
    assert blocks[0].recoded == 2


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        (b"", "EMPTY"),
        (b"PK\x03\x04rest of a workbook", "TYPE"),
        (b"\0\0\0\0\0\0\0\0", "ENCODING"),
        ("a,b\n1,2\n".encode("utf-16")[:-1] + b"", "ENCODING"),
        (gzip.compress(b"id,name\n" * 1000, mtime=0)[:-20], "TRUNCATED"),
        (b"\x1f\x8b not gzip at all", "TRUNCATED"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, stored, code):
    path = tmp_path / "voters.csv"
    path.write_bytes(stored)
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == code


def test_missing_file_and_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read(path)


def test_lines_come_without_their_ends(tmp_path):
    path = tmp_path / "ids.txt"
    path.write_bytes(b"1\r\n\r\n 2\nlast")
    assert list(text_lines(path)) == ["1", "", " 2", "last"]
