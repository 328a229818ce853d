"""What follows from a contract, one module per derived thing; what dbt or a person reads is committed."""
