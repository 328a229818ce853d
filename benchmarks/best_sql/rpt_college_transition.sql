-- Keys as integers; outcomes alike are one row with a count before they are spread over groups and levels.
create or replace temp table slice as
select slice_code, slice_value, row_number() over () as slice_no from (select distinct slice_code, slice_value from core.bridge_period_slice);
create or replace temp table period as
select row_number() over () as period_no, period_key, program_code, college_level_code from core.fct_college_transition;
create or replace temp table period_slice as
select period_no, slice_no from core.bridge_period_slice join period using (period_key) join slice using (slice_code, slice_value);
create or replace temp table outcome as
select period_no, metric_code, definition_version, program_year, program_code, college_level_code,
    is_in_numerator, is_in_denominator, is_pending, is_unmatched, exclusion_code, metric_amount
from core.fct_education_outcome
join (select metric_code, definition_version from core.dim_metric where report_name = 'rpt_college_transition') using (metric_code, definition_version)
join period using (period_key);
create or replace temp table kind as
select row_number() over () as kind_no, *
from (select distinct program_year, program_code, college_level_code, metric_code, definition_version, is_in_numerator, is_in_denominator,
    is_pending, is_unmatched, exclusion_code from outcome);
create or replace temp table counted as
select kind_no, slice_no, count(*) as people
from outcome
join kind on outcome.program_year is not distinct from kind.program_year and outcome.program_code = kind.program_code
    and outcome.college_level_code is not distinct from kind.college_level_code and outcome.metric_code = kind.metric_code
    and outcome.definition_version = kind.definition_version and outcome.is_in_numerator = kind.is_in_numerator
    and outcome.is_in_denominator = kind.is_in_denominator and outcome.is_pending = kind.is_pending
    and outcome.is_unmatched = kind.is_unmatched and outcome.exclusion_code is not distinct from kind.exclusion_code
join period_slice using (period_no)
group by kind_no, slice_no;
create or replace temp table level as
select 'ALL' as level_code union all
select distinct college_level_code from core.fct_college_transition where college_level_code is not null;
create or replace temp table middle as
with paid as (
    select program_year, program_code, metric_code, slice_no, metric_amount, unnest(['ALL', college_level_code]) as level_code
    from outcome join period_slice using (period_no)
    where metric_amount is not null
)
select program_year, program_code, metric_code, slice_no, level_code,
    ((quantile_disc(metric_amount, 0.5) - quantile_disc(-metric_amount, 0.5))::decimal(16, 2) * 0.5::decimal(2, 1))::decimal(14, 2) as median_amount
from paid where level_code is not null
group by all;
with summed as (
    select program_year, program_code, slice_no, level_code, metric_code, definition_version,
        sum(case when level_code = 'ALL' or college_level_code = level_code then people * is_in_numerator::int else 0 end)::bigint as numerator_count,
        sum(people * is_in_denominator::int)::bigint as denominator_count,
        sum(people * is_pending::int)::bigint as pending_count,
        sum(people * is_unmatched::int)::bigint as unmatched_count,
        sum(case when exclusion_code is not null then people else 0 end)::bigint as excluded_count,
        sum(case when exclusion_code = 'EXIT_REASON' then people else 0 end)::bigint as excluded_exit_reason_count,
        sum(case when exclusion_code = 'LATER_SCHOOL_YEAR' then people else 0 end)::bigint as excluded_later_school_year_count,
        sum(case when exclusion_code = 'COLLEGE_BEFORE' then people else 0 end)::bigint as excluded_college_before_count,
        sum(case when exclusion_code = 'NOT_IN_COLLEGE' then people else 0 end)::bigint as excluded_not_in_college_count
    from counted join kind using (kind_no)
    join level on level_code = 'ALL' or metric_code in ('COLLEGE_16M', 'COLLEGE_FIRST_16M')
    group by all
)
select summed.program_year, summed.program_code, slice_code, slice_value, summed.level_code as college_level_code, summed.metric_code,
    numerator_count, denominator_count,
    (numerator_count::double / nullif(denominator_count, 0))::decimal(7, 6) as metric_share,
    case when summed.metric_code in ('COLLEGE_16M', 'COLLEGE_FIRST_16M') then median_amount end as median_days,
    case when summed.metric_code = 'COLLEGE_EARNINGS' then median_amount end as median_usd,
    pending_count, unmatched_count, excluded_count, excluded_exit_reason_count, excluded_later_school_year_count,
    excluded_college_before_count, excluded_not_in_college_count, as_of_date, summed.definition_version, run_id
from summed
join slice using (slice_no)
left join middle using (program_year, program_code, slice_no, level_code, metric_code)
cross join core.dim_build
