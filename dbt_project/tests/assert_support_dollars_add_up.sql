-- Every payment is in exactly one programme or in UNKNOWN, and all of them in ALL: by year and kind, to the cent.
with

paid as (
    select
        paid_program_year as program_year,
        support_type_code,
        sum(payment_usd) as payment_usd,
        count(*) as payment_count
    from {{ ref('fct_support_payment') }}
    group by paid_program_year, support_type_code
),

shown as (
    select
        program_year,
        support_type_code,
        sum(case when program_code = 'ALL' then payment_usd end) as all_usd,
        sum(case when program_code <> 'ALL' then payment_usd end) as parts_usd,
        sum(case when program_code <> 'ALL' then payment_count end) as parts_count
    from {{ ref('rpt_support') }}
    where metric_code = 'SUPPORT_RECEIVED' and support_type_code <> 'ALL'
    group by program_year, support_type_code
),

of_stays as (
    select sum(payment_usd) as payment_usd from {{ ref('fct_period_support') }}
),

carried as (
    select sum(payment_usd) as payment_usd from {{ ref('fct_support_payment') }} where period_key is not null
)

select
    paid.program_year,
    paid.support_type_code,
    paid.payment_usd,
    shown.parts_usd
from paid
left join shown
    on paid.program_year = shown.program_year
    and paid.support_type_code = shown.support_type_code
where shown.program_year is null
    or paid.payment_usd <> shown.all_usd
    or paid.payment_usd <> shown.parts_usd
    or paid.payment_count <> shown.parts_count
union all
select
    cast(null as integer) as program_year,
    'every stay' as support_type_code,
    carried.payment_usd,
    of_stays.payment_usd as parts_usd
from carried
cross join of_stays
where carried.payment_usd <> of_stays.payment_usd
