-- Everything about a period stands in one row before it is spread over its indicators; exclusions only where a person has one.
with subject as materialized (
with registered as (
    select participation.*, coalesce(exit_rule.common_exit_group, participation.program_code) as group_code, as_of_date,
        (year(entry_date) * 4 + quarter(entry_date) - 1)::integer as entry_index,
        coalesce(exit_quarter_index, (year(as_of_date) * 4 + quarter(as_of_date) - 1)::integer) as last_index,
        has_employment_indicator, has_credential_indicator, has_skill_gain_indicator,
        not coalesce(has_valid_ssn, false) as has_no_valid_ssn
    from (
        select participation_key, person_key, program_code, wda_code, entry_date, exit_date, exit_quarter_index, exit_reason_code, is_participant,
            program_code = 'YOUTH' and coalesce(youth_placement_q2_code in (select code from seeds.ref_youth_placement where is_placed), false) as is_placed_q2,
            program_code = 'YOUTH' and coalesce(youth_placement_q4_code in (select code from seeds.ref_youth_placement where is_placed), false) as is_placed_q4
        from core.fct_participation
    ) as participation
    cross join core.dim_build
    join core.dim_program as program using (program_code)
    asof left join seeds.ref_exit_rule as exit_rule
        on participation.program_code = exit_rule.program_code and participation.entry_date >= exit_rule.effective_date
    left join core.dim_person using (person_key)
)
select registered.*, row_number() over () as subject_no,
    max(last_index) over (
        partition by person_key, program_code, is_participant order by entry_date, participation_key
        rows between unbounded preceding and current row
    ) + 3 as last_served_index,
    lead(entry_index) over (partition by person_key, program_code, is_participant order by entry_date, participation_key) - 1 as before_next_entry_index,
    case when exit_date is not null then lead(exit_quarter_index) over (
        partition by person_key, program_code, is_participant, exit_date is null order by exit_date, participation_key
    ) - 1 end as before_next_exit_index
from registered
),
measured as materialized (
select subject.* exclude (entry_date), subject.entry_date,
    q2.participation_key is not null as has_q2, q2.is_employed as is_employed_2, q2.has_wage as has_wage_2, q2.has_supplement as has_supplement_2,
    q2.is_pending as is_pending_2, q2.quarter_start_date as start_2, q2.wage_usd, q2.is_wage_complete,
    q4.participation_key is not null as has_q4, q4.is_employed as is_employed_4, q4.has_wage as has_wage_4, q4.has_supplement as has_supplement_4,
    q4.is_pending as is_pending_4, q4.quarter_start_date as start_4,
    retention.has_employer_q2, retention.has_same_employer_q4, retention.is_employed_q2, retention.is_by_person_only, retention.is_pending as is_pending_r,
    credential.window_end_date, credential.is_in_training_or_education, credential.has_postsecondary_credential, credential.has_diploma,
    credential.is_attained, credential.is_pending as is_pending_c,
    later.entry_date as return_date, cast(exit_date + parameter.parameter_value::integer as date) as return_end_date,
    reason.code as reason_of_exit_code, reason.excludes_all, reason.excludes_youth, reason.excludes_title2_exit
from subject
cross join (from core.dim_parameter where parameter_code = 'REENTRY_DAYS' and is_in_force) as parameter
left join (from core.fct_participation_quarter where quarters_after_exit = 2) as q2 using (participation_key)
left join (from core.fct_participation_quarter where quarters_after_exit = 4) as q4 using (participation_key)
left join core.fct_participation_retention as retention using (participation_key)
left join core.fct_participation_credential as credential using (participation_key)
left join seeds.ref_exit_reason as reason on exit_reason_code = reason.code
asof left join (select person_key, group_code, true as is_participant, entry_date from subject where is_participant) as later
    on subject.is_participant = later.is_participant and subject.person_key = later.person_key and subject.group_code = later.group_code and subject.exit_date < later.entry_date
),
spread as materialized (
select subject_no, 'EMP_Q2' as indicator_code, null::integer as program_year, exit_quarter_index as first_index, exit_quarter_index + 3 as last_index,
    has_q2 as is_qualified, coalesce(is_employed_2 or is_placed_q2, false) as is_success, coalesce(is_pending_2, false) and not coalesce(is_placed_q2, false) as is_pending,
    null::decimal(14, 2) as wage_usd,
    case when not has_q2 then null when has_wage_2 then 'WAGE_RECORD' when has_supplement_2 then 'FOLLOW_UP' when is_employed_2 then 'APPRENTICE' when is_placed_q2 then 'PLACED'
        when is_pending_2 then 'PENDING' else 'NOT_EMPLOYED' end as reason_code,
    start_2 as measured_date
from measured
union all
select subject_no, 'EMP_Q4', null, exit_quarter_index, exit_quarter_index + 3,
    has_q4, coalesce(is_employed_4 or is_placed_q4, false), coalesce(is_pending_4, false) and not coalesce(is_placed_q4, false), null,
    case when not has_q4 then null when has_wage_4 then 'WAGE_RECORD' when has_supplement_4 then 'FOLLOW_UP' when is_employed_4 then 'APPRENTICE' when is_placed_q4 then 'PLACED'
        when is_pending_4 then 'PENDING' else 'NOT_EMPLOYED' end,
    start_4
from measured
union all
select subject_no, 'MEDIAN_Q2', null, exit_quarter_index, exit_quarter_index + 3,
    coalesce(wage_usd > 0, false), coalesce(wage_usd > 0, false), coalesce(not coalesce(wage_usd > 0, false) and not is_wage_complete, false), wage_usd,
    case when not has_q2 then null when wage_usd > 0 then 'EARNINGS_KNOWN' when not is_wage_complete then 'EARNINGS_PENDING' when is_employed_2 then 'EARNINGS_UNKNOWN' else 'NO_EARNINGS' end,
    start_2
from measured
union all
select subject_no, 'RETENTION', null, exit_quarter_index, exit_quarter_index + 3,
    coalesce(has_employer_q2, false), coalesce(has_same_employer_q4, false), coalesce(is_pending_r, false), null,
    case when has_employer_q2 is null then null when has_same_employer_q4 and has_employer_q2 then 'SAME_EMPLOYER' when is_pending_r then 'RETENTION_PENDING'
        when has_employer_q2 then 'OTHER_EMPLOYER' when is_by_person_only then 'NOT_COMPUTABLE' when is_employed_q2 then 'EMPLOYER_UNKNOWN' else 'NOT_EMPLOYED_Q2' end,
    case when has_employer_q2 is not null then start_4 end
from measured
union all
select subject_no, 'CREDENTIAL', null, exit_quarter_index, exit_quarter_index + 3,
    coalesce(is_in_training_or_education, false), coalesce(is_attained, false), coalesce(is_pending_c, false), null,
    case when is_in_training_or_education is null then null when not is_in_training_or_education then 'NOT_IN_TRAINING' when has_postsecondary_credential then 'CREDENTIAL'
        when is_attained then 'DIPLOMA' when is_pending_c then 'CREDENTIAL_PENDING' when has_diploma then 'DIPLOMA_ALONE' else 'NO_CREDENTIAL' end,
    window_end_date
from measured
union all
select subject_no, 'REENTRY', null, exit_quarter_index, exit_quarter_index + 3,
    exit_date is not null, coalesce(return_date <= return_end_date, false),
    coalesce(not coalesce(return_date <= return_end_date, false) and as_of_date < return_end_date, false), null,
    case when exit_date is null then null when return_date <= return_end_date then 'RETURNED' when as_of_date < return_end_date then 'RETURN_PENDING' else 'NOT_RETURNED' end,
    return_end_date
from measured
union all
select subject_no, 'EXITED', null, exit_quarter_index, least(exit_quarter_index + 3, before_next_exit_index),
    coalesce(before_next_exit_index >= exit_quarter_index, true), coalesce(before_next_exit_index >= exit_quarter_index, true), false, null,
    case when before_next_exit_index < exit_quarter_index then 'COUNTED_ONCE' else 'EXITED' end, null
from measured
union all
select subject_no, 'SERVED', null, entry_index, least(before_next_entry_index, last_served_index),
    coalesce(before_next_entry_index >= entry_index, true), coalesce(before_next_entry_index >= entry_index, true), false, null,
    case when before_next_entry_index < entry_index then 'COUNTED_ONCE' else 'SERVED' end, null
from measured
union all
select subject_no, 'MSG', skill_gain.program_year, window_quarter_index, window_quarter_index,
    skill_gain.participation_key is not null, coalesce(has_gain, false), coalesce(skill_gain.is_pending, false), null,
    case when has_gain then 'GAIN' when skill_gain.is_pending then 'GAIN_PENDING' when skill_gain.participation_key is not null then 'NO_GAIN' else 'NOT_IN_EDUCATION' end,
    measured_date
from subject left join core.fct_participation_skill_gain as skill_gain
    on subject.participation_key = skill_gain.participation_key and has_skill_gain_indicator
),
left_out as materialized (
select subject_no, indicator_code, coalesce(first_index, 0) as first_index, min(code) as exclusion_code
from (
    select subject_no, person_key, program_code, exit_date, exclusion.* exclude (person_key)
    from subject join intermediate.int_exclusion_collected as exclusion using (person_key)
)
join spread using (subject_no)
join seeds.ref_exit_reason as reason on exit_reason_code = reason.code
where indicator_code not in ('SERVED', 'EXITED')
    and case when program_code = 'YOUTH' then excludes_youth when program_code = 'ADULT_ED' and indicator_code <> 'MSG' then excludes_title2_exit else excludes_all end
    and (exit_date between from_date and to_date or measured_date between from_date and to_date)
group by all
),
cohort as (
    select indicator_code, quarter_index as first_index, dim_cohort.program_year
    from core.dim_cohort join core.dim_quarter on start_date between window_from_date and window_to_date
    where report_type = 'ANNUAL' and cohort_basis_code = 'exit'
),
judged as (
    select spread.* exclude (program_year), measured.* exclude (subject_no, wage_usd), coalesce(cohort.program_year, spread.program_year) as program_year,
        case
            when not is_participant then 'NOT_PARTICIPANT'
            when not case indicator_code when 'SERVED' then true when 'EXITED' then true when 'REENTRY' then true when 'CREDENTIAL' then has_credential_indicator
                when 'MSG' then has_skill_gain_indicator else has_employment_indicator end then 'NOT_REPORTED'
            when exit_date is null and indicator_code not in ('SERVED', 'MSG') then 'NOT_EXITED'
        end as outside_reason_code,
        case when indicator_code not in ('SERVED', 'EXITED') and case when program_code = 'YOUTH' then excludes_youth
            when program_code = 'ADULT_ED' and indicator_code <> 'MSG' then excludes_title2_exit else excludes_all end then reason_of_exit_code end as own_exclusion_code,
        exclusion_code as other_exclusion_code
    from spread join measured using (subject_no)
    left join cohort using (indicator_code, first_index)
    left join left_out on spread.subject_no = left_out.subject_no and spread.indicator_code = left_out.indicator_code
        and coalesce(spread.first_index, 0) = left_out.first_index
),
decided as (
    select *, outside_reason_code is null as is_inside, coalesce(own_exclusion_code, other_exclusion_code) as any_exclusion_code,
        outside_reason_code is null and any_exclusion_code is not null and (is_qualified or indicator_code = 'MEDIAN_Q2') as is_excluded
    from judged
)
select participation_key, indicator_code,
    case when is_inside and first_index is not null then first_index // 4 || 'Q' || first_index % 4 + 1 else 'NONE' end as cohort_quarter,
    case when is_inside then program_year end as program_year,
    case when is_inside then first_index end as first_window_quarter_index,
    case when is_inside then last_index end as last_window_quarter_index,
    person_key, program_code, wda_code, entry_date, exit_date,
    is_inside and is_qualified and any_exclusion_code is null as is_in_denominator,
    is_inside and is_qualified and is_success and any_exclusion_code is null as is_in_numerator,
    is_inside and is_pending and any_exclusion_code is null as is_pending,
    is_inside and is_qualified and any_exclusion_code is null and has_no_valid_ssn as is_unmatched,
    is_excluded,
    case when is_excluded then any_exclusion_code end as exclusion_code,
    case when is_excluded then case when own_exclusion_code is not null then 'EXIT_REASON' else 'EXCLUSION_FILE' end end as exclusion_source_code,
    case when outside_reason_code is not null then outside_reason_code when is_excluded then 'EXCLUDED_' || any_exclusion_code else reason_code end as reason_code,
    case when is_inside and any_exclusion_code is null then wage_usd end as wage_usd
from decided
