-- Keys as integers; outcomes alike are one row with a count before they are spread over groups, cohorts and areas.
create or replace temp table slice as
select row_number() over () as slice_no, * from (
    select distinct slice_code, slice_value, is_in_rolling_report
    from core.bridge_period_slice join core.dim_slice using (slice_code) where is_in_wioa_report
);
create or replace temp table period as
select row_number() over () as period_no, participation_key from core.fct_participation;
create or replace temp table period_slice as
select period_no, slice_no
from core.bridge_period_slice join period on period_key = participation_key join slice using (slice_code, slice_value);
create or replace temp table outcome as
select period_no, indicator_code, program_code, wda_code, person_key, entry_date, exit_date,
    first_window_quarter_index as first_index, last_window_quarter_index as last_index,
    is_in_numerator, is_in_denominator, is_pending, is_unmatched, exclusion_code, reason_code = 'NOT_COMPUTABLE' as is_not_computable,
    wage_usd, is_core, participation_key
from core.fct_participation_outcome
join period using (participation_key)
join core.dim_program using (program_code)
where first_window_quarter_index <= last_window_quarter_index;
create or replace temp table counted as
select period_no, indicator_code, program_code, wda_code, first_index, last_index, is_in_numerator, is_in_denominator, is_pending,
    is_unmatched, exclusion_code, is_not_computable, wage_usd
from outcome
union all
select arg_max(period_no, recency), 'RETENTION', 'ALL', arg_max_null(wda_code, recency), first_index, last_index,
    bool_or(is_in_numerator), bool_or(is_in_denominator), bool_or(is_pending), bool_or(is_unmatched),
    case when not bool_or(is_in_denominator) then min(exclusion_code) end,
    not bool_or(is_in_denominator) and bool_or(is_not_computable),
    null
from (
    select *, -row_number() over (partition by person_key, exit_date order by entry_date desc, program_code) as recency
    from outcome where indicator_code = 'RETENTION' and is_core
)
group by person_key, exit_date, first_index, last_index
union all
select period_no, indicator_code, 'ALL', wda_code, greatest(first_index, covered_to_index + 1), last_index,
    is_in_numerator, is_in_denominator, is_pending, is_unmatched, exclusion_code, is_not_computable, wage_usd
from (
    select *, max(last_index) over (
        partition by person_key, indicator_code order by first_index, entry_date, participation_key
        rows between unbounded preceding and 1 preceding
    ) as covered_to_index
    from outcome where indicator_code in ('SERVED', 'EXITED') and is_core and is_in_denominator
)
where covered_to_index is null or covered_to_index < last_index;
create or replace temp table kind as
select row_number() over () as kind_no, * from (
    select indicator_code, program_code, wda_code, first_index, last_index, is_in_numerator, is_in_denominator, is_pending,
        is_unmatched, exclusion_code, coalesce(is_not_computable, false) as is_not_computable, list(period_no) as periods
    from counted group by all
);
create or replace temp table cell as
select kind_no, slice_no, count(*) as people
from (select kind_no, unnest(periods) as period_no from kind) join period_slice using (period_no)
group by kind_no, slice_no;
create or replace temp table cohort as
select row_number() over () as cohort_no, * from core.dim_cohort;
create or replace temp table area_cell as
select indicator_code, program_code, wda_code, first_index, last_index, slice_no,
    sum(people * is_in_numerator::int)::bigint as numerator_count,
    sum(people * is_in_denominator::int)::bigint as denominator_count,
    sum(people * is_pending::int)::bigint as pending_count,
    sum(people * is_unmatched::int)::bigint as unmatched_count,
    sum(people * is_not_computable::int)::bigint as not_computable_count,
    sum(case when exclusion_code = '01' then people else 0 end)::bigint as excluded_institutionalised_count,
    sum(case when exclusion_code = '02' then people else 0 end)::bigint as excluded_medical_count,
    sum(case when exclusion_code = '03' then people else 0 end)::bigint as excluded_deceased_count,
    sum(case when exclusion_code = '04' then people else 0 end)::bigint as excluded_called_up_count,
    sum(case when exclusion_code = '05' then people else 0 end)::bigint as excluded_foster_moved_count,
    sum(case when exclusion_code = '06' then people else 0 end)::bigint as excluded_ineligible_count,
    sum(case when exclusion_code = '07' then people else 0 end)::bigint as excluded_offender_count,
    sum(case when exclusion_code is not null then people else 0 end)::bigint as excluded_count,
    grouping(wda_code) = 1 as is_all
from cell join kind using (kind_no)
group by grouping sets (
    (indicator_code, program_code, wda_code, first_index, last_index, slice_no), (indicator_code, program_code, first_index, last_index, slice_no)
);
create or replace temp table summed as
select cohort_no, program_code, case when is_all then 'ALL' else wda_code end as wda_code, slice_no,
    sum(numerator_count)::bigint as numerator_count, sum(denominator_count)::bigint as denominator_count,
    sum(pending_count)::bigint as pending_count, sum(unmatched_count)::bigint as unmatched_count,
    sum(not_computable_count)::bigint as not_computable_count, sum(excluded_count)::bigint as excluded_count,
    sum(excluded_institutionalised_count)::bigint as excluded_institutionalised_count,
    sum(excluded_medical_count)::bigint as excluded_medical_count,
    sum(excluded_deceased_count)::bigint as excluded_deceased_count,
    sum(excluded_called_up_count)::bigint as excluded_called_up_count,
    sum(excluded_foster_moved_count)::bigint as excluded_foster_moved_count,
    sum(excluded_ineligible_count)::bigint as excluded_ineligible_count,
    sum(excluded_offender_count)::bigint as excluded_offender_count
