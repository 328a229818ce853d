"""Cases of the participant record, follow-up employment, person-quarter wages, and deaths and exclusions."""

from __future__ import annotations

_ONE_DIGIT = (
    "incumbent_worker_training",
    "farmworker_program",
    "native_american_program",
    "veterans_program",
    "vocational_rehabilitation",
    "trade_adjustment",
    "apprenticeship_program",
    "reentry_adult",
    "reentry_youth",
    "h1b_grant",
)
_ONET = ("prior_onet_code", "training_onet_code_1", "training_onet_code_2", "training_onet_code_3")

PATTERN_CASES = {
    "state_code": ("9", "99"),
    "county_fips": ("09110", "1"),
    "location_code": ("0900310012", "090031001"),
    **{f"local_board_code_{number}": ("090801", "9080") for number in (1, 2, 3)},
    **{name: ("311131", "31-1131") for name in _ONET},
    **{name: ("10", "9") for name in _ONE_DIGIT},
    "youthbuild": ("YB-34567-21-60-A", "YB-34567-21-60"),
    "training_provider_name": ("N" * 76, "N" * 75),
    "training_outcomes": ("1,6", "123456789"),
    "followup_quarter": ("2023-1", "2023Q4"),
    "naics_top_code": ("6", "62"),
    "exclusion_person_id": ("123456789012345678901", "12345678901234567890"),
}

PERSONS = ("cthires_pirl", "ui_wage_person_quarter", "death_or_exclusion")
"""Sources with SSNs."""
PERIODS = ("cthires_pirl", "cthires_participant")
"""Sources with a row per period of participation in the elements of the participant record."""
OPEN_ENDED = {
    "exit_date": "",
    "exit_reason": "",
    "training_related_employment": "",
    "same_employer_q2_q4": "",
    **{f"employed_q{number}": "" for number in (1, 2, 3, 4)},
    **{f"employment_match_q{number}": "" for number in (1, 2, 3, 4)},
    **{f"earnings_q{number}_usd": "" for number in (1, 2, 3, 4)},
}
"""A participant who has not left."""
NO_PROGRAM = {
    name: "0"
    for name in (
        *("adult_level", "dislocated_worker_level", "youth_level", "wagner_peyser_level", "rapid_response"),
        *("rapid_response_assistance", "adult_education", "job_corps", "vocational_education", "youthbuild"),
        *("senior_community_service", "snap_training", "other_program"),
        *_ONE_DIGIT,
    )
}


def _quarter(number: int, employed: str, match: str, earnings: str) -> dict[str, str]:
    return {
        f"employed_q{number}": employed,
        f"employment_match_q{number}": match,
        f"earnings_q{number}_usd": earnings,
    }


def _per_quarter(*wrong_and_right: tuple[tuple[str, str, str], tuple[str, str, str]]) -> list:
    return [(_quarter(n, *wrong), _quarter(n, *right)) for n in (1, 2, 3, 4) for wrong, right in wrong_and_right]


def _zero_in(number: int, exit_date: str) -> dict[str, str]:
    """Not employed in one quarter after that exit, nothing said of the others."""
    return dict.fromkeys((f"employed_q{n}" for n in (1, 2, 3, 4)), "") | {
        f"employed_q{number}": "0",
        "exit_date": exit_date,
    }


def _training(number: int, kind: str, start: str, received: str = "1") -> dict[str, str]:
    return {
        f"training_type_{number}": kind,
        f"training_start_date_{number}": start,
        "received_training": received,
    }


MESSAGES_OF_SKILL = (
    "msg_efl_date",
    "msg_postsecondary_date",
    "msg_secondary_date",
    "msg_milestone_date",
    "msg_skill_date",
)

