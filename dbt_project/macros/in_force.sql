{#- Rows of a dated parameter table in force on the as-of day: per key the newest that has begun. -#}
{% macro in_force(relation, key, build) -%}
    select *
    from (
        select
            dated.*,
            row_number() over (partition by {{ key | join(', ') }} order by dated.effective_date desc) as force_order
        from {{ relation }} as dated
        cross join {{ build }} as build
        where dated.effective_date <= build.as_of_date
    ) as ranked
    where force_order = 1
{%- endmacro %}
