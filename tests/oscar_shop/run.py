"""`run.py make`: tables and wares. `run.py serve PORT`: the shop's pages."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2] / "integrations" / "django_oscar")]
os.environ["DJANGO_SETTINGS_MODULE"] = "floor.settings"

if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    if sys.argv[1] == "make":
        call_command("migrate", run_syncdb=True, verbosity=0)
        from floor.stock import fill

        fill()
    elif sys.argv[1] == "serve":
        call_command("runserver", f"127.0.0.1:{sys.argv[2]}", use_reloader=False, insecure_serving=True, verbosity=0)
    else:
        call_command(*sys.argv[1:])
