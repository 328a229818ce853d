-- identity_key stands for number and name: two workers under one number keep a row each.
with

visible as (
    {{ visible_rows(
        'ui_wage_person_quarter',
        key=['ssn_token', 'identity_key', 'wage_year', 'wage_quarter_number'],
    ) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.wage_year * 4 + visible.wage_quarter_number - 1 as quarter_index,
        visible.wage_total_usd,
        visible.naics_top_code
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
)

select * from final
