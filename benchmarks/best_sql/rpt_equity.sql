-- Keys as integers; a median only where there are amounts, ranks only where there are groups to compare.
create or replace temp table period as
select row_number() over () as period_no, period_key, program_code from core.fct_program_period;
create or replace temp table slice as
select row_number() over () as slice_no, slice_code, slice_value from (select distinct slice_code, slice_value from core.bridge_period_slice);
create or replace temp table period_slice as
select period_no, slice_no from core.bridge_period_slice join period using (period_key) join slice using (slice_code, slice_value);
create or replace temp table fact as
select period_no, program_code, metric_code, definition_version, program_year,
    is_in_numerator, is_in_denominator, is_pending, is_unmatched, exclusion_code,
    statistic_code, case when is_in_denominator and statistic_code <> 'share' then metric_amount end as amount
from core.fct_period_metric join period using (period_key)
join (select metric_code, definition_version, statistic_code from core.dim_metric) using (metric_code, definition_version);
create or replace temp table cell as
select row_number() over () as cell_no, * from (select distinct metric_code, definition_version, program_year, program_code from fact);
create or replace temp table numbered as
select cell_no, fact.* exclude (metric_code, definition_version, program_year, program_code)
from fact join cell using (metric_code, definition_version, program_year, program_code);
create or replace temp table alike as
select row_number() over () as alike_no, * from (
    select facts, list(period_no) as periods
    from (
        select period_no, list(cell_no * 64 + is_in_numerator::int + is_in_denominator::int * 2 + is_pending::int * 4 + is_unmatched::int * 8
            + (exclusion_code is not null)::int * 16 + (amount is not null)::int * 32 order by cell_no) as facts
        from numbered group by period_no
    )
    group by facts
);
create or replace temp table counted as
with people as (
    select alike_no, slice_no, count(*) as people
    from (select alike_no, unnest(periods) as period_no from alike) join period_slice using (period_no)
    group by alike_no, slice_no
)
select fact // 64 * 1000 + slice_no as key_no,
    sum(people * ((fact & 1) + (fact >> 1 & 1) * 2097152 + (fact >> 2 & 1) * 4398046511104))::bigint as one,
    (sum(people) filter (fact & 6 = 2))::bigint as settled_count,
    sum(people * ((fact >> 3 & 1) + (fact >> 4 & 1) * 2097152 + (fact >> 5 & 1) * 4398046511104))::bigint as two
from people join (select alike_no, unnest(facts) as fact from alike) using (alike_no)
group by key_no;
create or replace temp table summed as
with paid as (
    select cell_no, slice_no, sum(amount) as amount_sum, null::decimal(14, 2) as amount_median
    from numbered join period_slice using (period_no)
    where amount is not null and statistic_code <> 'median'
    group by all
    union all
    select cell_no, slice_no, null,
        ((quantile_disc(amount, 0.5) - quantile_disc(-amount, 0.5))::decimal(16, 2) * 0.5::decimal(2, 1))::decimal(14, 2)
    from numbered join period_slice using (period_no)
    where amount is not null and statistic_code = 'median'
    group by all
)
select key_no // 1000 as cell_no, key_no % 1000 as slice_no,
    coalesce(settled_count, 0) as settled_count, one & 2097151 as numerator_count, one >> 21 & 2097151 as denominator_count, one >> 42 as pending_count,
    two & 2097151 as unmatched_count, two >> 21 & 2097151 as excluded_count, two >> 42 as amount_count, amount_sum, amount_median
from counted left join paid on key_no // 1000 = cell_no and key_no % 1000 = slice_no;
create or replace temp table valued as
select summed.*, cell.* exclude (cell_no), slice.slice_code, slice_value, reference_value, reference_slice_code, dim_metric.unit_code, is_lower_better,
    dim_metric.unit_code <> 'count' and case statistic_code when 'share' then settled_count else amount_count end >= parameter_value
        and slice_value <> 'Unknown' and slice_value <> 'Not stated' as is_comparable,
    (case statistic_code
        when 'share' then numerator_count::double / nullif(denominator_count, 0)
        when 'median' then amount_median::double
        when 'mean' then amount_sum::double / nullif(amount_count, 0)
        when 'sum' then amount_sum::double
    end)::decimal(18, 6) as metric_value
