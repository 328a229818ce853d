with

person_step as (
    select * from {{ ref('fct_pathway_step') }}
),

pathway as (
    select * from {{ ref('dim_pathway') }}
),

slice as (
    select * from {{ ref('bridge_period_slice') }}
),

metric as (
    select * from {{ ref('dim_metric') }} where metric_code = 'PATHWAY_STEP' and is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

cohort as (
    select 'ALL' as cohort_code, cast(null as integer) as only_program_year
    union all
    select distinct cast(program_year as varchar) as cohort_code, program_year as only_program_year from person_step
),

summed as (
    select
        person_step.pathway_code,
        cohort.cohort_code,
        slice.slice_code,
        slice.slice_value,
        person_step.step_order,
        sum(case when person_step.is_reached and not person_step.is_excluded then 1 else 0 end) as numerator_count,
        sum(case when not person_step.is_excluded then 1 else 0 end) as denominator_count,
        {{ median_usd('case when person_step.is_reached and not person_step.is_excluded then person_step.days_from_previous end') }}
            as median_days_from_previous,
        {{ median_usd('case when person_step.is_reached and not person_step.is_excluded then person_step.days_from_start end') }}
            as median_days_from_start,
        sum(case when person_step.is_pending and not person_step.is_excluded then 1 else 0 end) as pending_count,
        sum(case when person_step.is_unmatched and not person_step.is_excluded then 1 else 0 end) as unmatched_count,
        sum(case when person_step.is_excluded then 1 else 0 end) as excluded_count
    from person_step
    inner join cohort
        on cohort.only_program_year is null or person_step.program_year = cohort.only_program_year
    inner join slice
        on person_step.period_key = slice.period_key
    group by
        person_step.pathway_code, cohort.cohort_code, slice.slice_code, slice.slice_value, person_step.step_order
),

followed as (
    select
        *,
        lag(numerator_count) over (
            partition by pathway_code, cohort_code, slice_code, slice_value order by step_order
        ) as previous_count
    from summed
),

final as (
    select
        followed.pathway_code,
        followed.cohort_code,
        followed.slice_code,
        followed.slice_value,
        cast(followed.step_order as integer) as step_order,
        pathway.pathway_label,
        pathway.stay_set_code,
        metric.metric_code,
        cast(followed.numerator_count as bigint) as numerator_count,
        cast(followed.denominator_count as bigint) as denominator_count,
        cast(cast(followed.numerator_count as double) / nullif(followed.denominator_count, 0) as decimal(7, 6)) as metric_share,
        cast(followed.previous_count as bigint) as previous_count,
        cast(cast(followed.numerator_count as double) / nullif(followed.previous_count, 0) as decimal(7, 6)) as conversion_share,
        followed.median_days_from_previous,
        followed.median_days_from_start,
        cast(followed.pending_count as bigint) as pending_count,
        cast(followed.unmatched_count as bigint) as unmatched_count,
        cast(followed.excluded_count as bigint) as excluded_count,
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from followed
    inner join pathway
        on followed.pathway_code = pathway.pathway_code
        and followed.step_order = pathway.step_order
    cross join metric
    cross join build
)

select * from final
