-- Person-quarters hold every positive wage once (e1, e19).
with

employer as (
    select quarter_index, sum(wage_usd) as wage_usd
    from {{ ref('fct_wage_quarter') }}
    where wage_usd > 0
    group by quarter_index
),

person as (
    select quarter_index, sum(wage_usd) as wage_usd
    from {{ ref('fct_person_quarter') }}
    group by quarter_index
)

select
    coalesce(employer.quarter_index, person.quarter_index) as quarter_index,
    employer.wage_usd as employer_wage_usd,
    person.wage_usd as person_wage_usd
from employer
full outer join person
    on employer.quarter_index = person.quarter_index
where coalesce(employer.wage_usd, 0) <> coalesce(person.wage_usd, 0)
