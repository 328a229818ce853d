-- Keys as integers, cents as integers; all years together are a grouping set.
create or replace temp table slice as
select row_number() over () as slice_no, slice_code, slice_value from (select distinct slice_code, slice_value from core.bridge_period_slice);
create or replace temp table cost as
select period_key, definition_version, case when count(metric_amount) = count(*) then sum(metric_amount) end as cost_usd
from core.fct_cost_outcome group by all;
create or replace temp table gain as
select row_number() over () as period_no, outcome.*, real_gain.metric_amount as real_gain_usd
from (from core.fct_program_outcome where metric_code = 'EARNINGS_GAIN') as outcome
left join (select period_key, metric_amount from core.fct_program_outcome where metric_code = 'EARNINGS_GAIN_REAL' and is_in_denominator) as real_gain
    using (period_key);
create or replace temp table measured as
select period_no, period_program.program_code, program_year, parameter.definition_version, is_in_denominator as has_gain,
    is_in_denominator and cost_usd is null as is_cost_unknown,
    is_in_denominator and cost_usd is not null as is_measured,
    case when is_in_denominator and cost_usd is not null then metric_amount end as gain_usd,
    case when is_in_denominator and cost_usd is not null then real_gain_usd end as real_gain_usd,
    case when is_in_denominator then cost_usd end as cost_usd,
    is_pending, is_unmatched, exclusion_code
from gain
join core.bridge_period_program as period_program using (period_key)
cross join core.dim_roi_parameter as parameter
left join cost on gain.period_key = cost.period_key and parameter.definition_version = cost.definition_version;
create or replace temp table period_slice as
select period_no, slice_no from core.bridge_period_slice join gain using (period_key) join slice using (slice_code, slice_value);
create or replace temp table summed as
select program_code, case when grouping(program_year) = 1 then 'ALL' else program_year::varchar end as exit_cohort, slice_no, definition_version,
    count(*) as exited_count,
    count(*) filter (has_gain) as gain_known_count,
    count(*) filter (is_measured) as measured_count,
    sum(gain_usd) as gain_usd,
    ((quantile_disc(gain_usd, 0.5) - quantile_disc(-gain_usd, 0.5))::decimal(16, 2) * 0.5::decimal(2, 1))::decimal(14, 2) as median_gain_usd,
    sum(real_gain_usd) as real_gain_usd,
    count(real_gain_usd) as real_gain_count,
    sum(cost_usd) as cost_usd,
    count(*) filter (is_pending) as pending_count,
    count(*) filter (is_unmatched) as unmatched_count,
    count(*) filter (exclusion_code is not null or is_cost_unknown) as excluded_count,
    count(*) filter (exclusion_code = 'EXIT_REASON') as excluded_exit_reason_count,
    count(*) filter (exclusion_code = 'WAGES_NOT_ON_FILE') as excluded_wages_not_on_file_count,
    count(*) filter (is_cost_unknown) as excluded_cost_unknown_count
from measured join period_slice using (period_no)
group by grouping sets ((program_code, program_year, slice_no, definition_version), (program_code, slice_no, definition_version));
create or replace temp table returned as
with valued as (
    select summed.*, slice_code, slice_value, parameter.* exclude (definition_version),
        case
            when measured_count > 0 and cost_usd <= 0 then 'COST_NOT_POSITIVE'
            when measured_count > 0 then null
            when gain_known_count > 0 then 'COST_UNKNOWN'
            when pending_count > 0 then 'WAGES_PENDING'
            when unmatched_count > 0 or excluded_wages_not_on_file_count > 0 then 'WAGES_MISSING'
            else 'EXCLUDED'
        end as null_reason_code,
        case when benefit_reduction_usd is null then 'NOT_KNOWN' else 'KNOWN' end as benefit_reduction_code,
        gain_usd::double as gain,
        case when null_reason_code is null then cost_usd::double end as cost,
        gain * annuity_factor::double as present_value,
        gain * tax_share::double + coalesce(benefit_reduction_usd::double, 0) * measured_count as public_return
    from summed join slice using (slice_no) join core.dim_roi_parameter as parameter using (definition_version)
)
select *,
    ((gain - cost) / cost)::decimal(14, 4) as simple_roi,
    ((present_value - cost) / cost)::decimal(14, 4) as multi_year_roi,
    ((public_return - cost) / cost)::decimal(14, 4) as taxpayer_roi,
    case when gain > 0 then cost / (gain / 4) end as payback
