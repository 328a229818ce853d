"""A wage extract of any size, written vectorised: three quarters of one backfill, invented persons and employers.

Belongs here: the file the load benchmark reads. Does not: a person anybody could meet, or statistics of Connecticut
(synth has those).
"""

from __future__ import annotations

import sys
from pathlib import Path

FILE_NAME = "dol_ui_wage_2023_20231215_v01.csv"
QUARTERS = 3
SURNAMES = [
    "Abernathy", "Alvarez", "Baptiste", "Bergstrom", "Castellano", "Chaudhry", "Connolly", "Dubois", "Eriksen",
    "Fitzgerald", "Gallagher", "Giordano", "Hernandez", "Iwasaki", "Jankowski", "Kaminski", "Lindqvist", "Mahoney",
    "Montgomery", "Nakamura", "Okafor", "Papadopoulos", "Pereira", "Quigley", "Rosenberg", "Santiago", "Svensson",
    "Takahashi", "Underwood", "Vasquez", "Whitfield", "Zielinski",
]  # fmt: skip
GIVEN = [
    "Ada", "Amara", "Beatriz", "Bjorn", "Carmen", "Cedric", "Dalia", "Desmond", "Elena", "Emeka", "Fatima",
    "Gideon", "Hanna", "Ingrid", "Javier", "Jolene", "Kwame", "Leila", "Magnus", "Marisol", "Nadia", "Omar",
    "Petra", "Quentin", "Rosalind", "Soren", "Tamsin", "Ulrich", "Viola", "Wendell", "Ximena", "Yusuf",
]  # fmt: skip


def write(path: Path, rows: int) -> Path:
    """Write about `rows` rows to `path`, the same bytes each time. Grain: the key of ui_wage, each once.

    Every 25th row of a quarter is somebody's second job, and some persons come and some go between the quarters; so a
    third of `rows` is, nearly, the number of distinct SSNs.
    """
    import duckdb

    jobs = rows // QUARTERS
    leavers = jobs // 40 // 25 * 25
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    try:
        # Parts from 1 up make a number that could be issued; 7,919 is prime to 9,999, so serials do not repeat.
        con.execute(
            f"""
            copy (
                with job as (
                    select q, j, j % 25 = 24 as is_second, j - (j % 25 = 24)::int + q * {leavers} as p
                    from range({QUARTERS}) as quarter(q), range({jobs}) as job(j)
                ),
                numbered as (
                    select *, hash(p) as hp, hash(p, 2) as hp2, hash(p, is_second, 3) % 110000 as e, hash(j, q, 4) as hw
                    from job
                )
                select
                    printf('%03d%02d%04d', 1 + p % 665, 1 + (p // 665) % 99, 1 + (p // 65835 * 7919) % 9999) as ssn,
                    {SURNAMES}[(1 + hp % {len(SURNAMES)})::int]
                        || case when hp % 7 = 0 then '-' || {SURNAMES}[(1 + hp2 % {len(SURNAMES)})::int] else '' end
                        as last_name,
                    {GIVEN}[(1 + hp2 % {len(GIVEN)})::int] as first_name,
                    2023 as wage_year,
                    q + 1 as wage_quarter_number,
                    printf('%.2f', (90000 + hw % 2400000) / 100.0) as wage_usd,
                    printf('%010d', 1000000 + (e + 110000 * is_second::int) * 13) as ean,
                    printf('%09d', 60000000 + e * 7) as fein,
                    printf('%06d', 111110 + e % 1050 * 811) as naics_code,
                    1 as filing_seq,
                    case when hw % 200 = 0 then 'AMEND' else 'ORIG' end as wage_action,
                    ['2023-05-01', '2023-07-31', '2023-10-31'][q + 1] as received_date
                from numbered
                order by q, hw
            ) to '{path}' (header)
            """
        )
    finally:
        con.close()
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
