with

visible as (
    {{ visible_rows('tta_cohort', key=['tta_round', 'ihe_unitid', 'pathway_name']) }}
),

final as (
    select
        _batch_id,
        _row_no,
        _extract_ts,
        tta_round,
        ihe_unitid,
        pathway_name,
        learner_count,
        partner_count,
        irc_count,
        placement_count
    from visible
)

select * from final
