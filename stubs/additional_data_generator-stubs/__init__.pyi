from datagen.fitness.commands.supplementary import (
    AdditionalDataGenerator as AdditionalDataGenerator,
)
from datagen.fitness.commands.supplementary import (
    command as command,
)
from datagen.fitness.commands.supplementary import (
    main as main,
)
