with

membership as (
    select * from {{ ref('int_membership_joined') }}
),

final as (
    select
        rsp_id,
        rsp_label,
        employer_id,
        employer_key,
        ean,
        naics_code,
        sector_code,
        wda_code,
        membership_role_code,
        is_employer_role,
        joined_date,
        left_date
    from membership
)

select * from final
