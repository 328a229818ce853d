with

participation as (
    select * from {{ ref('fct_participation') }}
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

exclusion as (
    select * from {{ ref('int_exclusion_collected') }}
),

annual_cohort as (
    select * from {{ ref('dim_cohort') }} where report_type = 'ANNUAL' and cohort_basis_code = 'exit'
),

indicator as (
    select * from {{ ref('ref_indicator') }}
),

youth_placement as (
    select * from {{ ref('ref_youth_placement') }} where is_placed
),

quarter_after_exit as (
    select * from {{ ref('fct_participation_quarter') }}
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

exit_rule as (
    select * from {{ ref('int_exit_rule_dated') }}
),

parameter as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'REENTRY_DAYS' and is_in_force
),

build as (
    select * from {{ ref('dim_build') }}
),

subject as (
    select
        participation.participation_key,
        participation.person_key,
        participation.program_code,
        participation.wda_code,
        participation.entry_date,
        participation.exit_date,
        participation.exit_quarter_index,
        participation.exit_reason_code,
        participation.is_participant,
        coalesce(exit_rule.common_exit_group, participation.program_code) as exit_group_code,
        build.as_of_date,
        {{ quarter_index('participation.entry_date') }} as entry_quarter_index,
        coalesce(participation.exit_quarter_index, {{ quarter_index('build.as_of_date') }}) as last_quarter_index,
        participation.program_code = 'YOUTH' and placement_q2.code is not null as is_placed_q2,
        participation.program_code = 'YOUTH' and placement_q4.code is not null as is_placed_q4,
        program.has_employment_indicator,
        program.has_credential_indicator,
        program.has_skill_gain_indicator,
        not coalesce(person.has_valid_ssn, false) as has_no_valid_ssn
    from participation
    cross join build
    inner join program
        on participation.program_code = program.program_code
    left join exit_rule
        on {{ exit_rule_on('exit_rule', 'participation.program_code', 'participation.entry_date') }}
    left join person
        on participation.person_key = person.person_key
    left join youth_placement as placement_q2
        on participation.youth_placement_q2_code = placement_q2.code
    left join youth_placement as placement_q4
        on participation.youth_placement_q4_code = placement_q4.code
),

-- A person is served, and exits, once in four quarters per programme, by the newest period: an earlier one gives way from
-- the quarter in which the next begins, or ends (rules 2).
counted_once as (
    select
        *,
        max(last_quarter_index) over (
            partition by person_key, program_code, is_participant
            order by entry_date, participation_key rows between unbounded preceding and current row
        ) + 3 as last_served_index,
        lead(entry_quarter_index) over (
            partition by person_key, program_code, is_participant order by entry_date, participation_key
        ) - 1 as before_next_entry_index,
        case when exit_date is not null then lead(exit_quarter_index) over (
            partition by person_key, program_code, is_participant, case when exit_date is null then 1 else 0 end
            order by exit_date, participation_key
        ) - 1 end as before_next_exit_index
    from subject
),

next_period as (
    select
        period.participation_key,
        min(later.entry_date) as return_date
    from subject as period
    inner join subject as later
        on period.person_key = later.person_key
        and period.exit_group_code = later.exit_group_code
        and later.entry_date > period.exit_date
    where period.is_participant and later.is_participant
    group by period.participation_key
),

reentry as (
    select
        subject.participation_key,
        {{ add_days('subject.exit_date', 'cast(parameter.parameter_value as integer)') }} as window_end_date,
        next_period.return_date
    from subject
    cross join parameter
    left join next_period
        on subject.participation_key = next_period.participation_key
    where subject.exit_date is not null
),

-- One row per period and indicator: does it qualify, is it a success, can it still become one, and why. Who is not a
-- participant, has not exited or is in a programme that does not report the indicator is judged at the end.
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
        cast(null as decimal(14, 2)) as wage_usd,
        case
            when quarter_after_exit.has_wage then 'WAGE_RECORD'
            when quarter_after_exit.has_supplement then 'FOLLOW_UP'
            when quarter_after_exit.is_employed then 'APPRENTICE'
            when case quarter_after_exit.quarters_after_exit when 2 then subject.is_placed_q2 else subject.is_placed_q4 end
                then 'PLACED'
            when quarter_after_exit.is_pending then 'PENDING'
            else 'NOT_EMPLOYED'
        end as reason_code,
        quarter_after_exit.quarter_start_date as measured_date
    from subject
    inner join quarter_after_exit
        on subject.participation_key = quarter_after_exit.participation_key
        and quarter_after_exit.quarters_after_exit in (2, 4)
    union all
    select
        participation_key,
        'MEDIAN_Q2' as indicator_code,
        coalesce(wage_usd > 0, false) as is_qualified,
        coalesce(wage_usd > 0, false) as is_success,
        not coalesce(wage_usd > 0, false) and not is_wage_complete as is_pending,
        wage_usd,
        case
            when wage_usd > 0 then 'EARNINGS_KNOWN'
            when not is_wage_complete then 'EARNINGS_PENDING'
            when is_employed then 'EARNINGS_UNKNOWN'
            else 'NO_EARNINGS'
        end as reason_code,
        quarter_start_date as measured_date
    from quarter_after_exit
    where quarters_after_exit = 2
    union all
    select
        retention.participation_key,
        'RETENTION' as indicator_code,
        retention.has_employer_q2 as is_qualified,
        retention.has_same_employer_q4 as is_success,
        retention.is_pending,
        cast(null as decimal(14, 2)) as wage_usd,
        case
            when retention.has_same_employer_q4 and retention.has_employer_q2 then 'SAME_EMPLOYER'
            when retention.is_pending then 'RETENTION_PENDING'
            when retention.has_employer_q2 then 'OTHER_EMPLOYER'
            when retention.is_by_person_only then 'NOT_COMPUTABLE'
            when retention.is_employed_q2 then 'EMPLOYER_UNKNOWN'
            else 'NOT_EMPLOYED_Q2'
        end as reason_code,
        quarter_after_exit.quarter_start_date as measured_date
    from retention
    left join quarter_after_exit
        on retention.participation_key = quarter_after_exit.participation_key
        and quarter_after_exit.quarters_after_exit = 4
    union all
    select
        participation_key,
        'CREDENTIAL' as indicator_code,
        is_in_training_or_education as is_qualified,
        is_attained as is_success,
        is_pending,
        cast(null as decimal(14, 2)) as wage_usd,
        case
            when not is_in_training_or_education then 'NOT_IN_TRAINING'
            when has_postsecondary_credential then 'CREDENTIAL'
            when is_attained then 'DIPLOMA'
            when is_pending then 'CREDENTIAL_PENDING'
            when has_diploma then 'DIPLOMA_ALONE'
            else 'NO_CREDENTIAL'
        end as reason_code,
        window_end_date as measured_date
    from credential
    union all
    select
        reentry.participation_key,
        'REENTRY' as indicator_code,
        true as is_qualified,
        coalesce(reentry.return_date <= reentry.window_end_date, false) as is_success,
        not coalesce(reentry.return_date <= reentry.window_end_date, false)
            and build.as_of_date < reentry.window_end_date as is_pending,
        cast(null as decimal(14, 2)) as wage_usd,
        case
            when reentry.return_date <= reentry.window_end_date then 'RETURNED'
            when build.as_of_date < reentry.window_end_date then 'RETURN_PENDING'
            else 'NOT_RETURNED'
        end as reason_code,
        reentry.window_end_date as measured_date
    from reentry
    cross join build
),

