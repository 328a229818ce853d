with

apprenticeship as (
    select * from {{ ref('int_apprenticeship_dated') }}
),

final as (
    select
        person_key,
        agreement_no,
        apprentice_id,
        sponsor_id,
        employer_id,
        ean,
        employer_key,
        occupation_code,
        onet_code,
        soc_code,
        trade_text,
        approach_code,
        cast(term_hours as integer) as term_hours,
        cast(prior_credit_hours as decimal(14, 2)) as prior_credit_hours,
        registered_date,
        start_date,
        end_date,
        employed_to_date,
        is_cancelled,
        probation_end_date,
        completed_date,
        terminated_date,
        cancel_reason_code,
        suspended_from_date,
        suspended_to_date,
        apprenticeship_status_code,
        prior_hourly_wage_usd,
        entry_hourly_wage_usd,
        exit_hourly_wage_usd,
        rti_provider_id,
        is_wioa_coenrolled
    from apprenticeship
)

select * from final
