with

visible as (
    {{ visible_rows(
        'cthires_event',
        key=['participant_id', 'entry_date', 'program_code', 'event_type', 'event_date', 'event_seq'],
    ) }}
),

credential_type as (
    select * from {{ ref('ref_credential_type') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        visible.participant_id,
        visible.program_code,
        visible.entry_date,
        visible.event_type as event_type_code,
        visible.event_date,
        case when visible.event_type = 'DIPLOMA' then '1' else visible.credential_type end as credential_type_code,
        visible.event_type = 'CRED' and coalesce(credential_type.is_postsecondary, false) as is_postsecondary_credential,
        visible.event_type = 'DIPLOMA' or (visible.event_type = 'CRED' and visible.credential_type = '1') as is_diploma,
        visible.event_type like 'MSG%' as is_skill_gain,
        visible.credential_name,
        visible.issuer as issuer_name
    from visible
    left join credential_type
        on visible.credential_type = credential_type.code
)

select * from final
