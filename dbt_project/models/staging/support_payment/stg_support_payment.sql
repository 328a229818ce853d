with

visible as (
    {{ visible_rows('support_payment', key=['payment_id']) }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.payment_id,
        visible.source_system as source_system_code,
        visible.person_source_id,
        visible.support_type as support_type_code,
        visible.payment_usd,
        visible.paid_date,
        visible.support_from_date,
        visible.support_to_date,
        visible.funding_code,
        visible.payee_class as payee_class_code
    from visible
)

select * from final