exit_based as (
    select
        subject.participation_key,
        indicator.code as indicator_code,
        annual_cohort.program_year,
        subject.exit_quarter_index as first_window_index,
        case
            when indicator.code = 'EXITED' and subject.before_next_exit_index < subject.exit_quarter_index + 3
                then subject.before_next_exit_index
            else subject.exit_quarter_index + 3
        end as last_window_index,
        case indicator.code
            when 'EXITED' then coalesce(subject.before_next_exit_index >= subject.exit_quarter_index, true)
            else coalesce(measured.is_qualified, false)
        end as is_qualified,
        case indicator.code
            when 'EXITED' then coalesce(subject.before_next_exit_index >= subject.exit_quarter_index, true)
            else coalesce(measured.is_success, false)
        end as is_success,
        coalesce(measured.is_pending, false) as is_pending,
        measured.wage_usd,
        case
            when indicator.code <> 'EXITED' then measured.reason_code
            when subject.before_next_exit_index < subject.exit_quarter_index then 'COUNTED_ONCE'
            else 'EXITED'
        end as reason_code,
        measured.measured_date
    from counted_once as subject
    cross join indicator
    left join measured
        on subject.participation_key = measured.participation_key
        and indicator.code = measured.indicator_code
    left join annual_cohort
        on indicator.code = annual_cohort.indicator_code
        and subject.exit_date between annual_cohort.window_from_date and annual_cohort.window_to_date
    where indicator.cohort_basis = 'exit'
),

