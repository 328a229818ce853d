-- One pass: the greatest wage and the least account of it come from one packed number per row.
select
    person_key,
    quarter_index,
    cast(quarter_index // 4 as varchar) || 'Q' || cast(quarter_index % 4 + 1 as varchar) as quarter,
    cast(sum(wage_usd) as decimal(14, 2)) as wage_usd,
    cast(count(*) as integer) as employer_account_count,
    arg_max(ean, rank_no) as top_ean,
    arg_max(naics_code, rank_no) as top_naics_code,
    true as is_employer_known
from (
    select *, cast(wage_usd * 100 as hugeint) * 10000000000 - cast(ean as bigint) as rank_no
    from core.fct_wage_quarter
    where wage_usd > 0
)
group by person_key, quarter_index
union all
select
    person_key,
    cast(quarter_index as integer),
    cast(quarter_index // 4 as varchar) || 'Q' || cast(quarter_index % 4 + 1 as varchar),
    cast(wage_usd as decimal(14, 2)),
    null::integer,
    null::varchar,
    top_naics_code,
    false
from intermediate.int_person_wage_kept
