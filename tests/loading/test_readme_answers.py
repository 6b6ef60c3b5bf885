from __future__ import annotations

from pathlib import Path

from database_loader import FitnessCenterDatabaseLoader
from datagen.progress import Progress
from tests.loading.renew_answers import README, answered, generate


def test_the_questions_of_the_readme_are_answered_as_it_says(embedded: str, tmp_path: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "answers", report=Progress(quiet=True)) as loader:
        loader.load(generate(tmp_path / "demo"), truncate=True)
    page = README.read_text(encoding="utf-8")
    assert page.count("```sql") == 5
    assert answered(page, embedded, "answers") == page, "renew it with: python -m tests.loading.renew_answers"
