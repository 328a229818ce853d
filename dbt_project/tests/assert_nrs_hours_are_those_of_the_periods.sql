-- Hours of Table 4 are the contact hours of participants in the fiscal years of its programme years, none lost or twice.
with

reported as (
    select
        program_year,
        attendance_hours
    from {{ ref('rpt_nrs_table_4') }}
    where entering_efl_code = 'ALL' and period_basis_code = 'ALL'
),

sent as (
    select
        pop_fiscal_year - 1 as program_year,
        sum(pop_hours) as pop_hours
    from {{ ref('fct_adult_ed_period') }}
    where is_participant
    group by pop_fiscal_year
)

select
    sent.program_year,
    sent.pop_hours,
    reported.attendance_hours
from sent
left join reported
    on sent.program_year = reported.program_year
where sent.pop_hours <> coalesce(reported.attendance_hours, 0)
