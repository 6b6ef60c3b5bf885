from datagen.fitness.commands.reference import (
    FitnessCenterDataGenerator as FitnessCenterDataGenerator,
)
from datagen.fitness.commands.reference import (
    command as command,
)
from datagen.fitness.commands.reference import (
    main as main,
)
