with

wage as (
    select * from {{ ref('int_wage_corrected') }} where person_key is not null
),

employer as (
    select * from {{ ref('int_employer_grouped') }}
),

-- One account is one row also when the person was filed under two SSNs.
summed as (
    select
        person_key,
        ean,
        quarter_index,
        max(naics_code) as naics_code,
        cast(sum(wage_usd) as decimal(14, 2)) as wage_usd,
        max(case when was_corrected then 1 else 0 end) = 1 as was_corrected
    from wage
    group by person_key, ean, quarter_index
),

final as (
    select
        summed.person_key,
        summed.ean,
        cast(summed.quarter_index as integer) as quarter_index,
        {{ quarter_label_of('summed.quarter_index') }} as quarter,
        employer.employer_key,
        summed.naics_code,
        summed.wage_usd,
        summed.was_corrected
    from summed
    left join employer
        on summed.ean = employer.ean
)

select * from final
