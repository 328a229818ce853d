with

credential as (
    select * from {{ ref('fct_credential_stack') }}
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

credential_type as (
    select 'ALL' as credential_type_code, cast(null as varchar) as only_credential_type_code
    union all
    select distinct credential_type_code, credential_type_code as only_credential_type_code from credential
),

field as (
    select 'ALL' as field_code, 'ALL' as field_label, cast(null as varchar) as only_field_code
    union all
    select distinct field_code, field_label, field_code as only_field_code from credential
),

shown as (
    select
        credential.program_year,
        credential_type.credential_type_code,
        field.field_code,
        field.field_label,
        credential.person_key,
        credential.chain_code,
        credential.stack_order,
        credential.is_stacked,
        credential.cip_2020_code,
        credential.is_in_demand,
        credential.in_demand_share
    from credential
    inner join credential_type
        on credential_type.only_credential_type_code is null
        or credential.credential_type_code = credential_type.only_credential_type_code
    inner join field
        on field.only_field_code is null or credential.field_code = field.only_field_code
),

chain as (
    select 'ALL' as chain_code, cast(null as varchar) as only_chain_code
    union all
    select distinct chain_code, chain_code as only_chain_code from credential where is_stacked
),

summed as (
    select
        program_year, credential_type_code, field_code, field_label,
        'CRED_EARNED' as metric_code,
        'ALL' as chain_code,
        count(*) as numerator_count,
        count(distinct person_key) as denominator_count,
        cast(null as decimal(18, 6)) as in_demand_share,
        0 as unmatched_count,
        0 as excluded_no_program_of_study_count,
        0 as excluded_no_step_count
    from shown
    group by program_year, credential_type_code, field_code, field_label
    union all
    select
        program_year, credential_type_code, field_code, field_label,
        'CRED_IN_DEMAND' as metric_code,
        'ALL' as chain_code,
        sum(case when is_in_demand then 1 else 0 end) as numerator_count,
        sum(case when is_in_demand is not null then 1 else 0 end) as denominator_count,
        cast(sum(in_demand_share) as decimal(18, 6)) as in_demand_share,
        sum(case when is_in_demand is null and cip_2020_code is not null then 1 else 0 end) as unmatched_count,
        sum(case when cip_2020_code is null then 1 else 0 end) as excluded_no_program_of_study_count,
        0 as excluded_no_step_count
    from shown
    group by program_year, credential_type_code, field_code, field_label
    union all
    select
        shown.program_year, shown.credential_type_code, shown.field_code, shown.field_label,
        'CRED_STACKED' as metric_code,
        chain.chain_code,
        count(distinct case
            when shown.is_stacked and (chain.only_chain_code is null or shown.chain_code = chain.only_chain_code)
                then shown.person_key
        end) as numerator_count,
        count(distinct case when shown.stack_order is not null then shown.person_key end) as denominator_count,
        cast(null as decimal(18, 6)) as in_demand_share,
        0 as unmatched_count,
        0 as excluded_no_program_of_study_count,
        sum(case when shown.stack_order is null then 1 else 0 end) as excluded_no_step_count
    from shown
    cross join chain
    group by shown.program_year, shown.credential_type_code, shown.field_code, shown.field_label, chain.chain_code
),

final as (
    select
        summed.program_year,
        summed.credential_type_code,
        summed.field_code,
        summed.metric_code,
        summed.chain_code,
        summed.field_label,
        cast(summed.numerator_count as bigint) as numerator_count,
        cast(summed.denominator_count as bigint) as denominator_count,
        case when metric.statistic_code = 'share' then
            cast(cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6))
        end as metric_share,
        cast(cast(summed.in_demand_share as double) / nullif(summed.denominator_count, 0) as decimal(7, 6)) as weighted_share,
        cast(0 as bigint) as pending_count,
        cast(summed.unmatched_count as bigint) as unmatched_count,
        cast(summed.excluded_no_program_of_study_count + summed.excluded_no_step_count as bigint) as excluded_count,
        cast(summed.excluded_no_program_of_study_count as bigint) as excluded_no_program_of_study_count,
        cast(summed.excluded_no_step_count as bigint) as excluded_no_step_count,
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from summed
    inner join metric
        on summed.metric_code = metric.metric_code
    cross join build
    where summed.chain_code = 'ALL' or summed.numerator_count > 0
)

select * from final
