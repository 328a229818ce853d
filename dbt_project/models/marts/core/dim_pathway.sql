{{ config(materialized="view") }}

with

pathway as (
    select * from {{ ref('ref_pathway') }}
),

step as (
    {{ in_force(ref('ref_pathway_step'), ['pathway_code', 'step_order'], ref('dim_build')) }}
),

final as (
    select
        pathway.code as pathway_code,
        cast(step.step_order as integer) as step_order,
        pathway.label as pathway_label,
        step.stay_set_code,
        cast(step.window_days as integer) as window_days,
        step.is_overlap_allowed
    from pathway
    inner join step
        on pathway.code = step.pathway_code
)

select * from final
