import socket
import threading
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


def test_the_sign_ins_are_printed_whatever_becomes_of_the_first_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / demo.SIGN_INS).write_text('[["agent", "mari@shop.example", "secret"]]')
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hanging_up = threading.Thread(target=lambda: listener.accept()[0].close())
        hanging_up.start()
        demo.announce(tmp_path, f"http://127.0.0.1:{listener.getsockname()[1]}")
        hanging_up.join()
    assert "mari@shop.example" in capsys.readouterr().out
