from datagen.fitness.commands.loader import (
    FitnessCenterDatabaseLoader as FitnessCenterDatabaseLoader,
)
from datagen.fitness.commands.loader import (
    command as command,
)
from datagen.fitness.commands.loader import (
    create_performance_indexes as create_performance_indexes,
)
from datagen.fitness.commands.loader import (
    load_and_verify as load_and_verify,
)
from datagen.fitness.commands.loader import (
    load_csv_to_postgres as load_csv_to_postgres,
)
from datagen.fitness.commands.loader import (
    main as main,
)
