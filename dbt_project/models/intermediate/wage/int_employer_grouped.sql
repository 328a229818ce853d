-- One row per employer account, with the employer it belongs to (rules s13, e22): accounts of one FEIN, by the newest FEIN
-- filed, and what took them over or became of them. A professional employer's FEIN is that of the company that runs the
-- payroll, not of the one people work for: its accounts are joined by take-overs only. Take-overs form chains, so an
-- employer is all that can be reached over them, and its key the least name among them.
with recursive

account as (
    select * from {{ ref('int_wage_account_counted') }}
),

apprenticeship as (
    select * from {{ ref('stg_apprenticeship') }}
),

register as (
    select * from {{ ref('stg_employer_master') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

registered as (
    select
        *,
        row_number() over (partition by ean order by valid_from_date desc, _extract_ts desc, fein) as recency
    from register
),

seen as (
    select
        ean,
        fein,
        max(quarter_index) as last_quarter_index
    from account
    group by ean, fein
    union all
    select
        ean,
        fein,
        0 as last_quarter_index
    from apprenticeship
    where ean is not null
    group by ean, fein
    union all
    select
        ean,
        fein,
        0 as last_quarter_index
    from registered
    where recency = 1
),

ranked as (
    select
        ean,
        fein,
        row_number() over (
            partition by ean order by case when fein is null then 1 else 0 end, last_quarter_index desc, fein
        ) as recency
    from seen
),

named as (
    select
        ranked.ean,
        ranked.fein,
        coalesce(registered.is_professional_employer, false) as is_professional_employer,
        case
            when ranked.fein is null or registered.is_professional_employer then 'EAN-' || ranked.ean
            else 'FEIN-' || ranked.fein
        end as own_name
    from ranked
    left join registered
        on ranked.ean = registered.ean
        and registered.recency = 1
    where ranked.recency = 1
),

taken_over as (
    select
        ean as from_ean,
        successor_ean as to_ean
    from register
    cross join build
    where successor_ean is not null and coalesce(transfer_date <= build.as_of_date, true)
    union all
    select
        predecessor_ean as from_ean,
        ean as to_ean
    from register
    cross join build
    where predecessor_ean is not null and coalesce(transfer_date <= build.as_of_date, true)
),

link as (
    select
        coalesce(before.own_name, 'EAN-' || taken_over.from_ean) as one_name,
        coalesce(after.own_name, 'EAN-' || taken_over.to_ean) as next_name
    from taken_over
    left join named as before
        on taken_over.from_ean = before.ean
    left join named as after
        on taken_over.to_ean = after.ean
),

neighbour as (
    select
        one_name as own_name,
        next_name as other_name
    from link
    union
    select
        next_name as own_name,
        one_name as other_name
    from link
),

reached as (
    select
        own_name,
        other_name
    from neighbour
    union
    select
        reached.own_name,
        neighbour.other_name
    from reached
    inner join neighbour
        on reached.other_name = neighbour.own_name
),

chain as (
    select
        own_name,
        min(other_name) as chain_name
    from reached
    group by own_name
),

final as (
    select
        named.ean,
        named.fein,
        named.is_professional_employer,
        -- A chain of two reaches back to itself, so its least name is everybody's.
        coalesce(chain.chain_name, named.own_name) as employer_key,
        chain.chain_name is not null as is_in_chain,
        registered.employer_name,
        registered.naics_code,
        registered.naics_sector_code,
        registered.size_band_code,
        registered.employer_town_code
    from named
    left join chain
        on named.own_name = chain.own_name
    left join registered
        on named.ean = registered.ean
        and registered.recency = 1
)

select * from final
