{#-
    Rows of the visible batches of one source. Periods add up, and deltas lie on the snapshot before them; on a natural
    key that is there more than once the newest extract wins, the later period on a tie, and a row that says the key is
    deleted takes it away (rules s4). That holds among the rows of one sender: the same key from two senders is two
    rows. Order: no load order, no clock, so arrival cannot matter.
    `key` is the contract's key as it stands in the raw table: a direct identifier in it is its token.
-#}
{% macro visible_rows(source_name, key) -%}
    select *
    from (
        select
            raw_rows.*,
            batch.extract_ts as _extract_ts,
            row_number() over (
                partition by
                    coalesce(batch.submitter, ''),
                    {% for column in key %}raw_rows.{{ column }}{{ ', ' if not loop.last }}{% endfor %}

                order by
                    batch.extract_ts desc, batch.period desc, batch.place desc, batch.batch_id desc,
                    raw_rows._row_no desc
            ) as _recency
        from {{ source('raw', 'raw_' ~ source_name) }} as raw_rows
        inner join {{ source('ledger', 'visible_batch') }} as batch
            on raw_rows._batch_id = batch.batch_id
    ) as ranked
    where _recency = 1 and coalesce(_record_action, '') <> 'D'
{%- endmacro %}
