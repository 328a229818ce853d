-- Person and employer as one number, so that grouping and the order of the window are on integers.
create or replace temp table employer as
select employer_key, row_number() over () as employer_no from (select distinct employer_key from core.fct_wage_quarter where employer_key is not null);
create or replace temp table known as
select quarter_index,
    cast(quarter_index // 4 as varchar) || 'Q' || cast(quarter_index % 4 + 1 as varchar) as quarter,
    lag(is_complete) over (order by quarter_index) as is_previous_complete,
    lead(is_complete) over (order by quarter_index) as is_next_complete
from (
    select quarter_index, is_wage_complete and coalesce(wage_basis_code, 'EMPLOYER') <> 'PERSON' as is_complete
    from core.dim_quarter
);
with summed as (
    select person_key, employer_no, quarter_index, cast(sum(wage_usd) as decimal(14, 2)) as wage_usd
    from core.fct_wage_quarter join employer using (employer_key)
    where wage_usd > 0
    group by all
),
beside as (
    select *,
        lag(quarter_index) over w as previous_quarter_index,
        lead(quarter_index) over w as next_quarter_index
    from summed
    window w as (partition by cast(substr(person_key, 2) as bigint) * 1000000 + employer_no order by quarter_index)
),
flagged as (
    select person_key, employer_key, quarter_index, quarter, wage_usd,
        case when previous_quarter_index = quarter_index - 1 then true when is_previous_complete then false end as is_beginning_of_quarter,
        case when next_quarter_index = quarter_index + 1 then true when is_next_complete then false end as is_end_of_quarter
    from beside join known using (quarter_index) join employer using (employer_no)
)
select *, is_beginning_of_quarter and is_end_of_quarter as is_full_quarter from flagged
