-- Every period of a source that has fallen due, from the source's first one on, and when it came. An extract taken before the
-- period had ended settles nothing; a longer period settles the shorter ones in it (as the submission calendar has it).
with

calendar as (
    select * from {{ ref('int_source_expected') }}
),

batch as (
    select * from {{ ref('int_batch_sighted') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

-- Periods by kind; years begin in any quarter, so that calendar, fiscal and school years are among them.
period as (
    select
        'quarter' as kind_code,
        quarter_index,
        start_date as from_date,
        end_date as to_date
    from quarter
    {% for month in range(3) -%}
    union all
    select
        'month' as kind_code,
        quarter_index,
        cast({{ dbt.dateadd('month', month, 'start_date') }} as date) as from_date,
        {{ add_days(dbt.dateadd('month', month + 1, 'start_date'), -1) }} as to_date
    from quarter
    {% endfor -%}
    union all
    select
        'year' as kind_code,
        quarter_index,
        start_date as from_date,
        {{ add_days(dbt.dateadd('month', 12, 'start_date'), -1) }} as to_date
    from quarter
),

sent as (
    select
        batch.source_name,
        batch.period_from_date,
        batch.period_to_date,
        batch.extract_date,
        calendar.due_days,
        case calendar.period_kind_code when 'school_year' then 'year' else calendar.period_kind_code end as kind_code,
        case
            when {{ days_between('batch.period_from_date', 'batch.period_to_date') }} > 92 then 'year'
            when {{ days_between('batch.period_from_date', 'batch.period_to_date') }} > 31 then 'quarter'
            else 'month'
        end as sent_kind_code
    from batch
    inner join calendar
        on batch.source_name = calendar.source_name
),

-- The first period of the source's own kind, or of any where none of its kind was ever sent: then it is that kind that is due.
ranked as (
    select
        *,
        row_number() over (
            partition by source_name
            order by case when sent_kind_code = kind_code then 0 else 1 end, period_from_date, period_to_date, extract_date
        ) as place
    from sent
),

begun as (
    select
        source_name,
        due_days,
        sent_kind_code as kind_code,
        period_from_date as first_date
    from ranked
    where place = 1
),

expected as (
    select
        begun.source_name,
        period.from_date,
        period.to_date,
        {{ add_days('period.to_date', 'begun.due_days') }} as due_date
    from begun
    inner join period
        on begun.kind_code = period.kind_code
        and period.from_date >= begun.first_date
        and (
            begun.kind_code <> 'year'
            or mod(period.quarter_index - {{ quarter_index('begun.first_date') }}, 4) = 0
        )
),

settled as (
    select
        expected.source_name,
        expected.from_date,
        min(sent.extract_date) as submitted_date
    from expected
    inner join sent
        on expected.source_name = sent.source_name
        and sent.period_from_date <= expected.from_date
        and sent.period_to_date >= expected.to_date
        and sent.extract_date > sent.period_to_date
    group by expected.source_name, expected.from_date
),

final as (
    select
        expected.source_name,
        cast(expected.from_date as date) as period_from_date,
        cast(expected.to_date as date) as period_to_date,
        cast(expected.due_date as date) as due_date,
        cast({{ program_year('expected.due_date') }} as integer) as due_program_year,
        settled.submitted_date,
        coalesce(settled.submitted_date <= expected.due_date, false) as is_on_time
    from expected
    cross join build
    left join settled
        on expected.source_name = settled.source_name
        and expected.from_date = settled.from_date
    where expected.due_date < build.as_of_date
)

select * from final
