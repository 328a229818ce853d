{{ config(materialized="view") }}

-- Memberships of employers in regional sector partnerships, with the partnership's sector and area; conveners and support
-- partners are no employers.
with

membership as (
    select * from {{ ref('stg_rsp_membership') }}
),

rsp as (
    select * from {{ ref('ref_rsp') }}
),

role as (
    select * from {{ ref('ref_membership_role') }}
),

employer as (
    select * from {{ ref('int_employer_grouped') }}
),

final as (
    select
        membership.rsp_id,
        membership.employer_id,
        membership.ean,
        coalesce(
            employer.employer_key,
            case when membership.fein is not null then 'FEIN-' || membership.fein end,
            case when membership.ean is not null then 'EAN-' || membership.ean end,
            'RSP-' || membership.employer_id
        ) as employer_key,
        membership.naics_code,
        membership.joined_date,
        membership.left_date,
        membership.membership_role_code,
        coalesce(role.is_employer_role, false) as is_employer_role,
        rsp.label as rsp_label,
        rsp.sector_code,
        rsp.wda_code
    from membership
    left join rsp
        on membership.rsp_id = rsp.code
    left join role
        on membership.membership_role_code = role.code
    left join employer
        on membership.ean = employer.ean
)

select * from final
