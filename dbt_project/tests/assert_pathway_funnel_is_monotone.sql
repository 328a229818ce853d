-- A step is never reached by more persons than the one before, step 1 by all who began; the groups of a slice that
-- partitions add up to all; a step comes after the one before it began, and within its window.
with

report as (
    select * from {{ ref('rpt_pathway') }}
),

slice_sum as (
    select
        report.pathway_code,
        report.cohort_code,
        report.slice_code,
        report.step_order,
        sum(report.numerator_count) as numerator_count,
        sum(report.denominator_count) as denominator_count
    from report
    inner join {{ ref('dim_slice') }} as slice
        on report.slice_code = slice.slice_code
        and slice.is_partition
    group by report.pathway_code, report.cohort_code, report.slice_code, report.step_order
),

person_step as (
    select * from {{ ref('fct_pathway_step') }}
),

person_sum as (
    select
        pathway_code,
        step_order,
        sum(case when is_reached and not is_excluded then 1 else 0 end) as numerator_count,
        sum(case when not is_excluded then 1 else 0 end) as denominator_count
    from person_step
    group by pathway_code, step_order
)

select
    pathway_code,
    step_order,
    'more persons than the step before' as finding
from report
where numerator_count > coalesce(previous_count, denominator_count)
    or (step_order = 1 and numerator_count <> denominator_count)
    or numerator_count + pending_count > denominator_count
union all
select
    slice_sum.pathway_code,
    slice_sum.step_order,
    'slice ' || slice_sum.slice_code || ' does not add up to the persons' as finding
from slice_sum
left join person_sum
    on slice_sum.pathway_code = person_sum.pathway_code
    and slice_sum.step_order = person_sum.step_order
where slice_sum.cohort_code = 'ALL'
    and (
        person_sum.pathway_code is null
        or slice_sum.numerator_count <> person_sum.numerator_count
        or slice_sum.denominator_count <> person_sum.denominator_count
    )
union all
select
    later.pathway_code,
    later.step_order,
    'a step out of order or out of its window' as finding
from person_step as later
inner join {{ ref('dim_pathway') }} as pathway
    on later.pathway_code = pathway.pathway_code
    and later.step_order = pathway.step_order
inner join person_step as earlier
    on later.pathway_code = earlier.pathway_code
    and later.person_key = earlier.person_key
    and later.step_order = earlier.step_order + 1
where later.is_reached
    and (
        not earlier.is_reached
        or later.entry_date < earlier.entry_date
        or later.days_from_previous > pathway.window_days
        or (not pathway.is_overlap_allowed and coalesce(later.days_from_previous, -1) < 0)
    )
