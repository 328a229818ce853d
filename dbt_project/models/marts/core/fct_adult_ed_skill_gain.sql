with

placed as (
    select * from {{ ref('int_adult_ed_year_placed') }}
),

gain as (
    select * from {{ ref('int_adult_ed_gain_collected') }}
),

-- Who is left out, pending or unmatched is the indicator's word.
outcome as (
    select * from {{ ref('fct_participation_outcome') }} where program_code = 'ADULT_ED' and indicator_code = 'MSG'
),

gained as (
    select
        person_key,
        entry_date,
        program_year,
        max(case when route_code = 'PRE_POST_TEST' then 1 else 0 end) = 1 as has_gain_by_test,
        max(case when route_code = 'CREDITS' then 1 else 0 end) = 1 as has_gain_by_credits,
        max(case when route_code = 'POSTSECONDARY' then 1 else 0 end) = 1 as has_gain_by_college_entry,
        max(case when gain_kind_code = 'LEVEL' then 1 else 0 end) = 1 as has_level_gain,
        max(case when gain_kind_code = 'DIPLOMA' then 1 else 0 end) = 1 as has_diploma,
        max(case when gain_kind_code = 'OTHER' then 1 else 0 end) = 1 as has_other_gain,
        min(gain_date) as first_gain_date
    from gain
    group by person_key, entry_date, program_year
),

judged as (
    select
        placed.*,
        outcome.participation_key,
        outcome.is_excluded,
        outcome.exclusion_code,
        outcome.is_pending,
        outcome.is_unmatched,
        coalesce(gained.has_gain_by_test, false) as has_gain_by_test,
        coalesce(gained.has_gain_by_credits, false) as has_gain_by_credits,
        coalesce(gained.has_gain_by_college_entry, false) as has_gain_by_college_entry,
        coalesce(gained.has_level_gain, false) as has_level_gain,
        coalesce(gained.has_diploma, false) as has_diploma,
        coalesce(gained.has_other_gain, false) as has_other_gain,
        gained.person_key is not null as has_gain,
        gained.first_gain_date
    from placed
    inner join outcome
        on {{ participation_key('placed.person_key', "'ADULT_ED'", 'placed.entry_date') }} = outcome.participation_key
        and placed.program_year = outcome.program_year
    left join gained
        on placed.person_key = gained.person_key
        and placed.entry_date = gained.entry_date
        and placed.program_year = gained.program_year
),

final as (
    select
        participation_key,
        cast(program_year as integer) as program_year,
        person_key,
        cast(period_number as integer) as period_number,
        period_number = 1 as is_first_period,
        entry_date,
        exit_date,
        year_end_date,
        gain_to_date as measured_date,
        wda_code,
        entering_efl_code,
        employment_status_entry_code,
        is_distance_learner,
        {% for column in adult_ed_program_types().values() -%}
        {{ column }},
        {% endfor -%}
        cast(attendance_hours as decimal(14, 2)) as attendance_hours,
        is_excluded,
        exclusion_code,
        has_gain,
        has_level_gain,
        has_gain_by_test,
        has_gain_by_credits,
        has_gain_by_college_entry,
        has_diploma,
        has_other_gain,
        first_gain_date,
        case
            when is_excluded then 'EXCLUDED'
            when has_level_gain then 'LEVEL_GAIN'
            when has_diploma then 'DIPLOMA'
            when has_other_gain then 'OTHER_GAIN'
            when exit_date <= year_end_date then 'SEPARATED'
            else 'REMAINING'
        end as result_code,
        is_pending,
        is_unmatched
    from judged
)

select * from final
