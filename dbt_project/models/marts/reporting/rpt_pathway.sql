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

-- Counted by year first: the years add up to all of them, and only those who came further have lags.
counted as (
    select
        person_step.pathway_code,
        person_step.program_year,
        slice.slice_code,
        slice.slice_value,
        person_step.step_order,
        sum(case when person_step.is_reached and not person_step.is_excluded then 1 else 0 end) as numerator_count,
        sum(case when not person_step.is_excluded then 1 else 0 end) as denominator_count,
        sum(case when person_step.is_pending and not person_step.is_excluded then 1 else 0 end) as pending_count,
        sum(case when person_step.is_unmatched and not person_step.is_excluded then 1 else 0 end) as unmatched_count,
        sum(case when person_step.is_excluded then 1 else 0 end) as excluded_count
    from person_step
    inner join slice
        on person_step.period_key = slice.period_key
    group by
        person_step.pathway_code, person_step.program_year, slice.slice_code, slice.slice_value, person_step.step_order
),

summed as (
    select
        counted.pathway_code,
        cohort.cohort_code,
        counted.slice_code,
        counted.slice_value,
        counted.step_order,
        sum(counted.numerator_count) as numerator_count,
        sum(counted.denominator_count) as denominator_count,
        sum(counted.pending_count) as pending_count,
        sum(counted.unmatched_count) as unmatched_count,
        sum(counted.excluded_count) as excluded_count
    from counted
    inner join cohort
        on cohort.only_program_year is null or counted.program_year = cohort.only_program_year
    group by counted.pathway_code, cohort.cohort_code, counted.slice_code, counted.slice_value, counted.step_order
),

lagged as (
    select
        person_step.pathway_code,
        cohort.cohort_code,
        slice.slice_code,
        slice.slice_value,
        person_step.step_order,
        {{ median_usd('person_step.days_from_previous') }} as median_days_from_previous,
        {{ median_usd('person_step.days_from_start') }} as median_days_from_start
    from person_step
    inner join cohort
        on cohort.only_program_year is null or person_step.program_year = cohort.only_program_year
    inner join slice
        on person_step.period_key = slice.period_key
    where person_step.is_reached and not person_step.is_excluded and person_step.step_order > 1
    group by person_step.pathway_code, cohort.cohort_code, slice.slice_code, slice.slice_value, person_step.step_order
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
        lagged.median_days_from_previous,
        lagged.median_days_from_start,
        cast(followed.pending_count as bigint) as pending_count,
        cast(followed.unmatched_count as bigint) as unmatched_count,
        cast(followed.excluded_count as bigint) as excluded_count,
        cast(followed.excluded_count as bigint) as excluded_exit_reason_count,
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from followed
    inner join pathway
        on followed.pathway_code = pathway.pathway_code
        and followed.step_order = pathway.step_order
    left join lagged
        on followed.pathway_code = lagged.pathway_code
        and followed.cohort_code = lagged.cohort_code
        and followed.slice_code = lagged.slice_code
        and followed.slice_value = lagged.slice_value
        and followed.step_order = lagged.step_order
    cross join metric
    cross join build
)

select * from final