participation_based as (
    select
        subject.participation_key,
        'SERVED' as indicator_code,
        cast(null as integer) as program_year,
        subject.entry_quarter_index as first_window_index,
        case
            when subject.before_next_entry_index < subject.last_served_index then subject.before_next_entry_index
            else subject.last_served_index
        end as last_window_index,
        coalesce(subject.before_next_entry_index >= subject.entry_quarter_index, true) as is_qualified,
        coalesce(subject.before_next_entry_index >= subject.entry_quarter_index, true) as is_success,
        false as is_pending,
        cast(null as decimal(14, 2)) as wage_usd,
        case
            when subject.before_next_entry_index < subject.entry_quarter_index then 'COUNTED_ONCE'
            else 'SERVED'
        end as reason_code,
        cast(null as date) as measured_date
    from counted_once as subject
    inner join indicator
        on indicator.code = 'SERVED'
    union all
    select
        subject.participation_key,
        'MSG' as indicator_code,
        skill_gain.program_year,
        skill_gain.window_quarter_index as first_window_index,
        skill_gain.window_quarter_index as last_window_index,
        skill_gain.participation_key is not null as is_qualified,
        coalesce(skill_gain.has_gain, false) as is_success,
        coalesce(skill_gain.is_pending, false) as is_pending,
        cast(null as decimal(14, 2)) as wage_usd,
        case
            when skill_gain.has_gain then 'GAIN'
            when skill_gain.is_pending then 'GAIN_PENDING'
            when skill_gain.participation_key is not null then 'NO_GAIN'
            else 'NOT_IN_EDUCATION'
        end as reason_code,
        skill_gain.measured_date
    from subject
    inner join indicator
        on indicator.code = 'MSG'
    left join skill_gain
        on subject.participation_key = skill_gain.participation_key
        and subject.has_skill_gain_indicator
),

joined as (
    select * from exit_based
    union all
    select * from participation_based
),

-- The reason of exit, or one learned from elsewhere that is in force on the day of exit or when the outcome is measured
-- (e17). SERVED and EXITED count everybody.
left_out as (
    select
        joined.participation_key,
        joined.indicator_code,
        joined.first_window_index,
        min(exit_reason.code) as exclusion_code
    from joined
    inner join subject
        on joined.participation_key = subject.participation_key
    inner join exclusion
        on subject.person_key = exclusion.person_key
        and (
            subject.exit_date between exclusion.from_date and exclusion.to_date
            or joined.measured_date between exclusion.from_date and exclusion.to_date
        )
    inner join exit_reason
        on exclusion.exit_reason_code = exit_reason.code
        and {{ is_excluding('exit_reason', 'subject.program_code', 'joined.indicator_code') }}
    group by joined.participation_key, joined.indicator_code, joined.first_window_index
),

judged as (
    select
        joined.*,
        subject.person_key,
        subject.program_code,
        subject.wda_code,
        subject.entry_date,
        subject.exit_date,
        subject.has_no_valid_ssn,
        case
            when not subject.is_participant then 'NOT_PARTICIPANT'
            when not case joined.indicator_code
                when 'SERVED' then true
                when 'EXITED' then true
                when 'REENTRY' then true
                when 'CREDENTIAL' then subject.has_credential_indicator
                when 'MSG' then subject.has_skill_gain_indicator
                else subject.has_employment_indicator
            end then 'NOT_REPORTED'
            when subject.exit_date is null and joined.indicator_code not in ('SERVED', 'MSG') then 'NOT_EXITED'
        end as outside_reason_code,
        coalesce(exit_reason.code, left_out.exclusion_code) as exclusion_code,
        case
            when exit_reason.code is not null then 'EXIT_REASON'
            when left_out.exclusion_code is not null then 'EXCLUSION_FILE'
        end as exclusion_source_code
    from joined
    inner join subject
        on joined.participation_key = subject.participation_key
    left join exit_reason
        on subject.exit_reason_code = exit_reason.code
        and {{ is_excluding('exit_reason', 'subject.program_code', 'joined.indicator_code') }}
    left join left_out
        on joined.participation_key = left_out.participation_key
        and joined.indicator_code = left_out.indicator_code
        and coalesce(joined.first_window_index, 0) = coalesce(left_out.first_window_index, 0)
),

decided as (
    select
        *,
        outside_reason_code is null as is_inside,
        -- Earnings have no denominator to be kept out of: whoever is excluded from the rate is excluded here.
        outside_reason_code is null and exclusion_code is not null and (is_qualified or indicator_code = 'MEDIAN_Q2')
            as is_excluded
    from judged
),

final as (
    select
        participation_key,
        indicator_code,
        case when is_inside and first_window_index is not null
            then {{ quarter_label_of('first_window_index') }} else 'NONE' end as cohort_quarter,
        case when is_inside then cast(program_year as integer) end as program_year,
        case when is_inside then cast(first_window_index as integer) end as first_window_quarter_index,
        case when is_inside then cast(last_window_index as integer) end as last_window_quarter_index,
        person_key,
        program_code,
        wda_code,
        entry_date,
        exit_date,
        is_inside and is_qualified and exclusion_code is null as is_in_denominator,
        is_inside and is_qualified and is_success and exclusion_code is null as is_in_numerator,
        is_inside and is_pending and exclusion_code is null as is_pending,
        is_inside and is_qualified and exclusion_code is null and has_no_valid_ssn as is_unmatched,
        is_excluded,
        case when is_excluded then exclusion_code end as exclusion_code,
        case when is_excluded then exclusion_source_code end as exclusion_source_code,
        case
            when outside_reason_code is not null then outside_reason_code
            when is_excluded then 'EXCLUDED_' || exclusion_code
            else reason_code
        end as reason_code,
        case when is_inside and exclusion_code is null then wage_usd end as wage_usd
    from decided
)

select * from final
