with

parameter as (
    select
        max(case when parameter_code = 'CREDENTIAL_DAYS' then cast(parameter_value as integer) end) as credential_days,
        max(case when parameter_code = 'ENROLMENT_DAYS' then cast(parameter_value as integer) end) as enrolment_days
    from {{ ref('dim_parameter') }}
    where is_in_force
),

-- Days are plain days, a leap day included (O1, e24).
participation as (
    select
        period.*,
        {{ add_days('period.exit_date', 'parameter.credential_days') }} as window_end_date,
        {{ add_days('period.exit_date', 'parameter.enrolment_days') }} as enrolment_end_date
    from {{ ref('fct_participation') }} as period
    cross join parameter
    where period.is_participant and period.exit_date is not null
),

education_level as (
    select * from {{ ref('ref_educ_level') }}
),

training as (
    select distinct common_period_key from {{ ref('fct_service') }} where is_credential_training and is_qualifying
),

credential as (
    select * from {{ ref('fct_credential') }} where is_counted_for_program
),

quarter_employment as (
    select
        participation_key,
        max(case when is_employed then 1 else 0 end) = 1 as was_employed,
        max(case when is_pending then 1 else 0 end) = 1 as is_employment_pending
    from {{ ref('fct_participation_quarter') }}
    group by participation_key
),

build as (
    select * from {{ ref('dim_build') }}
),

awarded as (
    select
        participation.participation_key,
        max(case when credential.is_postsecondary_credential then 1 else 0 end) = 1 as has_postsecondary_credential,
        max(case when credential.is_diploma then 1 else 0 end) = 1 as has_diploma
    from participation
    inner join credential
        on participation.person_key = credential.person_key
        and credential.award_date between participation.entry_date and participation.window_end_date
    group by participation.participation_key
),

judged as (
    select
        participation.participation_key,
        participation.window_end_date,
        training.common_period_key is not null
            or coalesce(participation.is_in_postsecondary, false)
            or (
                coalesce(participation.is_in_secondary, false)
                -- Title II sends no education at entry; who held a diploma is not in secondary there (rules 3).
                and coalesce(
                    not education_level.has_secondary_credential, participation.program_code = 'ADULT_ED', false
                )
            ) as is_in_training_or_education,
        coalesce(awarded.has_postsecondary_credential, false) as has_postsecondary_credential,
        coalesce(awarded.has_diploma, false) as has_diploma,
        coalesce(quarter_employment.was_employed, false)
            or coalesce(participation.post_exit_enrol_date <= participation.enrolment_end_date, false)
            as is_diploma_followed_on,
        coalesce(quarter_employment.is_employment_pending, false) as is_employment_pending
    from participation
    left join education_level
        on participation.education_level_code = education_level.code
    left join training
        on participation.common_period_key = training.common_period_key
    left join awarded
        on participation.participation_key = awarded.participation_key
    left join quarter_employment
        on participation.participation_key = quarter_employment.participation_key
),

final as (
    select
        judged.participation_key,
        judged.window_end_date,
        judged.is_in_training_or_education,
        judged.has_postsecondary_credential,
        judged.has_diploma,
        judged.is_diploma_followed_on,
        judged.has_postsecondary_credential or (judged.has_diploma and judged.is_diploma_followed_on) as is_attained,
        judged.is_in_training_or_education
            and not judged.has_postsecondary_credential
            and not (judged.has_diploma and judged.is_diploma_followed_on)
            and (
                build.as_of_date < judged.window_end_date
                or (judged.has_diploma and judged.is_employment_pending)
            ) as is_pending
    from judged
    cross join build
)

select * from final
