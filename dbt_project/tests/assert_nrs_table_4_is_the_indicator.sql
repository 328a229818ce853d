-- Table 4 of all periods and levels is the skill gain of Title II in the annual report, in everything both say.
{%- set shared = ['numerator_count', 'denominator_count', 'pending_count', 'unmatched_count', 'excluded_count'] %}
with

table_4 as (
    select * from {{ ref('rpt_nrs_table_4') }} where period_basis_code = 'ALL' and entering_efl_code = 'ALL'
),

indicator as (
    select *
    from {{ ref('rpt_wioa_indicator') }}
    where indicator_code = 'MSG'
        and program_code = 'ADULT_ED'
        and report_type = 'ANNUAL'
        and wda_code = 'ALL'
        and slice_code = 'ALL'
)

select coalesce(table_4.program_year, indicator.program_year) as program_year
from table_4
full outer join indicator
    on table_4.program_year = indicator.program_year
where table_4.program_year is null
    or indicator.program_year is null
    {%- for column in shared %}
    or table_4.{{ column }} <> indicator.{{ column }}
    {%- endfor %}
