with

visible as (
    {{ visible_rows('career_loan', key=['loan_id']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

zip_town as (
    select * from {{ ref('ref_zip_town') }} where is_majority
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.loan_id,
        visible.borrower_id,
        visible.loan_field as loan_field_code,
        visible.provider_id,
        visible.principal_usd,
        visible.loan_start_date,
        visible.training_end_date,
        visible.trigger_salary_usd,
        visible.loan_status as loan_status_code,
        visible.cthires_id,
        coalesce(visible.town_code, zip_town.town_code) as town_code,
        visible.town_code is null and zip_town.town_code is not null as is_town_from_zip,
        visible.birth_date,
        visible.sex as sex_code
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join zip_town
        on visible.zip = zip_town.zip
)

select * from final
