with

visible as (
    {{ visible_rows('etp_program', key=['provider_id', 'etp_program_id', 'valid_from_date']) }}
),

credential_type as (
    select * from {{ ref('ref_credential_type') }}
),

spelt as (
    select
        *,
        {{ onet_digits('onet_code') }} as onet_digits
    from visible
),

final as (
    select
        spelt._extract_ts,
        spelt.provider_id,
        spelt.provider_name,
        spelt.etp_program_id,
        spelt.program_title,
        spelt.cip_code,
        spelt.onet_digits as onet_code,
        {{ soc_of_onet('spelt.onet_digits') }} as soc_code,
        spelt.credential_type as credential_type_code,
        coalesce(credential_type.is_postsecondary, false) as is_postsecondary_credential,
        spelt.credential_name,
        spelt.program_cost_usd,
        spelt.clock_hours,
        spelt.wda_code,
        spelt.valid_from_date,
        spelt.valid_to_date
    from spelt
    left join credential_type
        on spelt.credential_type = credential_type.code
)

select * from final
