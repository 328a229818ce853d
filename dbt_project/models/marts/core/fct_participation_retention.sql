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

followup as (
    select * from {{ ref('int_followup_matched') }} where employer_key is not null
),

program as (
    select * from {{ ref('dim_program') }}
),

employed as (
    select
        participation_quarter.participation_key,
        participation_quarter.quarters_after_exit,
        wage.employer_key
    from participation_quarter
    inner join wage
        on participation_quarter.person_key = wage.person_key
        and participation_quarter.quarter_index = wage.quarter_index
    union
    select
        participation_quarter.participation_key,
        participation_quarter.quarters_after_exit,
        followup.employer_key
    from participation_quarter
    inner join followup
        on participation_quarter.person_key = followup.person_key
        and participation_quarter.quarter_index = followup.quarter_index
    inner join participation
        on participation_quarter.participation_key = participation.participation_key
    left join program
        on participation.program_code = program.program_code
    where coalesce(program.is_wioa, false) or not followup.is_wioa_only
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

quarter as (
    select
        participation_key,
        max(case when quarters_after_exit = 2 and is_employed then 1 else 0 end) = 1 as is_employed_q2,
        max(case when quarters_after_exit = 2 and has_wage and not is_employer_known then 1 else 0 end) = 1
            as is_by_person_q2,
        max(case when quarters_after_exit = 4 and has_wage and not is_employer_known then 1 else 0 end) = 1
            as is_by_person_q4,
        max(case when quarters_after_exit = 4 and is_wage_complete then 1 else 0 end) = 1 as is_complete_q4
    from participation_quarter
    group by participation_key
),

judged as (
    select
        participation.participation_key,
        coalesce(kept.has_employer_q2, false) as has_employer_q2,
        coalesce(kept.has_same_employer_q4, false) as has_same_employer_q4,
        coalesce(quarter.is_employed_q2, false) as is_employed_q2,
        coalesce(quarter.is_by_person_q2, false) as is_by_person_q2,
        coalesce(quarter.is_by_person_q4, false) as is_by_person_q4,
        coalesce(quarter.is_complete_q4, false) as is_complete_q4
    from participation
    left join kept
        on participation.participation_key = kept.participation_key
    left join quarter
        on participation.participation_key = quarter.participation_key
),

final as (
    select
        participation_key,
        -- Employed in the fourth quarter by nobody knows whom: neither kept nor not kept.
        has_employer_q2 and (has_same_employer_q4 or not is_by_person_q4) as has_employer_q2,
        has_same_employer_q4,
        is_employed_q2,
        not has_same_employer_q4 and case
            when has_employer_q2 then is_by_person_q4
            else is_by_person_q2
        end as is_by_person_only,
        has_employer_q2 and not has_same_employer_q4 and not is_by_person_q4 and not is_complete_q4 as is_pending
    from judged
)

select * from final
