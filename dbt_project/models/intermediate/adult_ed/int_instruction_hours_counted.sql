{{ config(materialized="view") }}

-- Hours of a person with a provider in a class and month; the LACES numbers of a person add up.
with

hours as (
    select * from {{ ref('stg_adult_ed_hours') }}
),

learner as (
    select * from {{ ref('int_adult_ed_learner_identified') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

final as (
    select
        learner.person_key,
        coalesce(hours.provider_id, 'NOT_STATED') as provider_id,
        hours.class_id,
        hours.month_start_date,
        min(hours.class_type_code) as class_type_code,
        min(hours.adult_ed_program_type_code) as adult_ed_program_type_code,
        sum(hours.instruction_hours) as instruction_hours,
        sum(coalesce(hours.distance_hours, 0)) as distance_hours
    from hours
    cross join build
    inner join learner
        on hours.student_id = learner.student_id
    where hours.month_start_date <= build.as_of_date
    group by learner.person_key, coalesce(hours.provider_id, 'NOT_STATED'), hours.class_id, hours.month_start_date
)

select * from final
