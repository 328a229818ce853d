with

participation as (
    select * from {{ ref('fct_participation') }} where is_participant
),

program as (
    select * from {{ ref('dim_program') }}
),

person as (
    select * from {{ ref('dim_person') }}
),

exit_reason as (
    select * from {{ ref('ref_exit_reason') }}
),

cohort_window as (
    select * from {{ ref('ref_cohort_window') }}
),

youth_placement as (
    select * from {{ ref('ref_youth_placement') }} where is_placed
),

quarter_after_exit as (
    select * from {{ ref('fct_participation_quarter') }} where quarters_after_exit in (2, 4)
),

credential as (
    select * from {{ ref('fct_participation_credential') }}
),

skill_gain as (
    select * from {{ ref('fct_participation_skill_gain') }}
),

retention as (
    select * from {{ ref('fct_participation_retention') }}
),

subject as (
    select
        participation.participation_key,
        participation.person_key,
        participation.program_code,
        participation.wda_code,
        participation.entry_date,
        participation.exit_date,
        participation.program_code = 'YOUTH' and placement_q2.code is not null as is_placed_q2,
        participation.program_code = 'YOUTH' and placement_q4.code is not null as is_placed_q4,
        program.has_employment_indicator,
        program.has_credential_indicator,
        program.has_skill_gain_indicator,
        coalesce(
            case participation.program_code
                when 'YOUTH' then exit_reason.excludes_youth
                when 'ADULT_ED' then exit_reason.excludes_title2_exit
                else exit_reason.excludes_all
            end, false
        ) as has_excluding_reason,
        -- Section 225 takes a period out of what is measured after exit, not out of its skill gains (rules 2).
        coalesce(
            case when participation.program_code = 'YOUTH' then exit_reason.excludes_youth else exit_reason.excludes_all end,
            false
        ) as has_reason_excluding_gain,
        not coalesce(person.has_valid_ssn, false) as has_no_valid_ssn
    from participation
    inner join program
        on participation.program_code = program.program_code
    left join person
        on participation.person_key = person.person_key
    left join exit_reason
        on participation.exit_reason_code = exit_reason.code
    left join youth_placement as placement_q2
        on participation.youth_placement_q2_code = placement_q2.code
    left join youth_placement as placement_q4
        on participation.youth_placement_q4_code = placement_q4.code
),

-- One row per period and exit-based indicator: does it qualify, is it a success, can it still become one.
measured as (
    select
        subject.participation_key,
        case quarter_after_exit.quarters_after_exit when 2 then 'EMP_Q2' else 'EMP_Q4' end as indicator_code,
        true as is_qualified,
        quarter_after_exit.is_employed
            or case quarter_after_exit.quarters_after_exit when 2 then subject.is_placed_q2 else subject.is_placed_q4 end
            as is_success,
        quarter_after_exit.is_pending
            and not case quarter_after_exit.quarters_after_exit
                when 2 then subject.is_placed_q2 else subject.is_placed_q4
            end as is_pending,
        cast(null as decimal(14, 2)) as wage_usd
    from subject
    inner join quarter_after_exit
        on subject.participation_key = quarter_after_exit.participation_key
    where subject.has_employment_indicator
    union all
    select
        subject.participation_key,
        'MEDIAN_Q2' as indicator_code,
        quarter_after_exit.has_wage as is_qualified,
        quarter_after_exit.has_wage as is_success,
        not quarter_after_exit.has_wage and not quarter_after_exit.is_wage_complete as is_pending,
        quarter_after_exit.wage_usd
    from subject
    inner join quarter_after_exit
        on subject.participation_key = quarter_after_exit.participation_key
        and quarter_after_exit.quarters_after_exit = 2
    where subject.has_employment_indicator
    union all
    select
        subject.participation_key,
        'RETENTION' as indicator_code,
        retention.has_employer_q2 as is_qualified,
        retention.has_same_employer_q4 as is_success,
        retention.is_pending,
        cast(null as decimal(14, 2)) as wage_usd
    from subject
    inner join retention
        on subject.participation_key = retention.participation_key
    where subject.has_employment_indicator
    union all
    select
        subject.participation_key,
        'CREDENTIAL' as indicator_code,
        credential.is_in_training_or_education as is_qualified,
        credential.is_attained as is_success,
        credential.is_pending,
        cast(null as decimal(14, 2)) as wage_usd
    from subject
    inner join credential
        on subject.participation_key = credential.participation_key
    where subject.has_credential_indicator
),

in_cohort as (
    select
        measured.*,
        subject.has_excluding_reason,
        cohort_window.report_type,
        cohort_window.program_year
    from measured
    inner join subject
        on measured.participation_key = subject.participation_key
    inner join cohort_window
        on measured.indicator_code = cohort_window.indicator_code
        and subject.exit_date between cohort_window.window_from_date and cohort_window.window_to_date
    union all
    select
        skill_gain.participation_key,
        'MSG' as indicator_code,
        true as is_qualified,
        skill_gain.has_gain as is_success,
        false as is_pending,
        cast(null as decimal(14, 2)) as wage_usd,
        subject.has_reason_excluding_gain as has_excluding_reason,
        'ANNUAL' as report_type,
        skill_gain.program_year
    from skill_gain
    inner join subject
        on skill_gain.participation_key = subject.participation_key
    where subject.has_skill_gain_indicator
),

final as (
    select
        in_cohort.participation_key,
        in_cohort.report_type,
        cast(in_cohort.program_year as integer) as program_year,
        in_cohort.indicator_code,
        subject.person_key,
        subject.program_code,
        subject.wda_code,
        subject.entry_date,
        subject.exit_date,
        in_cohort.is_qualified and not in_cohort.has_excluding_reason as is_in_denominator,
        in_cohort.is_qualified and in_cohort.is_success and not in_cohort.has_excluding_reason as is_in_numerator,
        in_cohort.is_pending and not in_cohort.has_excluding_reason as is_pending,
        in_cohort.is_qualified and not in_cohort.has_excluding_reason and subject.has_no_valid_ssn as is_unmatched,
        -- Earnings have no denominator to be kept out of: whoever is excluded from the rate is excluded here.
        in_cohort.has_excluding_reason and (in_cohort.is_qualified or in_cohort.indicator_code = 'MEDIAN_Q2') as is_excluded,
        case when not in_cohort.has_excluding_reason then in_cohort.wage_usd end as wage_usd
    from in_cohort
    inner join subject
        on in_cohort.participation_key = subject.participation_key
)

select * from final
