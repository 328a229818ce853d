-- Keys as integers; walks alike are one row with a count before they are spread over groups.
create or replace temp table period as
select period_key, row_number() over () as period_no from (select distinct period_key from core.fct_pathway_step);
create or replace temp table slice as
select slice_code, slice_value, row_number() over () as slice_no from (select distinct slice_code, slice_value from core.bridge_period_slice);
create or replace temp table period_slice as
select period_no, slice_no from core.bridge_period_slice join period using (period_key) join slice using (slice_code, slice_value);
create or replace temp table step as
select period_no, pathway_code, program_year, step_order, is_reached and not is_excluded as is_in_numerator,
    is_pending and not is_excluded as is_pending, is_unmatched and not is_excluded as is_unmatched, is_excluded,
    days_from_previous, days_from_start
from core.fct_pathway_step join period using (period_key);
create or replace temp table kind as
select row_number() over () as kind_no, *
from (select distinct pathway_code, program_year, step_order, is_in_numerator, is_pending, is_unmatched, is_excluded from step);
create or replace temp table counted as
select kind_no, slice_no, count(*) as people
from step
join kind using (pathway_code, program_year, step_order, is_in_numerator, is_pending, is_unmatched, is_excluded)
join period_slice using (period_no)
group by kind_no, slice_no;
create or replace temp table lagged as
select pathway_code, program_year, step_order, slice_no,
    quantile_disc(days_from_previous, 0.5) as previous_low, -quantile_disc(-days_from_previous, 0.5) as previous_high,
    quantile_disc(days_from_start, 0.5) as start_low, -quantile_disc(-days_from_start, 0.5) as start_high
from step join period_slice using (period_no)
where is_in_numerator and step_order > 1
group by grouping sets ((pathway_code, program_year, step_order, slice_no), (pathway_code, step_order, slice_no));
with summed as (
    select pathway_code, program_year, step_order, slice_no,
        sum(people * is_in_numerator::int)::bigint as numerator_count, sum(people * (not is_excluded)::int)::bigint as denominator_count,
        sum(people * is_pending::int)::bigint as pending_count, sum(people * is_unmatched::int)::bigint as unmatched_count,
        sum(people * is_excluded::int)::bigint as excluded_count
    from counted join kind using (kind_no)
    group by grouping sets ((pathway_code, program_year, step_order, slice_no), (pathway_code, step_order, slice_no))
),
followed as (
    select *, lag(numerator_count) over (partition by pathway_code, program_year, slice_no order by step_order) as previous_count
    from summed
)
select followed.pathway_code, coalesce(followed.program_year::varchar, 'ALL') as cohort_code, slice_code, slice_value,
    followed.step_order::integer as step_order, pathway_label, stay_set_code, metric_code, numerator_count, denominator_count,
    (numerator_count::double / nullif(denominator_count, 0))::decimal(7, 6) as metric_share, previous_count,
    (numerator_count::double / nullif(previous_count, 0))::decimal(7, 6) as conversion_share,
    ((previous_low + previous_high)::decimal(16, 2) * 0.5::decimal(2, 1))::decimal(14, 2) as median_days_from_previous,
    ((start_low + start_high)::decimal(16, 2) * 0.5::decimal(2, 1))::decimal(14, 2) as median_days_from_start,
    pending_count, unmatched_count, excluded_count, excluded_count as excluded_exit_reason_count, as_of_date, metric.definition_version, run_id
from followed
join core.dim_pathway as pathway using (pathway_code, step_order)
join slice using (slice_no)
left join lagged
    on followed.pathway_code = lagged.pathway_code and followed.step_order = lagged.step_order
    and followed.slice_no = lagged.slice_no and coalesce(followed.program_year, 0) = coalesce(lagged.program_year, 0)
cross join (from core.dim_metric where metric_code = 'PATHWAY_STEP' and is_current) as metric
cross join core.dim_build
