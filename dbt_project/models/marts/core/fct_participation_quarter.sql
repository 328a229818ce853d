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
        quarter.is_wage_complete
    from participation
    cross join quarter_after_exit
    inner join quarter
        on participation.exit_quarter_index + quarter_after_exit.quarters_after_exit = quarter.quarter_index
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
        and observed.start_date <= {{ earlier_of('build.as_of_date', 'apprenticeship.end_date') }}
    where apprenticeship.suspended_from_date is null
        or apprenticeship.suspended_from_date > {{ later_of('observed.start_date', 'apprenticeship.start_date') }}
        or apprenticeship.suspended_to_date < {{ earlier_of('observed.end_date', 'apprenticeship.end_date') }}
),

final as (
    select
        observed.participation_key,
        cast(observed.quarters_after_exit as integer) as quarters_after_exit,
        observed.person_key,
        observed.quarter_index,
        observed.quarter,
        person_quarter.person_key is not null or apprenticed.participation_key is not null as is_employed,
        person_quarter.person_key is not null as has_wage,
        apprenticed.participation_key is not null as is_apprentice,
        person_quarter.wage_usd,
        observed.is_wage_complete,
        person_quarter.person_key is null and apprenticed.participation_key is null
            and not observed.is_wage_complete as is_pending
    from observed
    left join person_quarter
        on observed.person_key = person_quarter.person_key
        and observed.quarter_index = person_quarter.quarter_index
    left join apprenticed
        on observed.participation_key = apprenticed.participation_key
        and observed.quarter_index = apprenticed.quarter_index
)

select * from final
