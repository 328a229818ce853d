-- Person-quarters hold every positive wage by employer once (e1, e19), and sums by person only where there is none.
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
    where is_employer_known
    group by quarter_index
),

by_person as (
    select distinct quarter_index from {{ ref('fct_person_quarter') }} where not is_employer_known
)

select
    coalesce(employer.quarter_index, person.quarter_index) as quarter_index,
    employer.wage_usd as employer_wage_usd,
    person.wage_usd as person_wage_usd
from employer
full outer join person
    on employer.quarter_index = person.quarter_index
where coalesce(employer.wage_usd, 0) <> coalesce(person.wage_usd, 0)
union all
select
    employer.quarter_index,
    employer.wage_usd as employer_wage_usd,
    cast(null as decimal(14, 2)) as person_wage_usd
from employer
inner join by_person
    on employer.quarter_index = by_person.quarter_index
