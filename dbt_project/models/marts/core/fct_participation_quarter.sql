with

participation as (
    select * from {{ ref('fct_participation') }} where is_participant and exit_date is not null
),

person_quarter as (
    select * from {{ ref('fct_person_quarter') }}
),

apprenticeship as (
    select * from {{ ref('fct_apprenticeship') }}
),

followup as (
    select * from {{ ref('int_followup_matched') }}
),

program as (
    select * from {{ ref('dim_program') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

quarter_after_exit as (
    {% for number in range(1, 5) -%}
    select {{ number }} as quarters_after_exit{{ ' union all ' if not loop.last }}
    {% endfor %}
),

observed as (
    select
        participation.participation_key,
        participation.person_key,
        quarter_after_exit.quarters_after_exit,
        quarter.quarter_index,
        quarter.quarter,
        quarter.start_date,
        quarter.end_date,
        quarter.is_wage_complete,
        coalesce(program.is_wioa, false) as is_wioa
    from participation
    cross join quarter_after_exit
    inner join quarter
        on participation.exit_quarter_index + quarter_after_exit.quarters_after_exit = quarter.quarter_index
    left join program
        on participation.program_code = program.program_code
),

-- Evidence that the state's wages do not show (rules s12): earnings of wage records add up; of other evidence the highest
-- counts, and only where no wage record says anything.
supplemented as (
    select
        observed.participation_key,
        observed.quarter_index,
        max(case when followup.is_wage_record then 1 else 0 end) = 1 as has_wage_record,
        sum(case when followup.is_wage_record then followup.earnings_usd end) as wage_record_usd,
        max(case when not followup.is_wage_record then followup.earnings_usd end) as stated_usd
    from observed
    inner join followup
        on observed.person_key = followup.person_key
        and observed.quarter_index = followup.quarter_index
    where observed.is_wioa or not followup.is_wioa_only
    group by observed.participation_key, observed.quarter_index
),

-- Employment without a wage record: an apprenticeship with a day in the quarter that is known and not suspended.
apprenticed as (
    select distinct
        observed.participation_key,
        observed.quarter_index
    from observed
    cross join build
    inner join apprenticeship
        on observed.person_key = apprenticeship.person_key
        and apprenticeship.start_date <= observed.end_date
        and apprenticeship.start_date <= build.as_of_date
        and observed.start_date <= {{ earlier_of('build.as_of_date', 'apprenticeship.employed_to_date') }}
    where apprenticeship.suspended_from_date is null
        or apprenticeship.suspended_from_date > {{ later_of('observed.start_date', 'apprenticeship.start_date') }}
        or apprenticeship.suspended_to_date < {{ earlier_of('observed.end_date', 'apprenticeship.employed_to_date') }}
),

judged as (
    select
        observed.*,
        person_quarter.person_key is not null as has_wage,
        coalesce(person_quarter.is_employer_known, false) as is_employer_known,
        supplemented.participation_key is not null as has_supplement,
        apprenticed.participation_key is not null as is_apprentice,
        case
            when person_quarter.person_key is not null or supplemented.has_wage_record
                then nullif(coalesce(person_quarter.wage_usd, 0) + coalesce(supplemented.wage_record_usd, 0), 0)
            else supplemented.stated_usd
        end as wage_usd
    from observed
    left join person_quarter
        on observed.person_key = person_quarter.person_key
        and observed.quarter_index = person_quarter.quarter_index
    left join supplemented
        on observed.participation_key = supplemented.participation_key
        and observed.quarter_index = supplemented.quarter_index
    left join apprenticed
        on observed.participation_key = apprenticed.participation_key
        and observed.quarter_index = apprenticed.quarter_index
),

final as (
    select
        participation_key,
        cast(quarters_after_exit as integer) as quarters_after_exit,
        person_key,
        quarter_index,
        quarter,
        start_date as quarter_start_date,
        has_wage or has_supplement or is_apprentice as is_employed,
        has_wage,
        is_employer_known,
        has_supplement,
        is_apprentice,
        cast(wage_usd as decimal(14, 2)) as wage_usd,
        is_wage_complete,
        not (has_wage or has_supplement or is_apprentice or is_wage_complete) as is_pending
    from judged
)

select * from final
