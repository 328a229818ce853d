with

visible as (
    {{ visible_rows('grant_award', key=['grant_id', 'amendment_no']) }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.grant_id,
        visible.amendment_no,
        visible.grant_name,
        visible.grant_kind as grant_kind_code,
        visible.awarding_agency,
        visible.grantee_name,
        visible.grantee_class as grantee_class_code,
        visible.funding_code,
        visible.program_code,
        visible.sector_code,
        visible.rsp_id,
        visible.wda_code,
        visible.grant_award_date,
        visible.grant_start_date,
        visible.grant_end_date,
        visible.award_usd,
        visible.spent_usd,
        visible.target_participant_count,
        visible.recipient_count
    from visible
)

select * from final
