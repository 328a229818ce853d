with

participation as (
    select * from {{ ref('fct_participation') }} where is_participant and exit_date is not null
),

participation_quarter as (
    select * from {{ ref('fct_participation_quarter') }} where quarters_after_exit in (2, 4)
),

wage as (
    select * from {{ ref('fct_wage_quarter') }} where wage_usd > 0
),

employed as (
    select distinct
        participation_quarter.participation_key,
        participation_quarter.quarters_after_exit,
        wage.employer_key
    from participation_quarter
    inner join wage
        on participation_quarter.person_key = wage.person_key
        and participation_quarter.quarter_index = wage.quarter_index
),

-- An employer met in both quarters has two rows here.
employer as (
    select
        participation_key,
        employer_key,
        count(*) as quarter_count,
        min(quarters_after_exit) as first_quarter
    from employed
    group by participation_key, employer_key
),

kept as (
    select
        participation_key,
        max(case when first_quarter = 2 then 1 else 0 end) = 1 as has_employer_q2,
        max(case when quarter_count = 2 then 1 else 0 end) = 1 as has_same_employer_q4
    from employer
    group by participation_key
),

fourth_quarter as (
    select * from participation_quarter where quarters_after_exit = 4
),

final as (
    select
        participation.participation_key,
        coalesce(kept.has_employer_q2, false) as has_employer_q2,
        coalesce(kept.has_same_employer_q4, false) as has_same_employer_q4,
        coalesce(kept.has_employer_q2, false) and not coalesce(kept.has_same_employer_q4, false)
            and not coalesce(fourth_quarter.is_wage_complete, false) as is_pending
    from participation
    left join kept
        on participation.participation_key = kept.participation_key
    left join fourth_quarter
        on participation.participation_key = fourth_quarter.participation_key
)

select * from final
