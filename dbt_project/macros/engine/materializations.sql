{#
    Tables, views, code lists and their comments in a file that is new with each build.

    dbt's own materializations build under another name, rename, and look up the columns before each comment, for the
    sake of readers meanwhile; they ask for the columns of a query twice before they build it, and guess the types of a
    list they have been told. Nobody reads a build: it takes the place of the last one as a whole file. A build by hand
    into a file of an earlier one replaces each relation within its transaction.
#}
{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {%- set target_relation = this.incorporate(type="table") -%}
    {{ run_hooks(pre_hooks) }}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {% call statement("main", language=model["language"]) -%}
        {%- if model["language"] == "sql" -%}
            create table {{ target_relation }} as (
                {{ compiled_code }}
            )
        {%- else -%}
            {{- create_table_as(False, target_relation, compiled_code, model["language"]) }}
        {%- endif -%}
    {%- endcall %}
    {{ return(finish_relation(target_relation)) }}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type="view") -%}
    {{ run_hooks(pre_hooks) }}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {% call statement("main") -%}
        create view {{ target_relation }} as (
            {{ compiled_code }}
        )
    {%- endcall %}
    {{ return(finish_relation(target_relation)) }}
{% endmaterialization %}


{# Columns and types are those of the list's description, by name; an empty field is null. #}
{% materialization seed, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type="table") -%}
    {{ run_hooks(pre_hooks) }}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {% call statement("main", fetch_result=True) -%}
        create table {{ target_relation }} as
        select
            {%- for name, data_type in config.get("column_types").items() %}
            cast("{{ name }}" as {{ data_type }}) as "{{ name }}"{{ "," if not loop.last }}
            {%- endfor %}
        from read_csv('{{ adapter.get_seed_file_path(model) | replace("'", "''") }}', header = true, all_varchar = true)
    {%- endcall %}
    {% do store_result("agate_table", response="OK", agate_table=load_result("main").table) %}
    {{ return(finish_relation(target_relation)) }}
{% endmaterialization %}


{# What every relation gets once it is there: its columns compared with its contract, its comments, the commit. #}
{% macro finish_relation(relation) %}
    {% if config.get("contract").enforced %}
        {% do keep_contract(relation) %}
    {% endif %}
    {% do persist_docs(relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({"relations": [relation]}) }}
{% endmacro %}


{# Names and types in the contract's order; dbt's own comparison knows no order. The transaction falls with the error. #}
{% macro keep_contract(relation) %}
    {%- set built, promised = [], [] -%}
    {%- for column in adapter.get_column_schema_from_query("from " ~ relation) -%}
        {%- set data_type = column.dtype | upper | replace(" ", "") -%}
        {%- do built.append(
            {"name": column.name, "data_type": data_type, "formatted": column.name ~ " " ~ data_type}
        ) -%}
    {%- endfor -%}
    {%- for column in model["columns"].values() -%}
        {%- set data_type = column["data_type"] | upper | replace(" ", "") -%}
        {%- do promised.append(
            {"name": column["name"], "data_type": data_type, "formatted": column["name"] ~ " " ~ data_type}
        ) -%}
    {%- endfor -%}
    {%- if built != promised -%}
        {%- do exceptions.raise_contract_error(promised, built) -%}
    {%- endif -%}
{% endmacro %}


{# Only marts keep their docs, and their contract says which columns there are: no look-up, one statement. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {% if config.persist_column_docs() and model["columns"] %}
        {%- set quote = "$dbt_comment_literal_block$" -%}
        {% call statement("docs") -%}
            comment on {{ relation.type }} {{ relation }} is {{ quote }}{{ model["description"] }}{{ quote }};
            {% for name, column in model["columns"].items() -%}
            comment on column {{ relation }}.{{ name }} is {{ quote }}{{ column["description"] }}{{ quote }};
            {% endfor -%}
        {%- endcall %}
    {% endif %}
{% endmacro %}
