from pathlib import Path

import pytest

from shopbell.commands import demo


def test_fresh_removes_a_demo_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    (tmp_path / "secret_key").write_text("kept")
    with pytest.raises(FileNotFoundError, match="not a demo's"):
        demo.clear(tmp_path)
    assert (tmp_path / "postgres" / "PG_VERSION").exists()
    (tmp_path / demo.SIGN_INS).write_text("[]")
    demo.clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_taken_port_gives_way_unless_it_was_asked_for() -> None:
    with demo.free_listener("127.0.0.1", None) as first, demo.free_listener("127.0.0.1", None) as second:
        ports = [listener.getsockname()[1] for listener in (first, second)]
        assert ports[0] != ports[1]
        with pytest.raises(OSError, match=f"port {ports[1]}: Address already in use"):
            demo.free_listener("127.0.0.1", ports[1])
