with

wage as (
    select * from {{ ref('fct_wage_quarter') }} where wage_usd > 0
),

summed as (
    select
        person_key,
        quarter_index,
        sum(wage_usd) as wage_usd,
        count(*) as employer_account_count,
        min(ean) as first_ean,
        min(naics_code) as first_naics_code
    from wage
    group by person_key, quarter_index
),

-- Only who has several employers in a quarter is ranked: one in ten, where ranking everybody would cost five times more.
ranked as (
    select
        wage.person_key,
        wage.quarter_index,
        wage.ean,
        wage.naics_code,
        row_number() over (
            partition by wage.person_key, wage.quarter_index order by wage.wage_usd desc, wage.ean
        ) as pay_rank
    from wage
    inner join summed
        on wage.person_key = summed.person_key
        and wage.quarter_index = summed.quarter_index
    where summed.employer_account_count > 1
),

by_person as (
    select * from {{ ref('int_person_wage_kept') }}
),

final as (
    select
        summed.person_key,
        summed.quarter_index,
        {{ quarter_label_of('summed.quarter_index') }} as quarter,
        cast(summed.wage_usd as decimal(14, 2)) as wage_usd,
        cast(summed.employer_account_count as integer) as employer_account_count,
        case when ranked.ean is null then summed.first_ean else ranked.ean end as top_ean,
        case when ranked.ean is null then summed.first_naics_code else ranked.naics_code end as top_naics_code,
        true as is_employer_known
    from summed
    left join ranked
        on summed.person_key = ranked.person_key
        and summed.quarter_index = ranked.quarter_index
        and ranked.pay_rank = 1
    union all
    select
        by_person.person_key,
        cast(by_person.quarter_index as integer) as quarter_index,
        {{ quarter_label_of('by_person.quarter_index') }} as quarter,
        cast(by_person.wage_usd as decimal(14, 2)) as wage_usd,
        cast(null as integer) as employer_account_count,
        cast(null as varchar) as top_ean,
        by_person.top_naics_code,
        false as is_employer_known
    from by_person
)

select * from final
