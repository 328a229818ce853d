-- Edit L17: a person's periods of one programme are disjoint.
with

ordered as (
    select
        participation_key,
        entry_date,
        exit_date,
        row_number() over (partition by person_key, program_code, is_participant order by entry_date) as period_number,
        lag(exit_date) over (partition by person_key, program_code, is_participant order by entry_date)
            as previous_exit_date
    from {{ ref('fct_participation') }}
)

select participation_key
from ordered
where exit_date < entry_date
    or (period_number > 1 and (previous_exit_date is null or entry_date <= previous_exit_date))
