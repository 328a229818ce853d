with

grant_award as (
    select * from {{ ref('int_grant_amended') }}
),

final as (
    select
        grant_id,
        cast(amendment_no as integer) as amendment_no,
        grant_name,
        grant_kind_code,
        awarding_agency,
        grantee_name,
        grantee_class_code,
        funding_code,
        program_code,
        sector_code,
        rsp_id,
        wda_code,
        grant_award_date,
        grant_start_date,
        grant_end_date,
        award_usd,
        spent_usd,
        cast(target_participant_count as bigint) as target_participant_count,
        cast(recipient_count as bigint) as recipient_count
    from grant_award
)

select * from final
