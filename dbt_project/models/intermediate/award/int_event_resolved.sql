-- Credentials and skill gains of CTHires with the person of their registration; the participant's newest registration
-- where the event names an entry that is not on file.
with

event as (
    select * from {{ ref('stg_cthires_event') }}
),

registration as (
    select * from {{ ref('int_registration_resolved') }}
),

newest_registration as (
    select
        participant_id,
        person_key,
        row_number() over (
            partition by participant_id order by entry_date desc, _extract_ts desc, program_code
        ) as recency
    from registration
),

build as (
    select * from {{ ref('stg_build') }}
),

final as (
    select
        event.*,
        coalesce(registration.person_key, newest_registration.person_key) as person_key
    from event
    cross join build
    inner join newest_registration
        on event.participant_id = newest_registration.participant_id
        and newest_registration.recency = 1
    left join registration
        on event.participant_id = registration.participant_id
        and event.program_code = registration.program_code
        and event.entry_date = registration.entry_date
    where event.event_date <= build.as_of_date
)

select * from final
