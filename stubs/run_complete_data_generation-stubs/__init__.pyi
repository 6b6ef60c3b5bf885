from datagen.fitness.commands.complete import (
    Choices as Choices,
)
from datagen.fitness.commands.complete import (
    command as command,
)
from datagen.fitness.commands.complete import (
    expected as expected,
)
from datagen.fitness.commands.complete import (
    generate as generate,
)
from datagen.fitness.commands.complete import (
    main as main,
)
