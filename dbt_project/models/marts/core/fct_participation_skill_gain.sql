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
    select * from {{ ref('int_adult_ed_year_placed') }}
),

adult_ed_gained as (
    select distinct
        person_key,
        entry_date,
        program_year
    from {{ ref('int_adult_ed_gain_collected') }}
),

skill_gain as (
    select * from {{ ref('fct_skill_gain') }}
),

-- One cohort for the annual report and the rolling one of the same four quarters.
cohort as (
    select
        window_from_date,
        window_to_date,
        max(case when report_type = 'ANNUAL' then program_year end) as program_year
    from {{ ref('ref_cohort_window') }}
    where indicator_code = 'MSG'
    group by window_from_date, window_to_date
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

in_cohort as (
    select
        in_education.participation_key,
        in_education.person_key,
        cohort.program_year,
        cohort.window_to_date,
        {{ later_of('in_education.entry_date', 'cohort.window_from_date') }} as gain_from_date,
        {{ earlier_of('in_education.participation_end_date', 'cohort.window_to_date') }} as gain_to_date,
        {{ earlier_of('cohort.window_to_date', 'in_education.exit_date') }} as measured_date
    from in_education
    inner join cohort
        on in_education.education_start_date <= cohort.window_to_date
        and in_education.education_end_date >= cohort.window_from_date
        and in_education.entry_date <= cohort.window_to_date
        and in_education.participation_end_date >= cohort.window_from_date
        and in_education.education_start_date <= in_education.participation_end_date
        and in_education.education_end_date >= in_education.entry_date
),

gained as (
    select distinct
        in_cohort.participation_key,
        in_cohort.window_to_date
    from in_cohort
    inner join skill_gain
        on in_cohort.person_key = skill_gain.person_key
        and skill_gain.gain_date between in_cohort.gain_from_date and in_cohort.gain_to_date
),

-- A period still open can gain until the cohort ends; a learner of Title II who has left as well, by entering college.
measured as (
    select
        in_cohort.participation_key,
        {{ quarter_index('in_cohort.window_to_date') }} as window_quarter_index,
        cast(in_cohort.program_year as integer) as program_year,
        in_cohort.measured_date,
        gained.participation_key is not null as has_gain
    from in_cohort
    left join gained
        on in_cohort.participation_key = gained.participation_key
        and in_cohort.window_to_date = gained.window_to_date
    union all
    select
        {{ participation_key('adult_ed.person_key', "'ADULT_ED'", 'adult_ed.entry_date') }} as participation_key,
        {{ quarter_index('adult_ed.year_end_date') }} as window_quarter_index,
        cast(adult_ed.program_year as integer) as program_year,
        adult_ed.year_end_date as measured_date,
        adult_ed_gained.person_key is not null as has_gain
    from adult_ed
    left join adult_ed_gained
        on adult_ed.person_key = adult_ed_gained.person_key
        and adult_ed.entry_date = adult_ed_gained.entry_date
        and adult_ed.program_year = adult_ed_gained.program_year
),

final as (
    select
        measured.*,
        not measured.has_gain and build.as_of_date < measured.measured_date as is_pending
    from measured
    cross join build
)

select * from final
