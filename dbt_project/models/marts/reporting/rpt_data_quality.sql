with

batch as (
    select * from {{ ref('fct_batch') }}
),

batch_rule as (
    select * from {{ ref('fct_batch_rule') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

period as (
    select batch_id, source_name, 'ALL' as period_code from batch
    union all
    select batch_id, source_name, coalesce(period_code, 'Unknown') as period_code from batch
),

received as (
    select
        period.source_name,
        period.period_code,
        count(*) as batch_count,
        sum(batch.received_count) as received_count,
        sum(batch.accepted_count) as accepted_count,
        sum(batch.quarantined_count) as quarantined_count,
        sum(case when batch.was_held then 1 else 0 end) as held_batch_count,
        max(batch.extract_date) as last_extract_date
    from period
    inner join batch
        on period.batch_id = batch.batch_id
    group by period.source_name, period.period_code
),

found as (
    select
        period.source_name,
        period.period_code,
        batch_rule.rule_id,
        batch_rule.severity_code,
        count(*) as batch_count,
        sum(batch_rule.failed_count) as failed_count,
        sum(batch_rule.checked_count) as checked_count
    from period
    inner join batch_rule
        on period.batch_id = batch_rule.batch_id
    group by period.source_name, period.period_code, batch_rule.rule_id, batch_rule.severity_code
),

laid_out as (
    select
        received.source_name,
        received.period_code,
        'ALL' as rule_id,
        'ALL' as severity_code,
        received.batch_count,
        received.quarantined_count as numerator_count,
        received.received_count as denominator_count
    from received
    union all
    select
        source_name,
        period_code,
        rule_id,
        severity_code,
        batch_count,
        failed_count as numerator_count,
        checked_count as denominator_count
    from found
),

final as (
    select
        laid_out.source_name,
        laid_out.period_code,
        laid_out.rule_id,
        laid_out.severity_code,
        cast(laid_out.batch_count as bigint) as batch_count,
        cast(laid_out.numerator_count as bigint) as numerator_count,
        cast(laid_out.denominator_count as bigint) as denominator_count,
        cast(
            cast(laid_out.numerator_count as double) / nullif(laid_out.denominator_count, 0) as decimal(14, 6)
        ) as failed_share,
        cast(received.accepted_count as bigint) as accepted_count,
        cast(received.held_batch_count as bigint) as held_batch_count,
        received.last_extract_date,
        cast({{ days_between('received.last_extract_date', 'build.as_of_date') }} as integer) as extract_age_day_count,
        quarter.is_wage_complete,
        build.as_of_date,
        build.definition_version,
        build.run_id
    from laid_out
    inner join received
        on laid_out.source_name = received.source_name
        and laid_out.period_code = received.period_code
    left join quarter
        on received.source_name = 'ui_wage'
        and received.period_code = quarter.quarter
    cross join build
)

select * from final
