{#- Populations the plan names, as person attributes and as slices of stays: one list for both. -#}
{%- set populations = ['ALL', 'SEX', 'BIPOC', 'RACE_PIRL_2018', 'DISABILITY', 'VETERAN', 'YOUTH', 'ENGLISH_LEARNER', 'RETURNING_CITIZEN'] -%}
with

build as (
    select * from {{ ref('dim_build') }}
),

kpi as (
    select * from {{ ref('dim_kpi') }}
),

program_year as (
    select
        quarter.program_year,
        {{ earlier_of('max(quarter.end_date)', 'max(build.as_of_date)') }} as counted_date,
        max(quarter.end_date) > max(build.as_of_date) as is_running
    from {{ ref('dim_quarter') }} as quarter
    cross join build
    group by quarter.program_year
    having min(quarter.start_date) <= max(build.as_of_date)
),

running_year as (
    select max(program_year) as program_year from program_year
),

membership as (
    select * from {{ ref('fct_rsp_membership') }}
),

period as (
    select * from {{ ref('fct_program_period') }}
),

period_slice as (
    select * from {{ ref('bridge_period_slice') }}
    where slice_code in ({% for slice_code in populations %}'{{ slice_code }}'{{ ', ' if not loop.last }}{% endfor %})
),

person_slice as (
    {% for slice_code, value in {
        'ALL': "'ALL'",
        'SEX': "coalesce(sex_label, 'Not stated')",
        'BIPOC': "case when is_bipoc then 'Yes' when not is_bipoc then 'No' else 'Unknown' end",
        'RACE_PIRL_2018': 'race_pirl_2018_label',
        'DISABILITY': "case when has_disability then 'Yes' when not has_disability then 'No' else 'Unknown' end",
        'VETERAN': "case when is_veteran then 'Yes' when not is_veteran then 'No' else 'Unknown' end",
    }.items() -%}
    select person_key, '{{ slice_code }}' as slice_code, {{ value }} as slice_value from {{ ref('dim_person') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Goal 1: what is open, and who works together on it.
open_job as (
    select
        'OPENINGS' as kpi_code,
        program_year.program_year,
        sum(opening_month.open_count) as numerator_count,
        cast(null as bigint) as denominator_count,
        cast(sum(opening_month.open_count) as decimal(18, 6)) as kpi_value
    from program_year
    inner join {{ ref('fct_opening_month') }} as opening_month
        on program_year.counted_date = opening_month.counted_date
    group by program_year.program_year
),

persistent as (
    select
        'PERSISTENT_OPENINGS' as kpi_code,
        program_year,
        sum(case when is_high_growth then persistent_count else 0 end) as numerator_count,
        count(distinct month_start_date) as denominator_count,
        cast(
            cast(sum(case when is_high_growth then persistent_count else 0 end) as double)
            / nullif(count(distinct month_start_date), 0) as decimal(18, 6)
        ) as kpi_value
    from {{ ref('fct_opening_month') }}
    group by program_year
),

opening_day as (
    select
        'OPENING_DAYS' as kpi_code,
        {{ program_year('last_open_date') }} as program_year,
        count(*) as numerator_count,
        count(*) as denominator_count,
        cast({{ median_usd('cast(open_day_count as decimal(14, 2))') }} as decimal(18, 6)) as kpi_value
    from {{ ref('fct_job_opening') }}
    where not is_open and is_high_growth
    group by {{ program_year('last_open_date') }}
),

member as (
    select
        program_year.program_year,
        count(distinct membership.rsp_id) as partnership_count,
        count(distinct case when membership.is_employer_role then membership.employer_key end) as employer_count
    from program_year
    inner join membership
        on {{ is_member_on('membership', 'program_year.counted_date') }}
    group by program_year.program_year
),

joint_programme as (
    select
        program_year.program_year,
        count(*) as grant_count
    from program_year
    inner join {{ ref('fct_grant') }} as grant_award
        on grant_award.rsp_id is not null
        and grant_award.grant_start_date <= program_year.counted_date
        and (grant_award.grant_end_date is null or grant_award.grant_end_date >= program_year.counted_date)
    group by program_year.program_year
),

-- Goal 2: what came of it, by population.
outcome as (
    select
        case metric.metric_code
            when 'PROGRAM_MEDIAN_Q2' then 'WAGES' when 'EARNINGS_GAIN_REAL' then 'WAGE_CHANGE' else 'QUALITY_JOBS'
        end as kpi_code,
        metric.program_year,
        period_slice.slice_code,
        period_slice.slice_value,
        sum(case when metric.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when metric.is_in_denominator then 1 else 0 end) as denominator_count,
        sum(case when metric.is_pending then 1 else 0 end) as pending_count,
        sum(case when metric.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when metric.exclusion_code is not null then 1 else 0 end) as excluded_count,
        {{ median_usd('case when metric.is_in_denominator then metric.metric_amount end') }} as amount_median
    from {{ ref('fct_period_metric') }} as metric
    inner join {{ ref('dim_metric') }} as registered
        on metric.metric_code = registered.metric_code
        and metric.definition_version = registered.definition_version
        and registered.is_current
    inner join period_slice
        on metric.period_key = period_slice.period_key
    where metric.metric_code in ('PROGRAM_MEDIAN_Q2', 'EARNINGS_GAIN_REAL', 'GOOD_JOB')
    group by metric.metric_code, metric.program_year, period_slice.slice_code, period_slice.slice_value
),

credentialed as (
    select
        {{ program_year('credential.award_date') }} as program_year,
        person_slice.slice_code,
        person_slice.slice_value,
        count(distinct credential.person_key) as person_count
    from {{ ref('fct_credential') }} as credential
    inner join person_slice
        on credential.person_key = person_slice.person_key
    where credential.credential_type_code in ('4', '5', '6')
    group by {{ program_year('credential.award_date') }}, person_slice.slice_code, person_slice.slice_value
),

degree as (
    select
        {{ program_year('stack.award_date') }} as program_year,
        person_slice.slice_code,
        person_slice.slice_value,
        sum(case when stack.is_in_demand then 1 else 0 end) as aligned_count,
        sum(case when stack.is_in_demand is not null then 1 else 0 end) as degree_count,
        sum(case when stack.is_in_demand is null and stack.cip_2020_code is not null then 1 else 0 end) as unmatched_count,
        sum(case when stack.cip_2020_code is null then 1 else 0 end) as excluded_count
    from {{ ref('fct_credential_stack') }} as stack
    inner join person_slice
        on stack.person_key = person_slice.person_key
    where stack.credential_type_code in ('2', '3')
    group by {{ program_year('stack.award_date') }}, person_slice.slice_code, person_slice.slice_value
),

-- Which programmes count toward which indicator is data (ref_program).
trained as (
    select
        program.kpi_code,
        program_year.program_year,
        count(distinct period.person_key) as person_count
    from program_year
    inner join period
        on period.exit_date <= program_year.counted_date
        and period.is_completed
    inner join {{ ref('dim_program') }} as program
        on period.program_code = program.program_code
    where program.kpi_code = 'CAREER_CONNECT_TRAINED' or (program.kpi_code = 'GOOD_JOBS_PLACED' and period.is_placed)
    group by program.kpi_code, program_year.program_year
),

-- Goal 3: how old what we know is, and for how many programmes it can be shown.
source_age as (
    select
        source_name,
        max(extract_date) as last_extract_date
    from {{ ref('fct_batch') }}
    group by source_name
),

age as (
    select
        count(*) as source_count,
        {{ median_usd('cast(' ~ days_between('source_age.last_extract_date', 'build.as_of_date') ~ ' as decimal(14, 2))') }} as day_median
    from source_age
    cross join build
),

latest_wage as (
    select
        max({{ quarter_index('build.as_of_date') }}) - max(quarter.quarter_index) as quarter_count
    from {{ ref('dim_quarter') }} as quarter
    cross join build
    where quarter.is_wage_complete
),

punctual as (
    select
        source_name,
        due_program_year,
        min(case when is_on_time then 1 else 0 end) as on_time
    from {{ ref('fct_submission_due') }}
    group by source_name, due_program_year
),

on_time as (
    select
        due_program_year as program_year,
        sum(on_time) as on_time_count,
        count(*) as source_count
    from punctual
    group by due_program_year
),

publishable as (
    select
        program_year,
        sum(case when is_publishable then 1 else 0 end) as shown_count,
        count(*) as program_count,
        sum(pending_count) as pending_count,
        sum(unmatched_count) as unmatched_count,
        sum(excluded_count) as excluded_count
    from {{ ref('fct_etp_program_year') }}
    group by program_year
),

{#- An indicator of no population, of which nothing is pending, unmatched or left out. -#}
{%- set plain = {
    'open_job': ['kpi_code', 'numerator_count', 'denominator_count', 'kpi_value'],
    'persistent': ['kpi_code', 'numerator_count', 'denominator_count', 'kpi_value'],
    'opening_day': ['kpi_code', 'numerator_count', 'denominator_count', 'kpi_value'],
    'trained': ['kpi_code', 'person_count', 'null', 'person_count'],
    'joint_programme': ["'JOINT_PROGRAMMES'", 'grant_count', 'null', 'grant_count'],
    'on_time': ["'CONTRACTS_ON_TIME'", 'on_time_count', 'source_count', 'cast(on_time_count as double) / source_count'],
} %}
measured as (
    select
        kpi_code, program_year, slice_code, slice_value, numerator_count, denominator_count, pending_count, unmatched_count,
        excluded_count,
        case
            when kpi_code = 'QUALITY_JOBS' then cast(numerator_count as double) / nullif(denominator_count, 0) else amount_median
        end as kpi_value
    from outcome
    {% for name, columns in plain.items() -%}
    union all
    select
        {{ columns[0] }}, program_year, 'ALL', 'ALL', {{ columns[1] }}, {{ columns[2] }}, null, null, null, {{ columns[3] }}
    from {{ name }}
    {% endfor -%}
    union all
    select 'PARTNERSHIPS', program_year, 'ALL', 'ALL', partnership_count, null, null, null, null, partnership_count from member
    union all
    select 'PARTNERSHIP_EMPLOYERS', program_year, 'ALL', 'ALL', employer_count, null, null, null, null, employer_count from member
    union all
    select 'CREDENTIALS', program_year, slice_code, slice_value, person_count, null, null, null, null, person_count from credentialed
    union all
    select
        'ALIGNED_DEGREES', program_year, slice_code, slice_value, aligned_count, degree_count, null, unmatched_count,
        excluded_count, cast(aligned_count as double) / nullif(degree_count, 0)
    from degree
    union all
    select
        'EXTRACT_AGE', running_year.program_year, 'ALL', 'ALL', source_count, source_count, null, null, null, day_median
    from age
    cross join running_year
    union all
    select 'LATEST_WAGE_QUARTER', running_year.program_year, 'ALL', 'ALL', null, null, null, null, null, quarter_count
    from latest_wage
    cross join running_year
    union all
    select
        'PUBLISHABLE_PROGRAMMES', program_year, 'ALL', 'ALL', shown_count, program_count, pending_count, unmatched_count,
        excluded_count, cast(shown_count as double) / nullif(program_count, 0)
    from publishable
    union all
    -- What nothing here counts still stands, with what is said of it.
    select kpi.kpi_code, running_year.program_year, 'ALL', 'ALL', null, null, null, null, null, null
    from kpi
    cross join running_year
    where kpi.kpi_code = 'P20WIN_MEMBERS'
),

-- A figure of a year that is not over, or of which wages are still to come, would be another one later.
judged as (
    select
        measured.*,
        (kpi.is_of_whole_year and program_year.is_running) or coalesce(measured.pending_count, 0) > 0 as is_pending
    from measured
    inner join kpi
        on measured.kpi_code = kpi.kpi_code
    inner join program_year
        on measured.program_year = program_year.program_year
),

final as (
    select
        kpi.goal_code,
        judged.kpi_code,
        kpi.kpi_label,
        cast(judged.program_year as integer) as program_year,
        judged.slice_code,
        judged.slice_value,
        kpi.unit_code,
        cast(case when not judged.is_pending then judged.kpi_value end as decimal(18, 6)) as kpi_value,
        case
            when judged.is_pending then 'PENDING'
            when judged.kpi_value is not null then null
            when judged.denominator_count = 0 then 'NOBODY_YET'
            else 'NOT_COUNTED_HERE'
        end as reason_code,
        {% for name in ['numerator', 'denominator', 'pending', 'unmatched', 'excluded'] -%}
        cast(judged.{{ name }}_count as bigint) as {{ name }}_count,
        {% endfor -%}
        case when judged.slice_code = 'ALL' then kpi.baseline_value end as baseline_value,
        case when judged.slice_code = 'ALL' then kpi.is_baseline_target end as is_baseline_target,
        case when judged.slice_code = 'ALL' then kpi.baseline_said_of end as baseline_said_of,
        case when judged.slice_code = 'ALL' then kpi.baseline_source end as baseline_source,
        kpi.baseline_status_code,
        build.as_of_date,
        build.definition_version,
        build.run_id
    from judged
    inner join kpi
        on judged.kpi_code = kpi.kpi_code
    cross join build
)

select * from final
