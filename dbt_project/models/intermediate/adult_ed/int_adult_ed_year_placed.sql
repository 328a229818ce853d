-- One row per period of adult education and programme year with a day of it between entry and exit or last activity
-- (rules 3), described by its rows of that fiscal year. Tests, diplomas and transcripts belong to the period until its
-- gap is over; a test already within the gap before entry.
with

period as (
    select * from {{ ref('int_adult_ed_period_derived') }} where is_participant
),

adult_ed as (
    select * from {{ ref('int_adult_ed_year_deduplicated') }}
),

assessment as (
    select * from {{ ref('int_assessment_identified') }} where is_valid_test and not is_post_test and efl_code is not null
),

program_year as (
    select * from {{ ref('ref_cohort_window') }} where indicator_code = 'MSG' and report_type = 'ANNUAL'
),

exit_rule as (
    select * from {{ ref('int_exit_rule_dated') }} where program_code = 'ADULT_ED'
),

build as (
    select * from {{ ref('stg_build') }}
),

in_year as (
    select
        period.person_key,
        period.entry_date,
        period.exit_date,
        program_year.program_year,
        program_year.window_to_date as year_end_date,
        {{ later_of('period.entry_date', 'program_year.window_from_date') }} as gain_from_date,
        {{ add_days('period.entry_date', '-(' ~ gap_days_within('exit_rule.gap_rule', 'exit_rule.gap_days') ~ ')') }}
            as test_from_date,
        {{ earlier_of('program_year.window_to_date', 'build.as_of_date') }} as year_known_date,
        {{ add_days('period.exit_date', gap_days_within('exit_rule.gap_rule', 'exit_rule.gap_days')) }} as gap_end_date,
        row_number() over (
            partition by period.person_key, program_year.program_year order by period.entry_date
        ) as period_number
    from period
    cross join build
    inner join exit_rule
        on {{ exit_rule_on('exit_rule', "'ADULT_ED'", 'period.entry_date') }}
    inner join program_year
        on period.entry_date <= program_year.window_to_date
        and coalesce(period.exit_date, period.last_activity_date) >= program_year.window_from_date
),

-- Rows of the year itself; where a long row spans several, the nearest year's.
ranked as (
    select
        in_year.program_year,
        adult_ed.*,
        adult_ed.pop_fiscal_year = in_year.program_year + 1 as is_of_the_year,
        rank() over (
            partition by in_year.person_key, in_year.entry_date, in_year.program_year
            order by
                case
                    when adult_ed.pop_fiscal_year = in_year.program_year + 1 then 0
                    when adult_ed.pop_fiscal_year <= in_year.program_year then 1
                    else 2
                end,
                abs(adult_ed.pop_fiscal_year - in_year.program_year - 1)
        ) as nearness
    from in_year
    inner join adult_ed
        on in_year.person_key = adult_ed.person_key
        and in_year.entry_date = adult_ed.period_entry_date
),

near as (
    select
        *,
        row_number() over (
            partition by person_key, period_entry_date, program_year order by entry_date, pop_fiscal_year
        ) as row_order
    from ranked
    where nearness = 1
),

described as (
    select
        person_key,
        period_entry_date,
        program_year,
        max(case when row_order = 1 then entering_efl_code end) as stated_efl_code,
        max(case when row_order = 1 then employment_status_entry_code end) as employment_status_entry_code,
        max(case when row_order = 1 then wda_code end) as wda_code,
        max(case when is_distance_learner then 1 else 0 end) = 1 as is_distance_learner,
        {% for code, column in adult_ed_program_types().items() -%}
        max(case when {{ holds_code('adult_ed_program_type_codes', code) }} then 1 else 0 end) = 1 as {{ column }},
        {% endfor -%}
        sum(case when is_of_the_year then most_pop_hours else 0 end) as attendance_hours
    from near
    group by person_key, period_entry_date, program_year
),

-- Where LACES states no entering level: the lowest of the pre-tests.
tested as (
    select
        in_year.person_key,
        in_year.entry_date,
        in_year.program_year,
        assessment.efl_code,
        row_number() over (
            partition by in_year.person_key, in_year.entry_date, in_year.program_year
            order by assessment.efl_level_number, assessment.efl_code
        ) as lowest_order
    from in_year
    inner join assessment
        on in_year.person_key = assessment.person_key
        and assessment.test_date between in_year.test_from_date and in_year.year_known_date
        and (in_year.gap_end_date is null or assessment.test_date <= in_year.gap_end_date)
),

final as (
    select
        in_year.person_key,
        in_year.entry_date,
        in_year.program_year,
        in_year.period_number,
        in_year.exit_date,
        in_year.year_end_date,
        in_year.test_from_date,
        in_year.gain_from_date,
        {{ earlier_of('in_year.year_known_date', 'in_year.gap_end_date') }} as gain_to_date,
        in_year.year_known_date,
        coalesce(described.stated_efl_code, tested.efl_code) as entering_efl_code,
        described.employment_status_entry_code,
        described.wda_code,
        described.is_distance_learner,
        {% for column in adult_ed_program_types().values() -%}
        described.{{ column }},
        {% endfor -%}
        described.attendance_hours
    from in_year
    inner join described
        on in_year.person_key = described.person_key
        and in_year.entry_date = described.period_entry_date
        and in_year.program_year = described.program_year
    left join tested
        on in_year.person_key = tested.person_key
        and in_year.entry_date = tested.entry_date
        and in_year.program_year = tested.program_year
        and tested.lowest_order = 1
)

select * from final
