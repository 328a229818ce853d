-- Training belongs to the programme its provider has on the list, in its field, on the day it began; a stay counts in the year
-- it ended in, once for each programme it had training in.
with

listed as (
    select * from {{ ref('int_etp_program_listed') }}
),

service as (
    select * from {{ ref('fct_service') }} where is_training
),

outcome as (
    select * from {{ ref('fct_program_outcome') }} where metric_code = 'PROGRAM_EMP_Q2'
),

least_count as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'COMPARISON_LEAST_COUNT' and is_in_force
),

build as (
    select * from {{ ref('dim_build') }}
),

program_year as (
    select
        quarter.program_year,
        min(quarter.start_date) as first_date,
        max(quarter.end_date) as last_date
    from {{ ref('dim_quarter') }} as quarter
    cross join build
    group by quarter.program_year
    having min(quarter.start_date) <= max(build.as_of_date)
),

on_list as (
    select distinct
        listed.provider_id,
        listed.etp_program_id,
        program_year.program_year
    from listed
    inner join program_year
        on listed.valid_from_date <= program_year.last_date
        and (listed.valid_to_date is null or listed.valid_to_date >= program_year.first_date)
),

trained as (
    select distinct
        listed.provider_id,
        listed.etp_program_id,
        service.participation_key as period_key
    from service
    inner join listed
        on service.provider_id = listed.provider_id
        and service.cip_code = listed.cip_code
        and service.service_start_date >= listed.valid_from_date
        and (listed.valid_to_date is null or service.service_start_date <= listed.valid_to_date)
),

counted as (
    select
        trained.provider_id,
        trained.etp_program_id,
        outcome.program_year,
        sum(case when outcome.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when outcome.is_in_denominator then 1 else 0 end) as denominator_count,
        sum(case when outcome.is_pending then 1 else 0 end) as pending_count,
        sum(case when outcome.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when outcome.exclusion_code is not null then 1 else 0 end) as excluded_count
    from trained
    inner join outcome
        on trained.period_key = outcome.period_key
    group by trained.provider_id, trained.etp_program_id, outcome.program_year
),

final as (
    select
        on_list.provider_id,
        on_list.etp_program_id,
        cast(on_list.program_year as integer) as program_year,
        {% for name in ['numerator', 'denominator', 'pending', 'unmatched', 'excluded'] -%}
        cast(coalesce(counted.{{ name }}_count, 0) as bigint) as {{ name }}_count,
        {% endfor -%}
        coalesce(counted.denominator_count - counted.pending_count, 0) >= least_count.parameter_value as is_publishable
    from on_list
    cross join least_count
    left join counted
        on on_list.provider_id = counted.provider_id
        and on_list.etp_program_id = counted.etp_program_id
        and on_list.program_year = counted.program_year
)

select * from final
