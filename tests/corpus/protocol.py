"""Wrong around the file: its name, its manifest, and things that are no files."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from tests.corpus.case import ACCEPT, REJECT, WARN, WARN_OR_MORE, BadFile, Sample, case


def manifest(sample: Sample, said: dict | bytes | None) -> BadFile:
    return BadFile(sample.text().encode(), manifest=said)


@case(ACCEPT)
def manifest_with_the_right_number_of_rows(sample: Sample):
    return manifest(sample, {"rows": len(sample.rows)})


@case(REJECT)
def manifest_with_another_number_of_rows(sample: Sample):
    return manifest(sample, {"rows": len(sample.rows) + 1})


@case(REJECT)
def manifest_with_another_checksum(sample: Sample):
    return manifest(sample, {"sha256": "f" * 64})


@case(REJECT)
def manifest_that_is_not_json(sample: Sample):
    return manifest(sample, b"{period: 2023Q1")


@case(REJECT)
def manifest_that_is_a_list(sample: Sample):
    return manifest(sample, b"[1, 2, 3]")


@case(REJECT)
def manifest_that_is_not_text(sample: Sample):
    return manifest(sample, b"\xff\xfe\x00\x01\x80")


@case(REJECT)
def manifest_of_brackets_without_end(sample: Sample):
    return manifest(sample, b"[" * 200_000)


@case(REJECT)
def manifest_of_ten_megabytes(sample: Sample):
    return manifest(sample, b'{"contact": "' + b"x" * 10_000_000 + b'"}')


@case(REJECT)
def manifest_with_rows_in_words(sample: Sample):
    return manifest(sample, {"rows": "sixty"})


@case(REJECT)
def manifest_with_rows_below_zero(sample: Sample):
    return manifest(sample, {"rows": -1})


@case(REJECT)
def manifest_with_a_mode_nobody_knows(sample: Sample):
    return manifest(sample, {"mode": "incremental"})


@case(REJECT)
def manifest_with_a_day_that_is_not_in_the_calendar(sample: Sample):
    return manifest(sample, {"extract_ts": "2024-02-31"})


@case(REJECT)
def manifest_with_a_period_that_ends_before_it_begins(sample: Sample):
    return manifest(sample, {"period_from": "2024-03-31", "period_to": "2024-01-01"})


@case(REJECT)
def manifest_with_a_period_that_is_none(sample: Sample):
    return manifest(sample, {"period": "2024Q7"})


@case(WARN)
def manifest_with_a_key_nobody_knows(sample: Sample):
    return manifest(sample, {"colour": "red"})


@case(WARN_OR_MORE)
def name_of_another_dataset(sample: Sample):
    name = f"{sample.source.agency_code}_something_else_{sample.period}_{sample.day}_v01.csv"
    return BadFile(sample.text().encode(), name=name, manifest=None)


@case(REJECT)
def name_without_a_period(sample: Sample):
    return BadFile(sample.text().encode(), name="extract.csv", manifest=None)


@case(REJECT)
def name_with_a_day_that_is_not_in_the_calendar(sample: Sample):
    name = f"{sample.source.agency_code}_{sample.source.name}_{sample.period}_20231345_v01.csv"
    return BadFile(sample.text().encode(), name=name, manifest=None)


@case(REJECT)
def name_with_markup(sample: Sample):
    return BadFile(sample.text().encode(), name="<img src=x onerror=alert(1)>.csv", manifest=None)


@case(REJECT)
def name_with_a_line_break(sample: Sample):
    return BadFile(sample.text().encode(), name="ext\nract.csv", manifest=None)


@case(REJECT)
def name_of_a_format_nobody_reads(sample: Sample):
    return BadFile(sample.text().encode(), ".docx")


@case(REJECT)
def a_link_to_another_file(sample: Sample):
    return BadFile(b"", place=lambda path: path.symlink_to("/etc/hostname"), manifest=None)


@case(REJECT)
def a_link_to_nowhere(sample: Sample):
    return BadFile(b"", place=lambda path: path.symlink_to(path.with_name("not there")), manifest=None)


@case(REJECT)
def a_pipe(sample: Sample):
    return BadFile(b"", place=lambda path: os.mkfifo(path), manifest=None)


@case(REJECT)
def a_socket(sample: Sample):
    def place(path: Path) -> None:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path may have a hundred letters only
        try:
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(path.name)
        finally:
            os.chdir(here)

    return BadFile(b"", place=place, manifest=None)


@case(REJECT)
def a_folder_called_like_a_file(sample: Sample):
    return BadFile(b"", place=lambda path: path.mkdir(), manifest=None)


@case(REJECT)
def a_file_that_is_not_there(sample: Sample):
    return BadFile(b"", place=lambda path: None, manifest=None)
