from typing import ClassVar

from shopbell.core import plugin


class CsvFilesConfig(plugin.Plugin):
    name = "shopbell.plugins.csv_files"
    connectors: ClassVar[dict[str, str]] = {"csv": "shopbell.plugins.csv_files.connector.CsvFiles"}
