from datagen.fitness.commands.transactional import (
    FitnessCenterODSGenerator as FitnessCenterODSGenerator,
)
from datagen.fitness.commands.transactional import (
    command as command,
)
from datagen.fitness.commands.transactional import (
    main as main,
)