from summed join cell using (cell_no) join slice using (slice_no)
join core.dim_slice using (slice_code)
join core.dim_metric using (metric_code, definition_version)
cross join (from core.dim_parameter where parameter_code = 'COMPARISON_LEAST_COUNT' and is_in_force);
create or replace temp table ranked as
select cell_no, slice_no, rank() over (partition by cell_no, slice_code order by case when is_lower_better then metric_value else -metric_value end)::integer as group_rank
from valued where is_comparable and metric_value is not null
qualify count(*) over (partition by cell_no, slice_code) > 1;
create or replace temp table left_out as
select cell_no, slice_no,
    (sum(people) filter (exclusion_code = '01'))::bigint as excluded_institutionalised_count,
    (sum(people) filter (exclusion_code = '02'))::bigint as excluded_medical_count,
    (sum(people) filter (exclusion_code = '03'))::bigint as excluded_deceased_count,
    (sum(people) filter (exclusion_code = '04'))::bigint as excluded_called_up_count,
    (sum(people) filter (exclusion_code = '05'))::bigint as excluded_foster_moved_count,
    (sum(people) filter (exclusion_code = '06'))::bigint as excluded_ineligible_count,
    (sum(people) filter (exclusion_code = '07'))::bigint as excluded_offender_count,
    (sum(people) filter (exclusion_code = 'EXIT_REASON'))::bigint as excluded_exit_reason_count,
    (sum(people) filter (exclusion_code = 'NOT_REPORTED'))::bigint as excluded_not_reported_count,
    (sum(people) filter (exclusion_code = 'WAGES_NOT_ON_FILE'))::bigint as excluded_wages_not_on_file_count,
    (sum(people) filter (exclusion_code = 'NO_PRICE_INDEX'))::bigint as excluded_no_price_index_count,
    (sum(people) filter (exclusion_code = 'NO_THRESHOLD'))::bigint as excluded_no_threshold_count,
    (sum(people) filter (exclusion_code = 'EMPLOYER_UNKNOWN'))::bigint as excluded_employer_unknown_count,
    (sum(people) filter (exclusion_code = 'CANCELLED_IN_PROBATION'))::bigint as excluded_cancelled_in_probation_count,
    (sum(people) filter (exclusion_code = 'NO_TERM'))::bigint as excluded_no_term_count,
    (sum(people) filter (exclusion_code = 'NO_WAGES_ON_AGREEMENT'))::bigint as excluded_no_wages_on_agreement_count,
    (sum(people) filter (exclusion_code = 'LATER_SCHOOL_YEAR'))::bigint as excluded_later_school_year_count,
    (sum(people) filter (exclusion_code = 'COLLEGE_BEFORE'))::bigint as excluded_college_before_count,
    (sum(people) filter (exclusion_code = 'NOT_IN_COLLEGE'))::bigint as excluded_not_in_college_count
from (
    select cell_no, slice_no, exclusion_code, count(*) as people
    from numbered join period_slice using (period_no)
    where exclusion_code is not null
    group by all
)
group by cell_no, slice_no;
with compared as (
    select valued.*, reference.metric_value as reference_metric_value, group_rank,
        (case when is_comparable then valued.metric_value - reference.metric_value end)::decimal(18, 6) as gap_value,
        case when is_comparable and valued.metric_value >= 0 and reference.metric_value > 0 then (valued.metric_value::double / reference.metric_value)::decimal(18, 6) end as reference_ratio
    from valued
    left join (select cell_no, slice_code, slice_value, metric_value from valued where is_comparable) as reference
        on valued.cell_no = reference.cell_no and valued.reference_slice_code = reference.slice_code and valued.reference_value = reference.slice_value
    left join ranked on valued.cell_no = ranked.cell_no and valued.slice_no = ranked.slice_no
)
select metric_code, program_year, program_code, slice_code, slice_value, unit_code, metric_value, reference_value, reference_metric_value,
    gap_value, (case when unit_code = 'share' then gap_value * 100 end)::decimal(18, 6) as gap_points, reference_ratio, is_comparable, group_rank,
    numerator_count, denominator_count, pending_count, unmatched_count, excluded_count,
    coalesce(excluded_institutionalised_count, 0) as excluded_institutionalised_count,
    coalesce(excluded_medical_count, 0) as excluded_medical_count,
    coalesce(excluded_deceased_count, 0) as excluded_deceased_count,
    coalesce(excluded_called_up_count, 0) as excluded_called_up_count,
    coalesce(excluded_foster_moved_count, 0) as excluded_foster_moved_count,
    coalesce(excluded_ineligible_count, 0) as excluded_ineligible_count,
    coalesce(excluded_offender_count, 0) as excluded_offender_count,
    coalesce(excluded_exit_reason_count, 0) as excluded_exit_reason_count,
    coalesce(excluded_not_reported_count, 0) as excluded_not_reported_count,
    coalesce(excluded_wages_not_on_file_count, 0) as excluded_wages_not_on_file_count,
    coalesce(excluded_no_price_index_count, 0) as excluded_no_price_index_count,
    coalesce(excluded_no_threshold_count, 0) as excluded_no_threshold_count,
    coalesce(excluded_employer_unknown_count, 0) as excluded_employer_unknown_count,
    coalesce(excluded_cancelled_in_probation_count, 0) as excluded_cancelled_in_probation_count,
    coalesce(excluded_no_term_count, 0) as excluded_no_term_count,
    coalesce(excluded_no_wages_on_agreement_count, 0) as excluded_no_wages_on_agreement_count,
    coalesce(excluded_later_school_year_count, 0) as excluded_later_school_year_count,
    coalesce(excluded_college_before_count, 0) as excluded_college_before_count,
    coalesce(excluded_not_in_college_count, 0) as excluded_not_in_college_count,
    as_of_date, compared.definition_version, run_id
from compared cross join core.dim_build left join left_out on compared.cell_no = left_out.cell_no and compared.slice_no = left_out.slice_no
