-- Every service with the period it belongs to: shared by the exit group, and its own programme's where there is one.
with

service as (
    select * from {{ ref('int_service_qualified') }}
),

event as (
    select * from {{ ref('int_participation_event_grouped') }} where event_kind_code = 'service' and not is_alone
),

period as (
    select * from {{ ref('int_participation_period_derived') }}
),

attributed as (
    select * from {{ ref('int_participation_attributed') }}
),

final as (
    select
        service.*,
        {{ participation_key('period.person_key', 'period.exit_group_code', 'period.first_event_date') }}
            as common_period_key,
        {{ participation_key('attributed.person_key', 'attributed.program_code', 'attributed.period_entry_date') }}
            || case when attributed.is_participant then '' else '-R' end as participation_key
    from service
    left join event
        on service.service_id = event.event_key
    left join period
        on event.person_key = period.person_key
        and event.exit_group_code = period.exit_group_code
        and event.period_number = period.period_number
    left join attributed
        on event.person_key = attributed.person_key
        and event.exit_group_code = attributed.exit_group_code
        and event.period_number = attributed.period_number
        and event.program_code = attributed.program_code
)

select * from final
