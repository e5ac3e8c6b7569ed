"""From the columns of a file to customers, products and orders: a small language in YAML (docs/importing.md).

Pure: it sees the contract and `core` only, so plug-ins may use it too.
"""

from shopbell.commerce.mapping.building import Builder as Builder
from shopbell.commerce.mapping.building import Refusal as Refusal
from shopbell.commerce.mapping.entities import Entities as Entities
from shopbell.commerce.mapping.entities import Entity as Entity
from shopbell.commerce.mapping.language import Plan as Plan
from shopbell.commerce.mapping.language import WrongMap as WrongMap
from shopbell.commerce.mapping.language import read_plan as read_plan
from shopbell.commerce.mapping.proposing import propose as propose
from shopbell.core.tables import Form as Form
