-- A pathway is walked when one stay follows another within each step's window. Every chain of a person's stays is tried;
-- the one that gets furthest counts; of several the one that gets there first, from the latest beginning.
with recursive

step as (
    select * from {{ ref('dim_pathway') }}
),

stay_set as (
    select * from {{ ref('ref_pathway_stay') }}
),

exit_reason as (
    select * from {{ ref('ref_exit_reason') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

period as (
    select * from {{ ref('fct_program_period') }}
),

person_asked as (
    select * from {{ ref('int_ps_person_asked') }}
),

told as (
    {{ college_terms_told(ref('fct_ps_term')) }}
),

college_year as (
    select
        person_key,
        case when college_level_code = '4' then 'COLLEGE_4YR' else 'COLLEGE_2YR' end as stay_code,
        school_year,
        min(begin_date) as begin_date,
        max(end_date) as end_date
    from {{ ref('fct_ps_term') }}
    where is_college_term
    group by person_key, case when college_level_code = '4' then 'COLLEGE_4YR' else 'COLLEGE_2YR' end, school_year
),

-- A school year away ends a stay at college.
college_stay_year as (
    select
        *,
        school_year - row_number() over (partition by person_key, stay_code order by school_year) as spell
    from college_year
),

college_stay as (
    select
        person_key,
        stay_code,
        min(begin_date) as entry_date,
        max(end_date) as last_date,
        max(school_year) as last_school_year
    from college_stay_year
    group by person_key, stay_code, spell
),

stay as (
    select
        period_key as stay_key,
        person_key,
        program_code as stay_code,
        entry_date,
        exit_date
    from period
    union all
    -- Who was there in the newest year on file may still be.
    select
        college_stay.person_key || '-' || college_stay.stay_code || '-' || cast(college_stay.entry_date as varchar) as stay_key,
        college_stay.person_key,
        college_stay.stay_code,
        college_stay.entry_date,
        case when college_stay.last_school_year < told.known_to_school_year then college_stay.last_date end as exit_date
    from college_stay
    cross join told
    union all
    select
        person_key || '-COLLEGE_AWARD-' || cast(award_date as varchar) as stay_key,
        person_key,
        'COLLEGE_AWARD' as stay_code,
        award_date as entry_date,
        award_date as exit_date
    from {{ ref('fct_ps_award') }}
    group by person_key, award_date
),

step_stay as (
    select
        step.pathway_code,
        step.step_order,
        step.window_days,
        step.is_overlap_allowed,
        stay.stay_key,
        stay.person_key,
        stay.stay_code,
        stay.entry_date,
        stay.exit_date
    from step
    inner join stay_set
        on step.stay_set_code = stay_set.stay_set_code
    inner join stay
        on stay_set.stay_code = stay.stay_code
),

chain as (
    select
        pathway_code,
        person_key,
        step_order,
        stay_key,
        stay_code,
        entry_date,
        exit_date,
        cast(null as date) as previous_date,
        stay_key as start_key,
        entry_date as start_date,
        cast(stay_key as varchar) as stay_path
    from step_stay
    where step_order = 1
    union all
    select
        chain.pathway_code,
        chain.person_key,
        step_stay.step_order,
        step_stay.stay_key,
        step_stay.stay_code,
        step_stay.entry_date,
        step_stay.exit_date,
        chain.exit_date as previous_date,
        chain.start_key,
        chain.start_date,
        chain.stay_path || '>' || step_stay.stay_key as stay_path
    from chain
    inner join step_stay
        on chain.pathway_code = step_stay.pathway_code
        and chain.person_key = step_stay.person_key
        and chain.step_order + 1 = step_stay.step_order
        and chain.stay_key <> step_stay.stay_key
        and step_stay.entry_date >= case when step_stay.is_overlap_allowed then chain.entry_date else chain.exit_date end
        and (
            step_stay.entry_date <= {{ add_days('chain.exit_date', 'step_stay.window_days') }}
            or (chain.exit_date is null and step_stay.is_overlap_allowed)
        )
),

-- After which step can the next still come: is its window open, as far as agencies and colleges have told?
open_chain as (
    select
        chain.pathway_code,
        chain.person_key,
        min(chain.step_order) as open_after_step
    from chain
    cross join build
    cross join told
    inner join step
        on chain.pathway_code = step.pathway_code
        and chain.step_order + 1 = step.step_order
    where chain.exit_date is null
        or {{ add_days('chain.exit_date', 'step.window_days') }}
            > case when step.stay_set_code like 'COLLEGE%' then coalesce(told.known_to_date, chain.exit_date) else build.as_of_date end
    group by chain.pathway_code, chain.person_key
),

furthest as (
    select
        chain.*,
        row_number() over (
            partition by pathway_code, person_key
            order by step_order desc, entry_date, start_date desc, stay_path
        ) as chain_order
    from chain
),

person as (
    select
        furthest.pathway_code,
        furthest.person_key,
        furthest.start_key,
        furthest.start_date,
        coalesce(exit_reason.excludes_all, false) as is_excluded
    from furthest
    inner join period
        on furthest.start_key = period.period_key
    left join exit_reason
        on period.exit_reason_code = exit_reason.code
    where furthest.chain_order = 1
),

-- The last step of a chain, and those it came by: most chains have none.
walked as (
    select
        pathway_code,
        person_key,
        step_order,
        stay_key,
        stay_code,
        entry_date,
        exit_date,
        previous_date
    from furthest
    where chain_order = 1
    union all
    select
        chain.pathway_code,
        chain.person_key,
        chain.step_order,
        chain.stay_key,
        chain.stay_code,
        chain.entry_date,
        chain.exit_date,
        chain.previous_date
    from furthest
    inner join chain
        on furthest.pathway_code = chain.pathway_code
        and furthest.person_key = chain.person_key
        and furthest.start_key = chain.start_key
        and furthest.step_order > chain.step_order
        and substring(furthest.stay_path, 1, length(chain.stay_path) + 1) = chain.stay_path || '>'
    where furthest.chain_order = 1
        and furthest.step_order > 1
),

final as (
    select
        person.pathway_code,
        person.person_key,
        step.step_order,
        step.stay_set_code,
        person.start_key as period_key,
        {{ program_year('person.start_date') }} as program_year,
        walked.stay_key is not null as is_reached,
        walked.stay_key is null and coalesce(open_chain.open_after_step < step.step_order, false) as is_pending,
        step.stay_set_code like 'COLLEGE%' and person_asked.person_key is null as is_unmatched,
        person.is_excluded,
        walked.stay_key,
        walked.stay_code,
        walked.entry_date,
        walked.exit_date,
        cast({{ days_between('walked.previous_date', 'walked.entry_date') }} as integer) as days_from_previous,
        cast({{ days_between('person.start_date', 'walked.entry_date') }} as integer) as days_from_start
    from person
    inner join step
        on person.pathway_code = step.pathway_code
    left join walked
        on person.pathway_code = walked.pathway_code
        and person.person_key = walked.person_key
        and step.step_order = walked.step_order
    left join open_chain
        on person.pathway_code = open_chain.pathway_code
        and person.person_key = open_chain.person_key
    left join person_asked
        on person.person_key = person_asked.person_key
)

select * from final
