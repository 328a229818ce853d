"""Review items about more than a pair: the records of one shared number, of one oversized chain or block.

Belongs here: which records make one such item. Does not: its id, its place in the list (`review`).
"""

from __future__ import annotations

import duckdb
import numpy as np

from linkage.cluster import OVERSIZED_COMPONENT, connected_components
from linkage.rules import RULES


def write_groups(con: duckdb.DuckDBPyConnection) -> None:
    """Writes the temporary table `review_group` (reason, group_no, n), one row per group and record.

    Reads `review_placed`, `edge_decided`, `oversized_block` and, for the keys of blocks, `std`.
    """
    con.register("component_of", _oversized_components(con))
    con.execute(
        f"""
        create or replace temp table review_group as
        with block_key as ({_block_keys(con)}),
        member as (
            select 'shared_number' as reason, ssn_std as shared, n from review_placed where ssn_is_shared
            union
            select '{OVERSIZED_COMPONENT}', component::varchar, n from component_of
            union
            select 'oversized_block', concat_ws('|', o.block, k.block_key), o.n
            from oversized_block as o left join block_key as k using (block, n)
        )
        select reason, dense_rank() over (partition by reason order by shared) as group_no, n from member
        """
    )
    con.unregister("component_of")


def _oversized_components(con: duckdb.DuckDBPyConnection) -> dict[str, np.ndarray]:
    """(n, component) of every record in a chain that was refused for its length."""
    found = con.execute(
        "select a, b from edge_decided where refused_reason = ? order by a, b", [OVERSIZED_COMPONENT]
    ).fetchnumpy()
    a, b = (np.asarray(found[name], dtype=np.int64) for name in ("a", "b"))
    nodes, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    label = connected_components(nodes.size, place[: a.size], place[a.size :])
    return {"n": nodes, "component": nodes[label]}


def _block_keys(con: duckdb.DuckDBPyConnection) -> str:
    """`select` of (block, n, block_key) for the blocks that were too large somewhere; none for blocks of no rule.

    A record may carry two keys of one block, an agency's id and a student id: the commoner one made it too large.
    """
    large = {name for (name,) in con.execute("select distinct block from oversized_block").fetchall()}
    keys = {rule.block.name: rule.block.keys_sql for rule in RULES if rule.block.name in large}
    selects = [f"select '{name}' as block, n, block_key from ({keys[name]})" for name in sorted(keys)]
    together = " union all ".join(selects) or "select '' as block, -1 as n, '' as block_key where false"
    return f"""
        select block, n, arg_max(block_key, (size, block_key)) as block_key
        from (select *, count(*) over (partition by block, block_key) as size from ({together}))
        group by block, n
    """
