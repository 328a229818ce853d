with

parameter as (
    select * from {{ ref('ref_parameter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

final as (
    select
        parameter.parameter_code,
        parameter.effective_date,
        cast(parameter.parameter_value as decimal(18, 6)) as parameter_value,
        parameter.unit_code,
        parameter.label as parameter_label,
        parameter.source as parameter_source,
        parameter.effective_date <= build.as_of_date and row_number() over (
            partition by parameter.parameter_code, case when parameter.effective_date <= build.as_of_date then 1 else 0 end
            order by parameter.effective_date desc
        ) = 1 as is_in_force
    from parameter
    cross join build
)

select * from final
