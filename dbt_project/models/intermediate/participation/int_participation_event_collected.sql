-- What holds a period together (rules 1, s2): qualifying services; a registration's own dates where no
-- qualifying service is on file for it; planned gaps, which bridge but are no service. An open service or
-- registration lasts until the as-of date, so nothing after it can be a new period and nothing has exited.
with

service as (
    select * from {{ ref('int_service_qualified') }}
),

registration as (
    select * from {{ ref('int_registration_resolved') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

registration_with_service as (
    select distinct registration_key from service where is_event and registration_key is not null
),

service_event as (
    select
        'service' as event_kind_code,
        service_id as event_key,
        person_key,
        exit_group_code,
        program_code,
        registration_key,
        gap_rule,
        gap_days,
        service_start_date as start_date,
        case when is_open then as_of_date else last_known_date end as end_date,
        last_known_date
    from service
    where is_event
),

registration_event as (
    select
        'registration' as event_kind_code,
        registration.registration_key as event_key,
        registration.person_key,
        registration.exit_group_code,
        registration.program_code,
        registration.registration_key,
        registration.gap_rule,
        registration.gap_days,
        registration.entry_date as start_date,
        {{ earlier_of('build.as_of_date', 'registration.source_exit_date') }} as end_date,
        {{ earlier_of('coalesce(registration.source_exit_date, registration.entry_date)', 'build.as_of_date') }}
            as last_known_date
    from registration
    cross join build
    left join registration_with_service
        on registration.registration_key = registration_with_service.registration_key
    where registration_with_service.registration_key is null
),

planned_gap_event as (
    select
        'planned_gap' as event_kind_code,
        registration_key as event_key,
        person_key,
        exit_group_code,
        program_code,
        registration_key,
        gap_rule,
        gap_days,
        planned_gap_from_date as start_date,
        planned_gap_to_date as end_date,
        cast(null as date) as last_known_date
    from registration
    where planned_gap_from_date is not null
        and planned_gap_to_date is not null
),

final as (
    select * from service_event
    union all
    select * from registration_event
    union all
    select * from planned_gap_event
)

select * from final
