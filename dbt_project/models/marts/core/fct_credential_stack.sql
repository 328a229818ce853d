-- What a credential builds on and what it prepares for. A credential stands on an earlier one of a lower step
-- (ref_credential_type); its chain is the longest that ends with it.
with recursive

credential_type as (
    select * from {{ ref('ref_credential_type') }}
),

credential as (
    select
        credential.*,
        cast(credential_type.stack_order as integer) as stack_order,
        row_number() over (
            order by
                credential.person_key, credential.credential_type_code, credential.award_date, credential.credential_label
        ) as credential_number
    from {{ ref('fct_credential') }} as credential
    left join credential_type
        on credential.credential_type_code = credential_type.code
),

chain as (
    select
        credential_number,
        person_key,
        award_date,
        stack_order,
        1 as chain_length,
        cast(credential_type_code as varchar) as chain_code
    from credential
    where stack_order is not null
    union all
    select
        credential.credential_number,
        credential.person_key,
        credential.award_date,
        credential.stack_order,
        chain.chain_length + 1 as chain_length,
        chain.chain_code || '>' || credential.credential_type_code as chain_code
    from chain
    inner join credential
        on chain.person_key = credential.person_key
        and chain.stack_order < credential.stack_order
        and chain.award_date < credential.award_date
),

ranked as (
    select
        *,
        row_number() over (partition by credential_number order by chain_length desc, chain_code) as chain_order
    from chain
),

field as (
    select
        code as cip_code,
        series_code,
        series_label
    from {{ ref('ref_cip') }}
),

in_demand as (
    select * from {{ ref('ref_in_demand_occupation') }}
),

occupation as (
    select
        credential.credential_number,
        cip_soc.soc_code,
        min(in_demand.sector_code) as sector_code
    from credential
    inner join {{ ref('ref_cip_soc') }} as cip_soc
        on credential.cip_2020_code = cip_soc.cip_code
    left join in_demand
        on substring(cip_soc.soc_code, 1, length(in_demand.soc_group)) = in_demand.soc_group
        and in_demand.effective_date <= credential.award_date
        and (in_demand.end_date is null or in_demand.end_date >= credential.award_date)
    group by credential.credential_number, cip_soc.soc_code
),

-- A programme of study leads to several occupations: each has an equal part of it.
demand as (
    select
        credential_number,
        count(*) as occupation_count,
        count(sector_code) as in_demand_count,
        min(sector_code) as in_demand_sector_code
    from occupation
    group by credential_number
),

final as (
    select
        credential.person_key,
        credential.credential_type_code,
        credential.award_date,
        credential.credential_label,
        {{ program_year('credential.award_date') }} as program_year,
        credential.is_postsecondary_credential,
        credential.is_diploma,
        credential.cip_2020_code,
        coalesce(field.series_code, 'Not stated') as field_code,
        coalesce(field.series_label, 'Not stated') as field_label,
        credential.stack_order,
        ranked.chain_code,
        cast(ranked.chain_length as integer) as chain_length,
        coalesce(ranked.chain_length > 1, false) as is_stacked,
        cast(demand.occupation_count as integer) as occupation_count,
        case when demand.credential_number is not null then demand.in_demand_count > 0 end as is_in_demand,
        cast(cast(demand.in_demand_count as double) / demand.occupation_count as decimal(7, 6)) as in_demand_share,
        demand.in_demand_sector_code
    from credential
    left join ranked
        on credential.credential_number = ranked.credential_number
        and ranked.chain_order = 1
    left join field
        on credential.cip_2020_code = field.cip_code
    left join demand
        on credential.credential_number = demand.credential_number
)

select * from final
