-- One row per calendar quarter 1990 to 2049 and whether its wages are complete on the as-of date (rules s6): the
-- file is marked final and has rows, or the days of the parameter have passed and at least its share of the rows of the
-- same quarter a year before are in; the days alone where that quarter has none. Days say nothing about quarters before the
-- first wages on file or after the last ones: there no file is missing rows, the files are missing. Wages that came by
-- person and quarter stand in for a quarter without wages by employer, and are compared with their like.
with

years as (
    {% for year in calendar_years() -%}
    select {{ year }} as calendar_year{{ ' union all ' if not loop.last }}
    {% endfor %}
),

quarters as (
    {% for quarter in range(1, 5) -%}
    select {{ quarter }} as quarter_number{{ ' union all ' if not loop.last }}
    {% endfor %}
),

quarter_counted as (
    select * from {{ ref('int_wage_quarter_counted') }}
),

counted as (
    select
        quarter_index,
        row_count as employer_row_count,
        coalesce(person_row_count, 0) as person_row_count,
        case when row_count > 0 then 'EMPLOYER' when person_row_count > 0 then 'PERSON' end as wage_basis_code,
        case when row_count > 0 then row_count else coalesce(person_row_count, 0) end as row_count,
        case when row_count > 0 then is_final else coalesce(is_person_final, false) end as is_final
    from quarter_counted
),

build as (
    select * from {{ ref('stg_build') }}
),

parameter as (
    select
        max(case when parameter_code = 'WAGE_COMPLETE_DAYS' then parameter_value end) as least_days,
        max(case when parameter_code = 'WAGE_COMPLETE_SHARE' then parameter_value end) as least_share
    from ({{ in_force(ref('ref_parameter'), ['parameter_code'], ref('stg_build')) }}) as in_force
),

calendar as (
    select
        years.calendar_year,
        quarters.quarter_number,
        years.calendar_year * 4 + quarters.quarter_number - 1 as quarter_index,
        cast(
            cast(years.calendar_year as varchar) || '-' || case quarters.quarter_number
                when 1 then '01' when 2 then '04' when 3 then '07' else '10'
            end || '-01' as date
        ) as start_date
    from years
    cross join quarters
),

dated as (
    select
        *,
        {{ add_days(dbt.dateadd('month', 3, 'start_date'), -1) }} as end_date
    from calendar
),

span as (
    select
        min(quarter_index) as first_quarter_index,
        max(quarter_index) as last_quarter_index
    from counted
    where row_count > 0
),

final as (
    select
        dated.*,
        coalesce(counted.row_count, 0) as wage_row_count,
        counted.wage_basis_code,
        build.as_of_date > dated.end_date and (
            coalesce(counted.is_final and counted.row_count > 0, false)
            or (
                {{ days_between('dated.end_date', 'build.as_of_date') }} >= parameter.least_days
                and coalesce(dated.quarter_index between span.first_quarter_index and span.last_quarter_index, false)
                and coalesce(counted.row_count, 0) >= parameter.least_share * coalesce(
                    case
                        when counted.wage_basis_code = 'PERSON' then year_before.person_row_count
                        else year_before.employer_row_count
                    end, 0
                )
            )
        ) as is_wage_complete
    from dated
    cross join build
    cross join parameter
    cross join span
    left join counted
        on dated.quarter_index = counted.quarter_index
    left join counted as year_before
        on dated.quarter_index = year_before.quarter_index + 4
)

select * from final
