with

final as (
    select
        kpi_code,
        cast(statement_no as integer) as statement_no,
        cast(statement_value as decimal(18, 6)) as statement_value,
        is_target,
        time_code,
        said_of,
        statement_source,
        place as statement_place
    from {{ ref('ref_plan_statement') }}
)

select * from final
