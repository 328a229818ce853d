with

visible as (
    {{ visible_rows('rsp_membership', key=['rsp_id', 'employer_id', 'joined_date']) }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.rsp_id,
        visible.employer_id,
        visible.employer_name,
        visible.ean,
        visible.fein,
        visible.naics_code,
        visible.joined_date,
        visible.left_date,
        visible.membership_role as membership_role_code
    from visible
)

select * from final
