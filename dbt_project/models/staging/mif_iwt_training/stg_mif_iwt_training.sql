with

visible as (
    {{ visible_rows('mif_iwt_training', key=['training_contract_id', 'state_fiscal_year', 'employee_seq']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        -- A count is nobody, whatever the row says beside it: it may never become a person fact (rules e44).
        case when visible.employee_seq is not null then crosswalk.person_key end as person_key,
        visible.employee_seq is null as is_headcount,
        visible.training_contract_id,
        visible.employee_seq,
        visible.employer_name,
        visible.ean,
        visible.fein,
        visible.state_fiscal_year,
        case when visible.employee_seq is null then visible.trainee_count else 1 end as trainee_count,
        visible.training_topic,
        visible.training_hours,
        visible.training_start_date,
        visible.training_end_date,
        visible.state_amount_usd,
        visible.employer_match_usd,
        visible.hourly_wage_before_usd,
        visible.hourly_wage_after_usd,
        visible.credential_name,
        visible.birth_date
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
)

select * from final
