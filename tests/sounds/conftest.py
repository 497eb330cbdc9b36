"""On a machine that is busy with other tests an engine takes longer to speak than people would wait for it."""

import pytest

import sounds.synthesis


@pytest.fixture(autouse=True)
def _patient_with_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds.synthesis, "DEADLINE_SECONDS", 60.0)
