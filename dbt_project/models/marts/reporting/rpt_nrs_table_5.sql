{%- set exclusions = ['01', '02', '03', '04', '07'] -%}
with

period_metric as (
    select * from {{ ref('fct_period_metric') }}
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

participation as (
    select * from {{ ref('fct_participation') }} where is_participant and program_code = 'ADULT_ED'
),

credential as (
    select * from {{ ref('fct_participation_credential') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

-- The first period is the first of the person's that ended in the cohort, whether it counts or not.
exited as (
    select
        period_metric.*,
        participation.person_key,
        coalesce(credential.has_diploma, false) as has_diploma,
        coalesce(credential.has_postsecondary_credential, false) as has_postsecondary_credential,
        row_number() over (
            partition by participation.person_key, period_metric.metric_code, period_metric.program_year
            order by participation.entry_date, participation.participation_key
        ) as period_number
    from period_metric
    inner join metric
        on period_metric.metric_code = metric.metric_code
        and period_metric.definition_version = metric.definition_version
    inner join participation
        on period_metric.period_key = participation.participation_key
    left join credential
        on participation.participation_key = credential.participation_key
    where metric.metric_code in ('EMP_Q2', 'EMP_Q4', 'MEDIAN_Q2', 'CREDENTIAL', 'RETENTION')
),

basis as (
    select 'FIRST' as period_basis_code
    union all
    select 'ALL' as period_basis_code
),

summed as (
    select
        exited.program_year,
        basis.period_basis_code,
        exited.metric_code,
        exited.definition_version,
        count(*) as exited_count,
        sum(case when exited.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when exited.is_in_denominator then 1 else 0 end) as denominator_count,
        {{ median_usd("case when exited.metric_code = 'MEDIAN_Q2' and exited.is_in_denominator then exited.metric_amount end") }}
            as median_usd,
        sum(case when exited.metric_code = 'CREDENTIAL' and exited.is_in_numerator and exited.has_diploma then 1 else 0 end)
            as diploma_count,
        sum(case
            when exited.metric_code = 'CREDENTIAL' and exited.is_in_numerator and exited.has_postsecondary_credential
                then 1
            else 0
        end) as postsecondary_credential_count,
        sum(case when exited.is_pending then 1 else 0 end) as pending_count,
        sum(case when exited.is_unmatched then 1 else 0 end) as unmatched_count,
        count(exited.exclusion_code) as excluded_count,
        {{ excluded_sums(exclusions, 'exited.exclusion_code') }}
    from exited
    inner join basis
        on basis.period_basis_code = 'ALL' or exited.period_number = 1
    group by exited.program_year, basis.period_basis_code, exited.metric_code, exited.definition_version
),

final as (
    select
        summed.program_year,
        summed.period_basis_code,
        summed.metric_code,
        cast(summed.exited_count as bigint) as exited_count,
        cast(summed.diploma_count as bigint) as diploma_count,
        cast(summed.postsecondary_credential_count as bigint) as postsecondary_credential_count,
        cast(summed.numerator_count as bigint) as numerator_count,
        cast(summed.denominator_count as bigint) as denominator_count,
        case when summed.metric_code <> 'MEDIAN_Q2' then
            cast(cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6))
        end as outcome_share,
        summed.median_usd,
        cast(summed.pending_count as bigint) as pending_count,
        cast(summed.unmatched_count as bigint) as unmatched_count,
        cast(summed.excluded_count as bigint) as excluded_count,
        {{ excluded_counts(exclusions, 'summed') -}}
        build.as_of_date,
        summed.definition_version,
        build.run_id
    from summed
    cross join build
)

select * from final
