with

period as (
    select * from {{ ref('fct_program_period') }}
),

observed_quarter as (
    select * from {{ ref('ref_observed_quarter') }}
),

person_quarter as (
    select * from {{ ref('fct_person_quarter') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

-- Quarters that have not begun are nobody's yet.
observed as (
    select
        period.period_key,
        period.person_key,
        period.is_wage_matched,
        observed_quarter.anchor_code,
        observed_quarter.quarters_from_anchor,
        quarter.quarter_index,
        quarter.is_wage_complete
    from period
    cross join build
    inner join observed_quarter
        on observed_quarter.anchor_code = 'ENTRY' or period.exit_date is not null
    inner join quarter
        on case observed_quarter.anchor_code
            when 'ENTRY' then period.entry_quarter_index else period.exit_quarter_index
        end + observed_quarter.quarters_from_anchor = quarter.quarter_index
    where quarter.start_date <= build.as_of_date
),

final as (
    select
        observed.period_key,
        observed.anchor_code,
        cast(observed.quarters_from_anchor as integer) as quarters_from_anchor,
        observed.person_key,
        observed.quarter_index,
        person_quarter.person_key is not null as is_employed,
        observed.is_wage_complete,
        case
            when person_quarter.person_key is not null then person_quarter.wage_usd
            when observed.is_wage_complete and observed.is_wage_matched then cast(0 as decimal(14, 2))
        end as wage_usd
    from observed
    left join person_quarter
        on observed.person_key = person_quarter.person_key
        and observed.quarter_index = person_quarter.quarter_index
)

select * from final
