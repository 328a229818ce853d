-- One row per programme and span of days: the exit rule in force for what begins on them. A later rule leaves the exits
-- of those who began before it as they were published.
with

exit_rule as (
    select * from {{ ref('ref_exit_rule') }}
),

final as (
    select
        program_code,
        effective_date as valid_from_date,
        lead(effective_date) over (partition by program_code order by effective_date) as valid_until_date,
        common_exit_group,
        gap_rule,
        gap_days
    from exit_rule
)

select * from final
