-- What holds a period together (rules 1, s2): qualifying services; a registration's own dates where no
-- qualifying service is on file for it; planned gaps, which bridge but are no service. An open service or
-- registration lasts until the as-of date, so nothing after it can be a new period and nothing has exited.
-- An open registration without a service and without an exit date shows no activity, so it may keep its own programme
-- open but holds nobody else's common exit: its programme stands in a group of its own where only other programmes of
-- the group have been active; where its own programme has been too, it counts for the day of entry unless it began
-- after the group's gap had passed, when there is nobody left to hold.
-- Programmes of a common exit group are there twice: in the group, and each by itself (is_alone), as if it had none.
with

service as (
    {{ with_and_without_common_exit(ref('int_service_qualified')) }}
),

registration as (
    {{ with_and_without_common_exit(ref('int_registration_resolved')) }}
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
        event_group_code as exit_group_code,
        is_alone,
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

unserved as (
    select registration.*
    from registration
    left join registration_with_service
        on registration.registration_key = registration_with_service.registration_key
    where registration_with_service.registration_key is null
),

activity as (
    select
        person_key,
        exit_group_code,
        program_code,
        end_date
    from service_event
    union all
    select
        person_key,
        event_group_code as exit_group_code,
        program_code,
        source_exit_date as end_date
    from unserved
    where source_exit_date is not null
),

-- What else the person has in the group of an open registration without a service.
accompanied as (
    select
        unserved.registration_key,
        unserved.event_group_code,
        max(case when activity.program_code = unserved.program_code then 1 else 0 end) = 1 as has_own_activity,
        max(case when activity.program_code <> unserved.program_code then 1 else 0 end) = 1 as has_others_activity,
        max(activity.end_date) as group_end_date
    from unserved
    inner join activity
        on unserved.person_key = activity.person_key
        and unserved.event_group_code = activity.exit_group_code
    where unserved.source_exit_date is null
    group by unserved.registration_key, unserved.event_group_code
),

set_apart as (
    select registration_key, event_group_code from accompanied where has_others_activity and not has_own_activity
),

registration_event as (
    select
        'registration' as event_kind_code,
        registration.registration_key as event_key,
        registration.person_key,
        case
            when set_apart.registration_key is null then registration.event_group_code
            else registration.program_code
        end as exit_group_code,
        registration.is_alone,
        registration.program_code,
        registration.registration_key,
        registration.gap_rule,
        registration.gap_days,
        registration.entry_date as start_date,
        case
            when not accompanied.has_others_activity or not accompanied.has_own_activity
                or accompanied.registration_key is null
                or {{ gap_is_over(
                    days_between('accompanied.group_end_date', 'registration.entry_date'),
                    'registration.gap_rule', 'registration.gap_days'
                ) }}
                then {{ earlier_of('build.as_of_date', 'registration.source_exit_date') }}
            else registration.entry_date
        end as end_date,
        {{ earlier_of('coalesce(registration.source_exit_date, registration.entry_date)', 'build.as_of_date') }}
            as last_known_date
    from unserved as registration
    cross join build
    left join accompanied
        on registration.registration_key = accompanied.registration_key
        and registration.event_group_code = accompanied.event_group_code
    left join set_apart
        on registration.registration_key = set_apart.registration_key
        and registration.event_group_code = set_apart.event_group_code
),

planned_gap_event as (
    select
        'planned_gap' as event_kind_code,
        registration.registration_key as event_key,
        registration.person_key,
        case
            when set_apart.registration_key is null then registration.event_group_code
            else registration.program_code
        end as exit_group_code,
        registration.is_alone,
        registration.program_code,
        registration.registration_key,
        registration.gap_rule,
        registration.gap_days,
        registration.planned_gap_from_date as start_date,
        registration.planned_gap_to_date as end_date,
        cast(null as date) as last_known_date
    from registration
    left join set_apart
        on registration.registration_key = set_apart.registration_key
        and registration.event_group_code = set_apart.event_group_code
    where registration.planned_gap_from_date is not null
        and registration.planned_gap_to_date is not null
),

final as (
    select * from service_event
    union all
    select * from registration_event
    union all
    select * from planned_gap_event
)

select * from final
