-- Gaps and islands per person and exit group: an event that starts too long after everything before it has ended
-- opens the next period.
with

event as (
    select * from {{ ref('int_participation_event_collected') }}
),

preceded as (
    select
        *,
        max(end_date) over (
            partition by person_key, exit_group_code
            order by start_date, end_date, event_kind_code, event_key
            rows between unbounded preceding and 1 preceding
        ) as previous_end_date
    from event
),

opened as (
    select
        *,
        case
            when previous_end_date is null then 1
            when {{ gap_is_over(days_between('previous_end_date', 'start_date'), 'gap_rule', 'gap_days') }} then 1
            else 0
        end as opens_period
    from preceded
),

final as (
    select
        *,
        cast(sum(opens_period) over (
            partition by person_key, exit_group_code
            order by start_date, end_date, event_kind_code, event_key
            rows between unbounded preceding and current row
        ) as integer) as period_number
    from opened
)

select * from final