from area_cell
join slice using (slice_no)
join cohort
    on area_cell.indicator_code = cohort.indicator_code
    and window_quarter_index between first_index and last_index
    and (is_in_rolling_report or report_type = 'ANNUAL')
where is_all or wda_code in (select wda_code from core.dim_town)
group by all;
create or replace temp table earned as
with paid as (
    select program_code, wda_code, window_to_date, period_no, wage_usd, is_annual
    from counted
    join (
        select window_quarter_index, window_to_date, bool_or(report_type = 'ANNUAL') as is_annual
        from cohort where indicator_code = 'MEDIAN_Q2' group by all
    ) on window_quarter_index between first_index and last_index
    where indicator_code = 'MEDIAN_Q2' and is_in_denominator
)
select window_to_date, program_code, case when grouping(wda_code) = 1 then 'ALL' else wda_code end as wda_code, slice_no,
    ((quantile_disc(wage_usd, 0.5) - quantile_disc(-wage_usd, 0.5))::decimal(16, 2) * 0.5::decimal(2, 1))::decimal(14, 2) as median_usd
from paid join period_slice using (period_no) join slice using (slice_no)
where is_annual or is_in_rolling_report
group by grouping sets ((window_to_date, program_code, wda_code, slice_no), (window_to_date, program_code, slice_no));
create or replace temp table valued as
select summed.*, cohort.* exclude (cohort_no), slice_code, slice_value,
    case when cohort.indicator_code not in ('MEDIAN_Q2', 'SERVED', 'EXITED') then
        (numerator_count::double / nullif(denominator_count, 0))::decimal(7, 6)
    end as indicator_share,
    median_usd
from summed join cohort using (cohort_no) join slice using (slice_no)
left join earned
    on cohort.indicator_code = 'MEDIAN_Q2' and cohort.window_to_date = earned.window_to_date
    and summed.program_code = earned.program_code and summed.wda_code = earned.wda_code and summed.slice_no = earned.slice_no;
create or replace temp table scored as
select *,
    avg(case when is_binding then target_ratio end::double) over (partition by report_type, report_quarter, program_code)::decimal(9, 6) as program_ratio,
    avg(case when is_binding then target_ratio end::double) over (partition by report_type, report_quarter, indicator_code)::decimal(9, 6) as indicator_ratio
from (
    select report_type, report_quarter, wda_code, slice_no, program_code, indicator_code, target_status_code, target_share, target_usd, is_binding,
        coalesce(indicator_share::double / nullif(target_share, 0), median_usd::double / nullif(target_usd, 0))::decimal(9, 6) as target_ratio
    from valued join core.dim_indicator_target using (program_code, indicator_code, program_year)
    where report_type = 'ANNUAL' and wda_code = 'ALL' and slice_code = 'ALL'
);
with parameter as (
    select max(parameter_value) filter (parameter_code = 'PASS_INDIVIDUAL') as pass_individual,
        max(parameter_value) filter (parameter_code = 'PASS_OVERALL') as pass_overall
    from core.dim_parameter where is_in_force
)
select program_year, valued.report_type, valued.report_quarter, valued.program_code, valued.wda_code, slice_code, slice_value,
    valued.indicator_code, window_from_date as cohort_from_date, window_to_date as cohort_to_date,
    numerator_count, denominator_count, indicator_share, median_usd,
    case when denominator_count = 0 and not_computable_count > 0 then 'WAGES_BY_PERSON_ONLY' end as not_computable_code,
    target_status_code, target_share, target_usd,
    (indicator_share - target_share)::decimal(7, 6) as variance_share, (median_usd - target_usd)::decimal(14, 2) as variance_usd,
    target_ratio,
    case when is_binding then target_ratio >= pass_individual end as has_passed,
    case when is_binding then program_ratio end as program_ratio,
    case when is_binding then program_ratio >= pass_overall end as has_program_passed,
    case when is_binding then indicator_ratio end as indicator_ratio,
    case when is_binding then indicator_ratio >= pass_overall end as has_indicator_passed,
    pending_count, unmatched_count, not_computable_count, excluded_count, excluded_institutionalised_count, excluded_medical_count,
    excluded_deceased_count, excluded_called_up_count, excluded_foster_moved_count, excluded_ineligible_count, excluded_offender_count,
    as_of_date, coalesce(metric.definition_version, build.definition_version) as definition_version, run_id
from valued
cross join core.dim_build as build
cross join parameter
left join scored using (report_type, report_quarter, program_code, wda_code, slice_no, indicator_code)
left join (from core.dim_metric where is_current) as metric on valued.indicator_code = metric.metric_code
