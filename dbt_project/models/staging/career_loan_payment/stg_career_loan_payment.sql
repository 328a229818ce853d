with

visible as (
    {{ visible_rows('career_loan_payment', key=['payment_id']) }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.payment_id,
        visible.loan_id,
        visible.payment_usd,
        visible.paid_date
    from visible
)

select * from final
