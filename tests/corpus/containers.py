"""Wrong wrappings: gzip, zip, Parquet, and files that are not what their name says."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from tests.corpus.case import ACCEPT, KEEP_OUT, REJECT, BadFile, Sample, case

BOMB = 512 << 20
"""Bytes a bomb expands to, several hundred times its own."""


def packed(content: bytes, name: str = "extract.csv") -> bytes:
    return archive([(name, content)])


def archive(members: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return out.getvalue()


def parquet(sample: Sample) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        name: pa.array([row[place] or None for row in sample.rows], pa.string())
        for place, name in enumerate(sample.header)
    }
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="none", use_dictionary=False)
    return out.getvalue()


@case(ACCEPT)
def gzip_around_the_sample(sample: Sample):
    return BadFile(gzip.compress(sample.text().encode(), mtime=0), ".csv.gz")


@case(REJECT)
def gzip_under_a_csv_name(sample: Sample):
    return gzip.compress(sample.text().encode(), mtime=0)


@case(REJECT)
def text_under_a_gzip_name(sample: Sample):
    return BadFile(sample.text().encode(), ".csv.gz")


@case(REJECT)
def gzip_cut_short(sample: Sample):
    return BadFile(gzip.compress(sample.text().encode(), mtime=0)[:-20], ".csv.gz")


@case(REJECT)
def gzip_damaged_inside(sample: Sample):
    whole = bytearray(gzip.compress(sample.text().encode(), mtime=0))
    whole[len(whole) // 2] ^= 0xFF
    return BadFile(bytes(whole), ".csv.gz")


@case(REJECT)
def gzip_with_a_wrong_checksum(sample: Sample):
    whole = bytearray(gzip.compress(sample.text().encode(), mtime=0))
    whole[-6] ^= 0xFF
    return BadFile(bytes(whole), ".csv.gz")


@case(REJECT)
def gzip_in_gzip(sample: Sample):
    return BadFile(gzip.compress(gzip.compress(sample.text().encode(), mtime=0), mtime=0), ".csv.gz")


@case(REJECT)
def gzip_of_two_members(sample: Sample):
    text = sample.text().encode()
    return BadFile(gzip.compress(text, mtime=0) + gzip.compress(text, mtime=0), ".csv.gz")


_bombs: dict[str, bytes] = {}


def blanks() -> Iterator[bytes]:
    """A block of blanks, as often as a bomb takes."""
    block = b" " * (16 << 20)
    return (block for _ in range(BOMB // len(block)))


def gzip_bomb(head: bytes) -> bytes:
    """A gzip file of a few megabytes at most that goes on and on."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join([packer.compress(head), *map(packer.compress, blanks()), packer.flush()])


def zip_bomb(head: bytes) -> bytes:
    """The same as a zip file."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
        made.open("extract.csv", "w", force_zip64=True) as member,
    ):
        for block in (head, *blanks()):
            member.write(block)
    return out.getvalue()


@case(REJECT)
def gzip_that_expands_without_end(sample: Sample):
    if sample.source.name != "ui_wage":  # the same bytes for every source: one is enough, they take long to make
        return None
    if "gzip" not in _bombs:
        _bombs["gzip"] = gzip_bomb(sample.lines()[0].encode() + b"\n")
    return BadFile(_bombs["gzip"], ".csv.gz")


@case(ACCEPT)
def zip_around_the_sample(sample: Sample):
    return BadFile(packed(sample.text().encode()), ".zip")


@case(REJECT)
def zip_under_a_csv_name(sample: Sample):
    return packed(sample.text().encode())


@case(REJECT)
def zip_of_two_files(sample: Sample):
    text = sample.text().encode()
    return BadFile(archive([("one.csv", text), ("two.csv", text)]), ".zip")


@case(REJECT)
def zip_without_a_file(sample: Sample):
    return BadFile(archive([]), ".zip")


@case(REJECT)
def zip_that_climbs_out_of_its_folder(sample: Sample):
    return BadFile(packed(sample.text().encode(), "../../etc/extract.csv"), ".zip")


@case(REJECT)
def zip_with_an_absolute_path(sample: Sample):
    return BadFile(packed(sample.text().encode(), "/tmp/extract.csv"), ".zip")


@case(REJECT)
def zip_of_a_link(sample: Sample):
    link = zipfile.ZipInfo("extract.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    return BadFile(archive([(link, b"/etc/passwd")]), ".zip")


@case(REJECT)
def zip_with_a_password(sample: Sample):
    whole = bytearray(packed(sample.text().encode()))
    whole[6] |= 1
    place = whole.rfind(b"PK\x01\x02")
    whole[place + 8] |= 1
    return BadFile(bytes(whole), ".zip")


@case(REJECT)
def zip_in_zip(sample: Sample):
    return BadFile(packed(packed(sample.text().encode()), "inner.zip"), ".zip")


@case(REJECT)
def zip_damaged_inside(sample: Sample):
    whole = bytearray(packed(sample.text().encode()))
    whole[len(whole) // 3] ^= 0xFF
    return BadFile(bytes(whole), ".zip")


@case(REJECT)
def zip_cut_short(sample: Sample):
    return BadFile(packed(sample.text().encode())[:-30], ".zip")


@case(REJECT)
def zip_that_lies_about_its_size(sample: Sample):
    whole = bytearray(packed(sample.text().encode()))
    place = whole.rfind(b"PK\x01\x02")
    whole[place + 24 : place + 28] = struct.pack("<I", 10)
    return BadFile(bytes(whole), ".zip")


@case(REJECT)
def zip_that_expands_without_end(sample: Sample):
    if sample.source.name != "ui_wage":
        return None
    if "zip" not in _bombs:
        _bombs["zip"] = zip_bomb(sample.lines()[0].encode() + b"\n")
    return BadFile(_bombs["zip"], ".zip")


@case(ACCEPT)
def parquet_of_the_sample(sample: Sample):
    return BadFile(parquet(sample), ".parquet")


@case(REJECT)
def parquet_under_a_csv_name(sample: Sample):
    return parquet(sample)


@case(REJECT)
def text_under_a_parquet_name(sample: Sample):
    return BadFile(sample.text().encode(), ".parquet")


@case(REJECT)
def parquet_cut_short(sample: Sample):
    return BadFile(parquet(sample)[:-100], ".parquet")


@case(REJECT)
def parquet_with_a_good_footer_over_a_damaged_page(sample: Sample):
    whole = bytearray(parquet(sample))
    for place in range(8, min(300, len(whole) // 2)):
        whole[place] ^= 0xA5
    return BadFile(bytes(whole), ".parquet")


@case(REJECT)
def parquet_with_lists(sample: Sample):
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: pa.array([[row[place]] for row in sample.rows]) for place, name in enumerate(sample.header)}
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return BadFile(out.getvalue(), ".parquet")


@case(KEEP_OUT)
def parquet_with_amounts_as_inexact_numbers(sample: Sample):
    import pyarrow as pa
    import pyarrow.parquet as pq

    known = sample.filled(lambda field: field.type == "decimal")
    if known is None:
        return None
    place = sample.header.index(known.name)
    columns = {
        name: pa.array([row[at] or None for row in sample.rows], pa.string()) for at, name in enumerate(sample.header)
    }
    amounts = [1 / 3 if number == 6 else float(row[place] or 0) for number, row in enumerate(sample.rows)]
    columns[known.name] = pa.array(amounts, pa.float64())
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return BadFile(out.getvalue(), ".parquet", rows=(7,))
