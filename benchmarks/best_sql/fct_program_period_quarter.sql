-- A period spreads over its observed quarters by arithmetic; dim_quarter only says which quarters have begun.
with quarter as materialized (
    select quarter_index, is_wage_complete
    from core.dim_quarter, core.dim_build
    where start_date <= as_of_date
),
anchor as materialized (
    select anchor_code, cast(quarters_from_anchor as integer) as quarters_from_anchor from seeds.ref_observed_quarter
),
spread as (
    select period_key, person_key, is_wage_matched, anchor_code, quarters_from_anchor,
        entry_quarter_index + quarters_from_anchor as quarter_index
    from core.fct_program_period, anchor where anchor_code = 'ENTRY'
    union all
    select period_key, person_key, is_wage_matched, anchor_code, quarters_from_anchor,
        exit_quarter_index + quarters_from_anchor
    from core.fct_program_period, anchor where anchor_code <> 'ENTRY' and exit_date is not null
)
select
    period_key, anchor_code, quarters_from_anchor, person_key, quarter_index,
    person_quarter.person_key is not null as is_employed,
    is_wage_complete,
    case
        when person_quarter.person_key is not null then wage_usd
        when is_wage_complete and is_wage_matched then 0::decimal(14, 2)
    end as wage_usd
from spread
join quarter using (quarter_index)
left join core.fct_person_quarter as person_quarter using (person_key, quarter_index)
