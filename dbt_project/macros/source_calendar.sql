{#-
    What the contracts say of when a source is due, from the meta of the raw tables (_sources.yml, derived from them): one
    row per source, its kind of period and the days after the end of one.
-#}
{% macro source_calendar() -%}
    {% set ns = namespace(rows=[]) -%}
    {% if execute -%}
        {% for node in graph.sources.values() | sort(attribute='name') if node.source_name == 'raw' -%}
            {% do ns.rows.append(node.config.meta if node.config.meta else node.meta) -%}
        {% endfor -%}
    {% endif -%}
    {% for row in ns.rows -%}
    select '{{ row.source }}' as source_name, '{{ row.kind }}' as period_kind_code, {{ row.due_days }} as due_days
    {{ 'union all' if not loop.last }}
    {% else -%}
    select cast(null as varchar) as source_name, cast(null as varchar) as period_kind_code, cast(null as integer) as due_days
    {% endfor -%}
{%- endmacro %}
