with

placed as (
    select * from {{ ref('int_adult_ed_year_placed') }}
),

gain as (
    select * from {{ ref('int_adult_ed_gain_collected') }}
),

exit_reason as (
    select * from {{ ref('ref_exit_reason') }}
),

person as (
    select * from {{ ref('dim_person') }}
),

build as (
    select * from {{ ref('dim_build') }}
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
        coalesce(gained.has_gain_by_test, false) as has_gain_by_test,
        coalesce(gained.has_gain_by_credits, false) as has_gain_by_credits,
        coalesce(gained.has_gain_by_college_entry, false) as has_gain_by_college_entry,
        coalesce(gained.has_level_gain, false) as has_level_gain,
        coalesce(gained.has_diploma, false) as has_diploma,
        coalesce(gained.has_other_gain, false) as has_other_gain,
        gained.person_key is not null as has_gain,
        gained.first_gain_date,
        coalesce(exit_reason.excludes_all, false) as is_excluded,
        not coalesce(person.has_valid_ssn, false) as has_no_valid_ssn,
        build.as_of_date
    from placed
    cross join build
    left join gained
        on placed.person_key = gained.person_key
        and placed.entry_date = gained.entry_date
        and placed.program_year = gained.program_year
    left join person
        on placed.person_key = person.person_key
    left join exit_reason
        on placed.exit_reason_code = exit_reason.code
),

final as (
    select
        {{ participation_key('person_key', "'ADULT_ED'", 'entry_date') }} as participation_key,
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
        case when is_excluded then exit_reason_code end as exclusion_code,
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
        not is_excluded and not has_gain and as_of_date < year_end_date as is_pending,
        not is_excluded and has_no_valid_ssn as is_unmatched
    from judged
)

select * from final
