"""Net impact by programme, cohort, metric and window, and the balance behind it. The statistics are `impact`'s."""


def model(dbt, session):
    """Rows in the order `impact.programs` gives them; equal tables give equal rows."""
    import pyarrow as pa

    from impact.programs import COLUMNS, Inputs, estimate_programs

    kinds = {"object": pa.string(), "int64": pa.int64(), "float64": pa.float64()}

    parameters = dbt.ref("dim_parameter").df()
    in_force = parameters[parameters["is_in_force"]].set_index("parameter_code")["parameter_value"]
    quarters = dbt.ref("fct_program_period_quarter").filter("anchor_code = 'ENTRY'")
    found = estimate_programs(
        Inputs(
            programs=dbt.ref("ref_impact_program").df(),
            stays=dbt.ref("fct_impact_stay").df(),
            quarters=quarters.project("period_key, quarters_from_anchor, cast(wage_usd as double) as wage_usd").df(),
            windows=dbt.ref("ref_impact_window").df(),
            least=int(in_force["IMPACT_LEAST_COUNT"]),
            known=float(in_force["IMPACT_KNOWN_SHARE"]),
        )
    )
    # Typed, so that a table without rows has the columns of one with rows.
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    return pa.Table.from_pandas(found, schema=schema, preserve_index=False)
