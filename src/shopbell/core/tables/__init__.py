"""Files of rows as other programs write them: CSV in any charset, JSON lines, a JSON list, Parquet; each also packed.

A file is read as a stream of records, a record is a mapping from the names in its head to what stands there. What
cannot be read is a record too (`Broken`), with its line and the reason, so that nothing is lost without a word.
"""

from shopbell.core.tables.reading import FORMATS as FORMATS
from shopbell.core.tables.reading import Broken as Broken
from shopbell.core.tables.reading import Form as Form
from shopbell.core.tables.reading import NoTable as NoTable
from shopbell.core.tables.reading import Record as Record
from shopbell.core.tables.reading import Table as Table
from shopbell.core.tables.reading import open_table as open_table
