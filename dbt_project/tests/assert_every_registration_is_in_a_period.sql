-- Each CTHires registration is in a period of its programme.
with

registration as (
    select * from {{ ref('int_registration_resolved') }}
),

period as (
    select * from {{ ref('int_participation_attributed') }}
)

select
    registration.registration_key,
    count(period.period_number) as period_count
from registration
left join {{ ref('int_participation_event_grouped') }} as event
    on registration.registration_key = event.registration_key
    and event.event_kind_code <> 'planned_gap'
left join period
    on event.person_key = period.person_key
    and event.exit_group_code = period.exit_group_code
    and event.period_number = period.period_number
    and event.program_code = period.program_code
group by registration.registration_key
having count(period.period_number) = 0
