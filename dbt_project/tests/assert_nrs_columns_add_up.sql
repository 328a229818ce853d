-- Table 4: every period is in one column, and the whole is the sum of its levels. Table 6: the lines of employment status
-- at entry are the participants of Table 4, whose first periods are its persons.
with

table_4 as (
    select * from {{ ref('rpt_nrs_table_4') }}
),

level_sum as (
    select
        program_year,
        period_basis_code,
        sum(participation_count) as participation_count,
        sum(numerator_count) as numerator_count,
        sum(attendance_hours) as attendance_hours
    from table_4
    where entering_efl_code <> 'ALL'
    group by program_year, period_basis_code
),

status_sum as (
    select
        program_year,
        sum(numerator_count) as participant_count
    from {{ ref('rpt_nrs_table_6') }}
    where section_code = 'EMPLOYMENT_STATUS'
    group by program_year
),

first_period as (
    select * from table_4 where entering_efl_code = 'ALL' and period_basis_code = 'FIRST'
)

select
    'columns' as what,
    program_year
from table_4
where participation_count
    <> excluded_count + level_gain_count + diploma_count + other_gain_count + separated_count + remaining_count
    or numerator_count <> level_gain_count + diploma_count + other_gain_count
    or denominator_count <> participation_count - excluded_count
    or (period_basis_code = 'FIRST' and participation_count <> person_count)
union all
select
    'levels' as what,
    whole.program_year
from table_4 as whole
inner join level_sum
    on whole.program_year = level_sum.program_year
    and whole.period_basis_code = level_sum.period_basis_code
where whole.entering_efl_code = 'ALL'
    and (
        whole.participation_count <> level_sum.participation_count
        or whole.numerator_count <> level_sum.numerator_count
        or whole.attendance_hours <> level_sum.attendance_hours
    )
union all
select
    'employment status' as what,
    coalesce(first_period.program_year, status_sum.program_year) as program_year
from first_period
full outer join status_sum
    on first_period.program_year = status_sum.program_year
where coalesce(first_period.participation_count, -1) <> coalesce(status_sum.participant_count, -1)
