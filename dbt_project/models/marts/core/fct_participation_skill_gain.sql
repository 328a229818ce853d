with

participation as (
    select * from {{ ref('fct_participation') }} where is_participant and program_code <> 'ADULT_ED'
),

training as (
    select
        common_period_key,
        min(service_start_date) as first_start_date,
        case
            when max(case when is_open then 1 else 0 end) = 0
                then max(coalesce(service_end_date, service_start_date))
        end as last_end_date
    from {{ ref('fct_service') }}
    where is_skill_training and is_qualifying
    group by common_period_key
),

-- Title II counts every period of the year, and gains of its own (rules 3).
adult_ed as (
    select * from {{ ref('fct_adult_ed_skill_gain') }}
),

skill_gain as (
    select * from {{ ref('fct_skill_gain') }}
),

program_year as (
    select * from {{ ref('ref_cohort_window') }} where indicator_code = 'MSG' and report_type = 'ANNUAL'
),

build as (
    select * from {{ ref('dim_build') }}
),

started as (
    select
        participation.*,
        coalesce(participation.educ_training_date, training.first_start_date) as education_start_date,
        training.last_end_date,
        {{ earlier_of('build.as_of_date', 'participation.exit_date') }} as participation_end_date
    from participation
    cross join build
    left join training
        on participation.common_period_key = training.common_period_key
),

-- From 1811 or the first training to its end on file, the training's end, the exit, or today (rules s9).
in_education as (
    select
        *,
        coalesce(
            educ_training_end_date,
            case when last_end_date >= education_start_date then last_end_date end,
            participation_end_date
        ) as education_end_date
    from started
    where education_start_date is not null
),

in_year as (
    select
        in_education.participation_key,
        in_education.person_key,
        program_year.program_year,
        {{ later_of('in_education.entry_date', 'program_year.window_from_date') }} as gain_from_date,
        {{ earlier_of('in_education.participation_end_date', 'program_year.window_to_date') }} as gain_to_date
    from in_education
    inner join program_year
        on in_education.education_start_date <= program_year.window_to_date
        and in_education.education_end_date >= program_year.window_from_date
        and in_education.entry_date <= program_year.window_to_date
        and in_education.participation_end_date >= program_year.window_from_date
        and in_education.education_start_date <= in_education.participation_end_date
        and in_education.education_end_date >= in_education.entry_date
),

gained as (
    select distinct
        in_year.participation_key,
        in_year.program_year
    from in_year
    inner join skill_gain
        on in_year.person_key = skill_gain.person_key
        and skill_gain.gain_date between in_year.gain_from_date and in_year.gain_to_date
),

final as (
    select
        in_year.participation_key,
        cast(in_year.program_year as integer) as program_year,
        gained.participation_key is not null as has_gain
    from in_year
    left join gained
        on in_year.participation_key = gained.participation_key
        and in_year.program_year = gained.program_year
    union all
    select
        participation_key,
        program_year,
        has_gain
    from adult_ed
)

select * from final