from valued;
select returned.program_code, returned.exit_cohort, returned.slice_code, returned.slice_value,
    measured_count as numerator_count,
    exited_count - excluded_exit_reason_count as denominator_count,
    (measured_count::double / nullif(exited_count - excluded_exit_reason_count, 0))::decimal(7, 6) as coverage_share,
    gain_usd::decimal(14, 2) as gain_usd,
    (gain / nullif(measured_count, 0))::decimal(14, 2) as mean_gain_usd,
    median_gain_usd,
    real_gain_count,
    real_gain_usd::decimal(14, 2) as real_gain_usd,
    (real_gain_usd::double / nullif(real_gain_count, 0))::decimal(14, 2) as mean_real_gain_usd,
    cost_usd::decimal(14, 2) as cost_usd,
    (cost_usd::double / nullif(measured_count, 0))::decimal(14, 2) as mean_cost_usd,
    returned.simple_roi,
    present_value::decimal(14, 2) as present_value_usd,
    multi_year_roi,
    public_return::decimal(14, 2) as public_return_usd,
    taxpayer_roi, benefit_reduction_code,
    payback::decimal(14, 3) as payback_quarters,
    ceil(payback::decimal(14, 6))::bigint as payback_whole_quarters,
    null_reason_code,
    case when null_reason_code is not null then null_reason_code when gain <= 0 then 'GAIN_NOT_POSITIVE' end as payback_null_reason_code,
    (impact.effect_value * 4)::decimal(14, 2) as net_gain_usd,
    ((impact.effect_value * 4 * measured_count - cost) / cost)::decimal(14, 4) as net_roi,
    ((impact.low_value * 4 * measured_count - cost) / cost)::decimal(14, 4) as net_low_roi,
    ((impact.high_value * 4 * measured_count - cost) / cost)::decimal(14, 4) as net_high_roi,
    case
        when returned.exit_cohort <> 'ALL' or returned.slice_code <> 'ALL' then 'NOT_OF_A_PART'
        when impact.program_code is null then 'NO_COMPARISON'
        when impact.not_estimated_reason is not null then 'IMPACT_' || impact.not_estimated_reason
        else null_reason_code
    end as net_null_reason_code,
    dim_slice.reference_value,
    reference.simple_roi as reference_simple_roi,
    case
        when measured_count >= parameter_value and reference.reference_count >= parameter_value
            and returned.slice_value <> 'Unknown' and returned.slice_value <> 'Not stated'
            then (returned.simple_roi - reference.simple_roi)::decimal(14, 4)
    end as simple_roi_gap,
    cost_allocation_code, horizon_years, discount_rate, timing_code, tax_share, net_window_code,
    returned.pending_count, returned.unmatched_count, returned.excluded_count, excluded_exit_reason_count, excluded_wages_not_on_file_count, excluded_cost_unknown_count,
    as_of_date, returned.definition_version, run_id
from returned
join core.dim_slice using (slice_code)
cross join core.dim_build
cross join (select parameter_value from core.dim_parameter where parameter_code = 'COMPARISON_LEAST_COUNT' and is_in_force)
left join (from estimate.est_net_impact where line_kind = 'EFFECT' and metric_code = 'NET_WAGE' and entry_cohort = 'ALL') as impact
    on returned.program_code = impact.program_code and returned.net_window_code = impact.window_code
    and returned.exit_cohort = 'ALL' and returned.slice_code = 'ALL'
left join (
    select program_code, exit_cohort, definition_version, slice_code, slice_value, simple_roi, measured_count as reference_count
    from returned
) as reference
    on returned.program_code = reference.program_code and returned.exit_cohort = reference.exit_cohort
    and returned.definition_version = reference.definition_version
    and reference_slice_code = reference.slice_code and dim_slice.reference_value = reference.slice_value
