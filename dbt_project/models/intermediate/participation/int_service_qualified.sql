-- Every service with its person and what it does to a period. A service belongs to the registration of its programme
-- that was running when it began; one before the first entry belongs to the person only; one of a programme without
-- a registration goes to the participant's newest registration.
with

service as (
    select * from {{ ref('stg_cthires_service') }}
),

registration as (
    select * from {{ ref('int_registration_resolved') }}
),

exit_rule as (
    select * from {{ ref('int_exit_rule_dated') }}
),

build as (
    select * from {{ ref('stg_build') }}
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

resolved as (
    select
        service.*,
        build.as_of_date,
        coalesce(registration.person_key, newest_registration.person_key) as person_key,
        coalesce(registration.exit_group_code, exit_rule.common_exit_group, service.program_code) as exit_group_code,
        coalesce(registration.has_common_exit, exit_rule.common_exit_group is not null) as has_common_exit,
        exit_rule.gap_rule,
        exit_rule.gap_days,
        case
            when service.service_start_date >= registration.entry_date then registration.registration_key
        end as registration_key
    from service
    cross join build
    inner join exit_rule
        on {{ exit_rule_on('exit_rule', 'service.program_code', 'service.service_start_date') }}
    inner join newest_registration
        on service.participant_id = newest_registration.participant_id
        and newest_registration.recency = 1
    left join registration
        on service.participant_id = registration.participant_id
        and service.program_code = registration.program_code
        and (service.service_start_date >= registration.entry_date or registration.is_first_entry)
        and (service.service_start_date < registration.next_entry_date or registration.next_entry_date is null)
),

judged as (
    select
        *,
        service_status_code = 'planned' or service_start_date > as_of_date as is_planned,
        service_status_code <> 'cancelled' and is_qualifying_kind as is_qualifying
    from resolved
),

final as (
    select
        *,
        is_qualifying and not is_planned as is_event,
        is_qualifying and not is_planned and case
            when service_end_date is null then service_status_code = 'open'
            else service_end_date > as_of_date
        end as is_open,
        {{ earlier_of('coalesce(service_end_date, service_start_date)', 'as_of_date') }} as last_known_date
    from judged
)

select * from final
