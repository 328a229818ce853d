-- One row per learner, fiscal year and entry date, and the first day of the period it belongs to: rows whose gap is not
-- over are one period, whatever fiscal year, provider or number sent them (rules 1, 3; e12, e13).
with

adult_ed as (
    select * from {{ ref('stg_adult_ed') }} where person_key is not null
),

exit_rule as (
    select * from {{ ref('int_exit_rule_dated') }} where program_code = 'ADULT_ED'
),

build as (
    select * from {{ ref('stg_build') }}
),

ranked as (
    select
        adult_ed.*,
        {{ later_of('adult_ed.last_activity_date', 'adult_ed.source_exit_date') }} as last_day_date,
        max(adult_ed.pop_hours) over (
            partition by adult_ed.person_key, adult_ed.pop_fiscal_year, adult_ed.entry_date
        ) as most_pop_hours,
        row_number() over (
            partition by adult_ed.person_key, adult_ed.pop_fiscal_year, adult_ed.entry_date
            order by
                adult_ed.last_activity_date desc, adult_ed.pop_number,
                adult_ed._extract_ts desc, adult_ed._batch_id desc, adult_ed._row_no desc
        ) as recency
    from adult_ed
    cross join build
    where adult_ed.entry_date <= build.as_of_date
),

reached as (
    select
        *,
        max(last_day_date) over (
            partition by person_key
            order by entry_date, pop_fiscal_year
            rows between unbounded preceding and 1 preceding
        ) as reached_date
    from ranked
    where recency = 1
),

numbered as (
    select
        reached.*,
        cast(sum(case
            when reached.reached_date is null then 1
            when {{ gap_is_over(
                days_between('reached.reached_date', 'reached.entry_date'), 'exit_rule.gap_rule', 'exit_rule.gap_days'
            ) }} then 1
            else 0
        end) over (
            partition by reached.person_key
            order by reached.entry_date, reached.pop_fiscal_year
            rows between unbounded preceding and current row
        ) as integer) as period_number
    from reached
    inner join exit_rule
        on {{ exit_rule_on('exit_rule', "'ADULT_ED'", 'reached.entry_date') }}
),

final as (
    select
        *,
        min(entry_date) over (partition by person_key, period_number) as period_entry_date
    from numbered
)

select * from final
