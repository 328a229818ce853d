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

final as (
    select
        summed.person_key,
        summed.quarter_index,
        {{ quarter_label_of('summed.quarter_index') }} as quarter,
        cast(summed.wage_usd as decimal(14, 2)) as wage_usd,
        cast(summed.employer_account_count as integer) as employer_account_count,
        case when ranked.ean is null then summed.first_ean else ranked.ean end as top_ean,
        case when ranked.ean is null then summed.first_naics_code else ranked.naics_code end as top_naics_code
    from summed
    left join ranked
        on summed.person_key = ranked.person_key
        and summed.quarter_index = ranked.quarter_index
        and ranked.pay_rank = 1
)

select * from final
