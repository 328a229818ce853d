{#-
    Median in dollars and cents, never through a float: the mean of the lower and the upper middle value (e35),
    which are the same value when the count is odd; null when there is none.
-#}
{% macro median_usd(column) -%}
    {{ return(adapter.dispatch('median_usd', 'workforce')(column)) }}
{%- endmacro %}

{% macro default__median_usd(column) -%}
    cast(cast(
        percentile_disc(0.5) within group (order by {{ column }})
        - percentile_disc(0.5) within group (order by -({{ column }})) as decimal(16, 2)
    ) * cast(0.5 as decimal(2, 1)) as decimal(14, 2))
{%- endmacro %}

{% macro duckdb__median_usd(column) -%}
    cast(cast(
        quantile_disc({{ column }}, 0.5) - quantile_disc(-({{ column }}), 0.5) as decimal(16, 2)
    ) * cast(0.5 as decimal(2, 1)) as decimal(14, 2))
{%- endmacro %}
