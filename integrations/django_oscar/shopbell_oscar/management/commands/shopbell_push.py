import time

from django.core.management.base import BaseCommand

from shopbell_oscar import conf, telling


class Command(BaseCommand):
    help = "Tell Shopbell what changed and was not told yet. Run it every few minutes, or with --forever."

    def add_arguments(self, parser):
        parser.add_argument("--forever", action="store_true", help="look every two seconds until stopped")

    def handle(self, *args, forever=False, **options):
        if not conf.get("ADDRESS"):
            self.stderr.write("SHOPBELL['ADDRESS'] is not set: there is nobody to tell.")
            return
        while True:
            try:
                sent = telling.tell()
            except OSError as error:
                self.stderr.write(f"not told: {error}")
            else:
                if sent:
                    self.stdout.write(f"told: {sent}")
            if not forever:
                return
            time.sleep(2)
