"""The payments world, declared for the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from datagen.world import Options, World


def relations(options: Options) -> Mapping[str, str]:
    """The state of a history as a database notes it, one row; stored cards and files are not there."""
    if not {"end_date", "merchant_counter", "rows"} <= options.keys():
        return {}
    last = dt.date.fromisoformat(options["end_date"]) - dt.timedelta(1)
    state = (
        f"select date '{last}' as last_generated_date, {int(options['merchant_counter'])} as merchant_counter, "
        f"{int(options['rows'])} as total_transactions"
    )
    return {"state": state}


WORLD = World(
    name="payments",
    title="Payments",
    tables="datagen.payments.tables:metadata",
    root="datagen.payments.rules:PaymentsRules",
    checks="datagen.payments.checks:SQL",
    summary="merchants and their card payments, a history that grows by days",
    plot_files="datagen.payments.plots:SQL",
    timeline_files="datagen.payments.timelines:SQL",
    relations_of=relations,
    directory="raw_data",
    sample={"start_date": "2024-01-01", "end_date": "2024-01-07"},
    verify_files="datagen.payments.verification:judge",
    sources_of="datagen.payments.certified:sources_of",
    history_of="datagen.payments.loading:history_of",
    commands={
        "generate": "datagen.payments.command:generate_verb",
        "continue": "datagen.payments.command:continue_verb",
        "plan": "datagen.payments.command:plan_verb",
        "lake": "datagen.payments.commands.lake:lake_verb",
    },
    hints={
        "generate": "payments --initial",
        "continue": "payments --incremental",
        "load": "payments --load-database --output-dir {directory}",
        "verify": "payments --verify {directory}",
        "psql": "payments --psql",
    },
)