ROW_CASES = {
    "L01": {
        "cthires_pirl": [
            (
                {"entry_date": "2022-02-02", "exit_date": "2022-02-01"},
                {"entry_date": "2022-02-01", "exit_date": "2022-02-01"},
            ),
            ({"exit_date": "2024-02-01"}, {"exit_date": "2024-01-31"}),
            ({"exit_date": "2024-02-01"}, {"exit_date": ""}),
        ],
        "followup_employment": [({"exit_date": "2024-02-01"}, {"exit_date": "2024-01-31"})],
    },
    "L02": {
        "adult_ed": [
            ({"exit_reason": "03", "exit_date": ""}, {"exit_reason": "03", "exit_date": "2022-05-27"}),
            ({"exit_reason": "05", "exit_date": "2022-05-27"}, {"exit_reason": "07", "exit_date": "2022-05-27"}),
            ({"exit_reason": "06", "exit_date": "2022-05-27"}, {"exit_reason": "00", "exit_date": ""}),
        ],
        "cthires_pirl": [
            ({"exit_reason": "03", "exit_date": ""}, {"exit_reason": "03"}),
            ({"exit_reason": "03", "exit_date": ""}, {"exit_reason": "00", "exit_date": ""}),
            ({"exit_reason": "05", "youth_level": "4"}, {"exit_reason": "05", "youth_level": "3"}),
            ({"exit_reason": "05", "youth_level": ""}, {"exit_reason": "", "youth_level": ""}),
            (
                {"exit_reason": "06", "vocational_rehabilitation": "0"},
                {"exit_reason": "06", "vocational_rehabilitation": "1"},
            ),
            ({"exit_reason": "07", "adult_education": "0"}, {"exit_reason": "07", "adult_education": "1"}),
        ],
    },
    "L03": {
        "cthires_participant": [
            ({"exit_date": "", "youth_placement_q2": "0"}, {"exit_date": "", "youth_placement_q2": ""}),
            ({"exit_date": "", "youth_placement_q4": "1"}, {"exit_date": "2022-09-15", "youth_placement_q4": "1"}),
        ],
        "cthires_pirl": [
            (OPEN_ENDED | {name: value}, OPEN_ENDED)
            for name, value in (
                *((f"employed_q{number}", "9") for number in (1, 2, 3, 4)),
                *((f"employment_match_q{number}", "5") for number in (1, 2, 3, 4)),
                *((f"earnings_q{number}_usd", "999999.99") for number in (1, 2, 3, 4)),
                ("training_related_employment", "9"),
                ("same_employer_q2_q4", "0"),
                ("youth_placement_q2", "0"),
                ("youth_placement_q4", "1"),
            )
        ],
    },
    "L04": {
        "cthires_pirl": _per_quarter(
            (("0", "1", "0"), ("0", "0", "0")),
            (("0", "0", "0.01"), ("0", "0", "")),
            (("1", "0", "1"), ("1", "1", "1")),
            (("2", "5", ""), ("2", "4", "")),
            (("3", "5", "10"), ("3", "3", "10")),
            (("9", "1", "999999.99"), ("9", "5", "999999.99")),
            (("1", "5", "999999.99"), ("1", "4", "999999.99")),
            (("", "5", ""), ("", "", "")),
            (("", "1", ""), ("", "0", "")),
            (("1", "", "1"), ("1", "2", "1")),
            (("9", "", ""), ("9", "5", "")),
            (("9", "0", ""), ("9", "5", "")),
            (("0", "5", ""), ("0", "", "")),
        )
    },
    "L05": {
        "cthires_pirl": _per_quarter(
            (("0", "0", "0.01"), ("0", "0", "0")),
            (("9", "5", "999999.98"), ("9", "5", "999999.99")),
            (("", "", "0.01"), ("1", "1", "0.01")),
        ),
        "followup_employment": [
            (
                {"followup_employed": "0", "followup_earnings_usd": "0.01"},
                {"followup_employed": "0", "followup_earnings_usd": "0"},
            ),
            (
                {"followup_employed": "0", "followup_earnings_usd": "9"},
                {"followup_employed": "3", "followup_earnings_usd": "9"},
            ),
        ],
    },
    "L06": {
        # The extract is taken on 2024-01-31: the quarter of that day has not ended, the one before it has.
        "cthires_pirl": [
            (_zero_in(number, late), _zero_in(number, early))
            for number, late, early in (
                (1, "2023-10-01", "2023-09-30"),
                (2, "2023-07-01", "2023-06-30"),
                (3, "2023-04-01", "2023-03-31"),
                (4, "2023-01-01", "2022-12-31"),
            )
        ]
        + [
            (
                _zero_in(4, "2022-12-15") | {"_extract_date": "2023-12-31"},
                _zero_in(4, "2022-12-15") | {"_extract_date": "2024-01-01"},
            ),
            (_zero_in(1, "2024-01-02"), _zero_in(1, "2024-01-02") | {"employed_q1": "9"}),
        ],
        "followup_employment": [
            (
                {"followup_employed": "0", "followup_quarter": "2024Q1"},
                {"followup_employed": "0", "followup_quarter": "2023Q4"},
            ),
            (
                {"followup_employed": "0", "followup_quarter": "2024Q1"},
                {"followup_employed": "1", "followup_quarter": "2024Q1"},
            ),
        ],
    },
    "L07": {
        "adult_ed": [
            (
                {"diploma_type": "GED", "diploma_date": ""},
                {"diploma_type": "GED", "diploma_date": "2022-05-27"},
            ),
            (
                {"diploma_type": "", "diploma_date": "2022-05-27"},
                {"diploma_type": "", "diploma_date": ""},
            ),
        ],
        "cthires_pirl": [
            case
            for number in (1, 2, 3)
            for case in (
                (
                    {f"credential_type_{number}": "4", f"credential_date_{number}": ""},
                    {f"credential_type_{number}": "4", f"credential_date_{number}": "2022-08-30"},
                ),
                (
                    {f"credential_type_{number}": "0", f"credential_date_{number}": "2022-08-30"},
                    {f"credential_type_{number}": "0", f"credential_date_{number}": ""},
                ),
                (
                    {f"credential_type_{number}": "4", f"credential_date_{number}": "2022-01-31"},
                    {f"credential_type_{number}": "4", f"credential_date_{number}": "2022-02-01"},
                ),
            )
        ],
    },
    "L07_date_range": {
        "cthires_pirl": [
            (
                {f"credential_date_{number}": "2023-09-16", "exit_date": "2022-09-15"},
                {f"credential_date_{number}": "2023-09-15", "exit_date": "2022-09-15"},
            )
            for number in (1, 2, 3)
        ]
    },
    "L08": {
        "cthires_pirl": [
            case
            for number in (1, 2, 3)
            for case in (
                (_training(number, "01", ""), _training(number, "00", "")),
                (_training(number, "01", "2022-03-01", "0"), _training(number, "01", "2022-03-01")),
                (_training(number, "01", "2022-01-31"), _training(number, "01", "2022-02-01")),
                (_training(number, "01", "2022-09-16"), _training(number, "01", "2022-09-15")),
            )
        ]
    },
    "L09": {
        "cthires_pirl": [
            case
            for name in MESSAGES_OF_SKILL
            for case in (
                ({name: "2022-02-13"}, {name: "2022-02-14"}),
                ({name: "2022-01-31", "educ_training_date": ""}, {name: "2022-02-01", "educ_training_date": ""}),
                ({name: "2022-09-16"}, {name: "2022-09-15"}),
            )
        ]
    },
    "L10": {
        "adult_ed": [
            (
                {"birth_date": "1997-02-01", "entry_date": "2022-02-01", "foster_youth": "1"},
                {"birth_date": "1997-02-02", "entry_date": "2022-02-01", "foster_youth": "1"},
            )
        ],
        "cthires_pirl": [
            (
                {"adult_level": "1", "birth_date": "2004-02-02", "entry_date": "2022-02-01"},
                {"adult_level": "1", "birth_date": "2004-02-01", "entry_date": "2022-02-01"},
            ),
            (
                {"adult_level": "3", "birth_date": "2004-02-02", "entry_date": "2022-02-01"},
                {"adult_level": "4", "birth_date": "2004-02-02", "entry_date": "2022-02-01"},
            ),
            (
                {"youth_level": "2", "birth_date": "1997-02-01", "entry_date": "2022-02-01"},
                {"youth_level": "2", "birth_date": "1997-02-02", "entry_date": "2022-02-01"},
            ),
            (
                {"youth_level": "1", "adult_level": "0", "birth_date": "2008-02-02", "entry_date": "2022-02-01"},
                {"youth_level": "1", "adult_level": "0", "birth_date": "2008-02-01", "entry_date": "2022-02-01"},
            ),
            (
                {"foster_youth": "1", "birth_date": "1997-02-01", "entry_date": "2022-02-01"},
                {"foster_youth": "9", "birth_date": "1997-02-01", "entry_date": "2022-02-01"},
            ),
        ],
    },
    "L11": {
        name: [
            (
                {"long_term_unemployed": "1", "emp_status_entry": "3"},
                {"long_term_unemployed": "1", "emp_status_entry": "0"},
            ),
            (
                {"long_term_unemployed": "1", "emp_status_entry": "1"},
                {"long_term_unemployed": "9", "emp_status_entry": "1"},
            ),
        ]
        for name in ("cthires_pirl", "adult_ed")
    },
    "L11_grade": {
        "cthires_pirl": [
            ({"educ_level": "1", "highest_grade": "11"}, {"educ_level": "1", "highest_grade": "12"}),
            ({"educ_level": "2", "highest_grade": "0"}, {"educ_level": "2", "highest_grade": "9"}),
            ({"educ_level": "1", "highest_grade": "0"}, {"educ_level": "0", "highest_grade": "0"}),
        ]
    },
    "L12": {
        "cthires_pirl": [
            (
                {"same_employer_q2_q4": "1", "employed_q2": "0", "employed_q4": "1"},
                {"same_employer_q2_q4": "1", "employed_q2": "2", "employed_q4": "3"},
            ),
            (
                {"same_employer_q2_q4": "1", "employed_q2": "1", "employed_q4": "9"},
                {"same_employer_q2_q4": "0", "employed_q2": "1", "employed_q4": "9"},
            ),
            ({"same_employer_q2_q4": "1", "employed_q2": ""}, {"same_employer_q2_q4": "", "employed_q2": ""}),
        ]
    },
    "L13": {
        "cthires_pirl": [
            *((NO_PROGRAM, NO_PROGRAM | {name: "1"}) for name in NO_PROGRAM),
            (NO_PROGRAM | {"job_corps": "9"}, NO_PROGRAM | {"youthbuild": "YB-9"}),
            (dict.fromkeys(NO_PROGRAM, ""), dict.fromkeys(NO_PROGRAM, "") | {"adult_level": "4"}),
        ]
    },
    "L15": {
        name: [
            *(
                ({"in_secondary": "1", "educ_level": level}, {"in_secondary": "1", "educ_level": "3"})
                for level in ("1", "2", "4", "8")
            ),
            ({"in_secondary": "1", "educ_level": "1"}, {"in_secondary": "0", "educ_level": "1"}),
        ]
        for name in PERIODS
    },
    "L16": {
        name: [
            (
                {"in_postsecondary": "1", "educ_training_date": ""},
                {"in_postsecondary": "1", "educ_training_date": "2022-02-14"},
            ),
            (
                {"in_postsecondary": "1", "educ_training_date": ""},
                {"in_postsecondary": "0", "educ_training_date": ""},
            ),
        ]
        for name in PERIODS
    },
    "birth_before_entry": {
        "cthires_pirl": [
            (
                {"birth_date": "2022-02-01", "entry_date": "2022-02-01"},
                {"birth_date": "2000-01-31", "entry_date": "2022-02-01"},
            )
        ]
    },
    "followup_quarter_range": {
        "followup_employment": [
            (
                {"exit_date": "2022-12-31", "followup_quarter": "2022Q4"},
                {"exit_date": "2022-12-31", "followup_quarter": "2023Q1"},
            ),
            (
                {"exit_date": "2023-01-01", "followup_quarter": "2024Q2"},
                {"exit_date": "2023-01-01", "followup_quarter": "2024Q1"},
            ),
        ]
    },
    "verified_before_quarter": {
        "followup_employment": [
            (
                {"followup_quarter": "2023Q1", "followup_verified_date": "2022-12-31"},
                {"followup_quarter": "2023Q1", "followup_verified_date": "2023-01-01"},
            )
        ]
    },
    "verified_after_extract": {
        "followup_employment": [
            ({"followup_verified_date": "2024-02-01"}, {"followup_verified_date": "2024-01-31"}),
        ]
    },
    "quarter_not_ended": {
        "ui_wage_person_quarter": [
            (
                {"wage_year": "2024", "wage_quarter_number": "1"},
                {"wage_year": "2023", "wage_quarter_number": "4"},
            ),
            (
                {"wage_year": "2023", "wage_quarter_number": "1", "_extract_date": "2023-03-31"},
                {"wage_year": "2023", "wage_quarter_number": "1", "_extract_date": "2023-04-01"},
            ),
        ]
    },
    "quarter_after_period": {
        "ui_wage_person_quarter": [
            (
                {"wage_year": "2023", "wage_quarter_number": "3", "_period_to": "2023-06-30"},
                {"wage_year": "2023", "wage_quarter_number": "2", "_period_to": "2023-06-30"},
            )
        ]
    },
    "wage_outlier": {
        "ui_wage_person_quarter": [({"wage_total_usd": "250000.01"}, {"wage_total_usd": "250000.00"})],
    },
    "exclusion_before_birth": {
        "death_or_exclusion": [
            (
                {"birth_date": "2000-01-02", "exclusion_date": "2000-01-01"},
                {"birth_date": "2000-01-01", "exclusion_date": "2000-01-01"},
            )
        ]
    },
    "exclusion_after_extract": {
        "death_or_exclusion": [({"exclusion_date": "2024-02-01"}, {"exclusion_date": "2024-01-31"})],
    },
    "exclusion_end_order": {
        "death_or_exclusion": [
            (
                {"exclusion_type": "MEDICAL", "exclusion_date": "2023-05-02", "exclusion_end_date": "2023-05-01"},
                {"exclusion_type": "MEDICAL", "exclusion_date": "2023-05-01", "exclusion_end_date": "2023-05-01"},
            )
        ]
    },
    "final_has_no_end": {
        "death_or_exclusion": [
            (
                {"exclusion_type": "DEATH", "exclusion_end_date": "2023-12-31"},
                {"exclusion_type": "MEDICAL", "exclusion_end_date": "2023-12-31"},
            ),
            (
                {"exclusion_type": "deceased", "exclusion_end_date": "2023-12-31"},
                {"exclusion_type": "DEATH", "exclusion_end_date": ""},
            ),
        ]
    },
    "identity_thin": {
        "death_or_exclusion": [
            ({"birth_date": ""}, {"ssn": ""}),
            ({"ssn": "", "last_name": ""}, {"last_name": ""}),
        ]
    },
    "ssn_lost_leading_zeros": {
        name: [({"ssn": "21909999"}, {"ssn": "021909999"}), ({"ssn": "2190999"}, {"ssn": ""})] for name in PERSONS
    },
    "ssn_not_valid": {
        name: [
            ({"ssn": "000121234"}, {"ssn": "001121234"}),
            ({"ssn": "900121234"}, {"ssn": "899121234"}),
            ({"ssn": "111111111"}, {"ssn": "111111112"}),
        ]
        for name in PERSONS
    },
    "zip_lost_leading_zeros": {
        name: [({"zip": "6106"}, {"zip": "06106"}), ({"zip": "610"}, {"zip": "10001"})]
        for name in ("cthires_pirl", "death_or_exclusion")
    },
}

