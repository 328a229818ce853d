-- One row per person, exit group and period, with the exit all its programmes share. The last period has exited when
-- the gap is over on the as-of date, counted from its last event or from the last service still planned: until then
-- a planned service can come about; the gap is that of the period's last event. Programmes of a common exit group are there by themselves as well (is_alone).
with

event as (
    select * from {{ ref('int_participation_event_grouped') }}
),

service as (
    {{ with_and_without_common_exit(ref('int_service_qualified')) }}
),

build as (
    select * from {{ ref('stg_build') }}
),

planned as (
    select
        person_key,
        event_group_code as exit_group_code,
        max(service_start_date) as planned_date
    from service
    where is_qualifying and is_planned
    group by person_key, event_group_code
),

ranked as (
    select
        *,
        row_number() over (
            partition by person_key, exit_group_code, period_number
            order by end_date desc, start_date desc, event_kind_code desc, event_key desc
        ) as last_order
    from event
),

period as (
    select
        person_key,
        exit_group_code,
        period_number,
        max(case when is_alone then 1 else 0 end) = 1 as is_alone,
        max(case when last_order = 1 then gap_rule end) as gap_rule,
        max(case when last_order = 1 then gap_days end) as gap_days,
        min(case when event_kind_code <> 'planned_gap' then start_date end) as first_event_date,
        max(last_known_date) as last_event_date,
        max(end_date) as held_until_date,
        max(case when event_kind_code = 'service' then 1 else 0 end) = 1 as has_service_on_file
    from ranked
    group by person_key, exit_group_code, period_number
),

ordered as (
    select
        *,
        lag(last_event_date) over (partition by person_key, exit_group_code order by period_number)
            as previous_last_event_date,
        lead(period_number) over (partition by person_key, exit_group_code order by period_number) is null as is_last
    from period
    where last_event_date is not null
),

held as (
    select
        ordered.*,
        build.as_of_date,
        {{ later_of('ordered.held_until_date', 'planned.planned_date') }} as awaited_date
    from ordered
    cross join build
    left join planned
        on ordered.person_key = planned.person_key
        and ordered.exit_group_code = planned.exit_group_code
),

final as (
    select
        person_key,
        exit_group_code,
        is_alone,
        period_number,
        first_event_date,
        last_event_date,
        previous_last_event_date,
        has_service_on_file,
        case
            when not is_last then last_event_date
            when {{ gap_is_over(days_between('awaited_date', 'as_of_date'), 'gap_rule', 'gap_days') }}
                then last_event_date
        end as exit_date
    from held
)

select * from final