ASKS_NOTHING = {
    "L13": {"adult_level": "1"},
    "identity_thin": {"birth_date": "1998-04-17", "ssn": "219099999"},
}

AGAIN = {"entry_date": "2023-01-02", "exit_date": "2023-03-31"}
"""The same in the contract of participants."""
POP = {"exit_date": ""}
"""The example's learner with no date of exit: the last activity is what ended the period."""
NEXT_POP = {"pop_number": "2", "exit_date": "", "entry_date": "2022-09-06", "last_activity_date": "2022-12-02"}
"""A second period of the example's learner, 102 days after the last activity of the first."""
LATER = {"obs_number": "2", "entry_date": "2023-01-02", "exit_date": "2023-03-31"}
"""A second record of the example's person, more than 90 days after the first."""
_OWN_PROGRAMS = ("adult_level", "dislocated_worker_level", "youth_level", "wagner_peyser_level")
_GRANTS = (
    *("veterans_program", "farmworker_program", "native_american_program", "youthbuild"),
    *("reentry_adult", "reentry_youth", "h1b_grant"),
)
"""Programmes of the participant record whose overlap is a question."""

FILE_CASES = {
    "L13_duplicate": {
        "cthires_pirl": [
            ([{}, {"obs_number": "2"}], {0, 1}),
            ([{}, {"obs_number": "2", "dislocated_worker_level": "1"}], set()),
            ([{}, {"obs_number": "2", "entry_date": "2022-02-02"}], set()),
            ([{"youth_level": ""}, {"obs_number": "2", "youth_level": ""}], {0, 1}),
            *(([NO_PROGRAM, NO_PROGRAM | {"obs_number": "2", name: "1"}], set()) for name in NO_PROGRAM),
            *(
                ([NO_PROGRAM, NO_PROGRAM | {"obs_number": "2", "job_corps": said, "h1b_grant": said}], {0, 1})
                for said in ("9", "")
            ),
        ]
    },
    "L14": {
        "cthires_pirl": [
            ([{}, LATER | {"birth_date": "1998-04-18"}], {0, 1}),
            ([{}, LATER | {"ssn": "219099998"}], {0, 1}),
            ([{}, LATER | {"ssn": ""}], set()),
            ([{}, LATER | {"ssn": "219099998", "participant_id": "4100028"}], set()),
        ],
        "cthires_participant": [
            ([{}, AGAIN | {"birth_date": "1998-04-18"}], {0, 1}),
            ([{}, AGAIN | {"ssn": "219099998"}], {0, 1}),
            ([{}, AGAIN | {"ssn": ""}, AGAIN | {"ssn": "219099998", "participant_id": "4100028"}], set()),
        ],
        "adult_ed": [
            ([POP, NEXT_POP | {"birth_date": "1998-04-18"}], {0, 1}),
            ([POP, NEXT_POP | {"ssn": "219099998"}], {0, 1}),
            ([POP, NEXT_POP | {"ssn": ""}, NEXT_POP | {"ssn": "219099998", "student_id": "L1"}], set()),
        ],
    },
    "L17": {
        "cthires_participant": [
            ([{}, AGAIN | {"entry_date": "2022-09-15"}], {1}),
            ([AGAIN | {"entry_date": "2022-09-15"}, {}], {0}),
            ([{"exit_date": "", "exit_reason": ""}, AGAIN], {1}),
            ([{}, AGAIN | {"entry_date": "2022-09-16"}], set()),
            ([{"exit_date": "", "exit_reason": ""}, AGAIN | {"program_code": "DW"}], set()),
            ([{"exit_date": "", "exit_reason": ""}, AGAIN | {"participant_id": "4100028"}], set()),
        ],
        "adult_ed": [
            ([POP, NEXT_POP | {"entry_date": "2022-05-27"}], {1}),
            ([POP, NEXT_POP | {"entry_date": "2022-05-28"}], set()),
            ([{"exit_date": "2022-06-10"}, NEXT_POP | {"entry_date": "2022-06-10"}], {1}),
            ([POP, NEXT_POP | {"entry_date": "2022-05-27", "student_id": "L1"}], set()),
        ],
        "cthires_pirl": [
            ([{}, LATER | {"entry_date": "2022-09-15"}], {1}),
            ([LATER | {"entry_date": "2022-09-15"}, {}], {0}),
            ([{}, LATER | {"entry_date": "2022-09-16"}], set()),
            ([OPEN_ENDED, LATER], {1}),
            ([OPEN_ENDED, LATER | {"adult_level": "0", "wagner_peyser_level": "0", "youth_level": "1"}], set()),
            ([OPEN_ENDED, LATER | {"adult_level": "4", "wagner_peyser_level": "2"}], set()),
            ([OPEN_ENDED, LATER | {"adult_level": "4", "wagner_peyser_level": "1"}], {1}),
            ([OPEN_ENDED, LATER | {"participant_id": "4100028"}], set()),
            (
                [{"dislocated_worker_level": "1"} | OPEN_ENDED, LATER | NO_PROGRAM | {"dislocated_worker_level": "1"}],
                {1},
            ),
            *(
                ([NO_PROGRAM | OPEN_ENDED | {name: "1"}, LATER | NO_PROGRAM | {name: "1"}], {1})
                for name in _OWN_PROGRAMS
            ),
            # Served by veterans' staff in both periods, each of another programme.
            (
                [
                    OPEN_ENDED | {"veterans_program": "1"},
                    LATER | NO_PROGRAM | {"youth_level": "1", "veterans_program": "1"},
                ],
                set(),
            ),
            # A short period inside a long one does not hide it.
            (
                [
                    {"exit_date": "2023-01-01"},
                    {"obs_number": "2", "entry_date": "2022-03-01", "exit_date": "2022-04-01"},
                    {"obs_number": "3", "entry_date": "2022-06-01", "exit_date": "2022-07-01"},
                ],
                {1, 2},
            ),
        ],
    },
    "L17_other": {
        "cthires_pirl": [
            *(([NO_PROGRAM | OPEN_ENDED | {name: "1"}, LATER | NO_PROGRAM | {name: "1"}], {1}) for name in _GRANTS),
            *(
                ([OPEN_ENDED | NO_PROGRAM | {"veterans_program": "1"}, LATER | NO_PROGRAM | {name: said}], set())
                for name, said in (("veterans_program", "9"), ("farmworker_program", "1"), ("adult_level", "1"))
            ),
            ([OPEN_ENDED | {"job_corps": "1"}, LATER | {"job_corps": "1"}], set()),
            ([NO_PROGRAM | {"h1b_grant": "1"}, LATER | NO_PROGRAM | {"h1b_grant": "1"}], set()),
        ]
    },
    "L18": {
        "cthires_participant": [
            ([{}, AGAIN | {"entry_date": "2022-12-14"}], {1}),
            ([{}, AGAIN | {"entry_date": "2022-12-15"}], set()),
            ([{}, AGAIN | {"entry_date": "2022-12-14", "program_code": "DW"}], set()),
            (
                [
                    {"planned_gap_from": "2022-09-01", "planned_gap_to": "2022-12-10"},
                    AGAIN | {"entry_date": "2022-12-14"},
                ],
                set(),
            ),
        ],
        "adult_ed": [
            ([POP, NEXT_POP | {"entry_date": "2022-08-24"}], {1}),
            ([POP, NEXT_POP | {"entry_date": "2022-08-25"}], set()),
            ([POP, NEXT_POP | {"entry_date": "2022-08-24", "student_id": "L1"}], set()),
        ],
        "cthires_pirl": [
            ([{}, LATER | {"entry_date": "2022-12-14"}], {1}),
            ([{}, LATER | {"entry_date": "2022-12-15"}], set()),
            ([{}, LATER | {"entry_date": "2022-09-16"}], {1}),
            ([{}, LATER | {"entry_date": "2022-12-14", "participant_id": "4100028"}], set()),
            (
                [{}, LATER | NO_PROGRAM | {"entry_date": "2022-12-14", "dislocated_worker_level": "1"}],
                set(),
            ),
            *(
                (
                    [
                        NO_PROGRAM | {name: "1"},
                        LATER | NO_PROGRAM | {"entry_date": "2022-12-14", name: "1"},
                    ],
                    {1},
                )
                for name in (*_OWN_PROGRAMS, *_GRANTS)
            ),
        ],
    },
    "pop_number_order": {
        "adult_ed": [
            ([POP, NEXT_POP], set()),
            ([NEXT_POP, POP], set()),
            ([POP, NEXT_POP | {"pop_number": "3"}], {1}),
            ([POP | {"pop_number": "2"}, NEXT_POP | {"pop_number": "1"}], {0, 1}),
            ([POP | {"pop_number": "2"}], {0}),
            ([POP, NEXT_POP | {"pop_number": "1", "pop_fiscal_year": "2023"}], set()),
            ([POP, NEXT_POP | {"pop_number": "1", "student_id": "L1"}], set()),
        ]
    },
    "total_hours_differ": {
        "adult_ed": [
            ([POP | {"total_hours": "80"}, NEXT_POP | {"total_hours": "80.01"}], {0, 1}),
            ([POP | {"total_hours": "80"}, NEXT_POP | {"total_hours": "80.00"}], set()),
            ([POP | {"total_hours": "80"}, NEXT_POP | {"total_hours": "81", "pop_fiscal_year": "2023"}], set()),
            ([POP | {"total_hours": "80"}, NEXT_POP | {"total_hours": "81", "student_id": "L1"}], set()),
        ]
    },
    "ssn_with_two_names": {
        "ui_wage_person_quarter": [
            ([{}, {"last_name": "Ito"}], {0, 1}),
            ([{}, {"last_name": "Ito", "wage_quarter_number": "2"}], set()),
            ([{}, {"ssn": "219099998"}], set()),
        ]
    },
    "two_deaths": {
        "death_or_exclusion": [
            ([{}, {"exclusion_date": "2023-11-03"}], {0, 1}),
            ([{}, {"exclusion_type": "MEDICAL", "exclusion_date": "2023-01-03"}], set()),
            ([{}, {"source_system": "LACES"}], set()),
            (
                [{"exclusion_type": "MEDICAL"}, {"exclusion_type": "MEDICAL", "exclusion_date": "2023-01-03"}],
                set(),
            ),
        ]
    },
}
