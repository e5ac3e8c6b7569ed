"""What a connector to a shop system, and one to a carrier, must offer. Plug-ins may import this and `core`, no more.

Amounts are integers of the currency's smallest unit (`core.money`), instants are aware, countries are ISO 3166-1
alpha-2 and currencies ISO 4217 in capitals. `remote_id` is what the far side calls a thing; it is never empty and
unique for its kind within one connection.
"""

from shopbell.commerce.contract.calling import (
    Asked as Asked,
)
from shopbell.commerce.contract.calling import (
    NotThere as NotThere,
)
from shopbell.commerce.contract.calling import (
    ask as ask,
)
from shopbell.commerce.contract.carrier import (
    Carrier as Carrier,
)
from shopbell.commerce.contract.connector import (
    OF_AGENTS as OF_AGENTS,
)
from shopbell.commerce.contract.connector import (
    Ability as Ability,
)
from shopbell.commerce.contract.connector import (
    BaseConnector as BaseConnector,
)
from shopbell.commerce.contract.connector import (
    Connector as Connector,
)
from shopbell.commerce.contract.connector import (
    Deed as Deed,
)
from shopbell.commerce.contract.connector import (
    Done as Done,
)
from shopbell.commerce.contract.connector import (
    Finding as Finding,
)
from shopbell.commerce.contract.connector import (
    Hint as Hint,
)
from shopbell.commerce.contract.connector import (
    Page as Page,
)
from shopbell.commerce.contract.connector import (
    Remember as Remember,
)
from shopbell.commerce.contract.connector import (
    forget as forget,
)
from shopbell.commerce.contract.errors import (
    AuthFailed as AuthFailed,
)
from shopbell.commerce.contract.errors import (
    Forged as Forged,
)
from shopbell.commerce.contract.errors import (
    Refused as Refused,
)
from shopbell.commerce.contract.errors import (
    ShopError as ShopError,
)
from shopbell.commerce.contract.errors import (
    Transient as Transient,
)
from shopbell.commerce.contract.errors import (
    UnknownOutcome as UnknownOutcome,
)
from shopbell.commerce.contract.errors import (
    Unparsable as Unparsable,
)
from shopbell.commerce.contract.marks import (
    coupon_code as coupon_code,
)
from shopbell.commerce.contract.marks import (
    mark as mark,
)
from shopbell.commerce.contract.pages import (
    understood as understood,
)
from shopbell.commerce.contract.reading import (
    Fields as Fields,
)
from shopbell.commerce.contract.shipping import (
    REASONS as REASONS,
)
from shopbell.commerce.contract.shipping import (
    State as State,
)
from shopbell.commerce.contract.shipping import (
    Tracking as Tracking,
)
from shopbell.commerce.contract.shipping import (
    TrackingData as TrackingData,
)
from shopbell.commerce.contract.signed import (
    OLD_SECRET as OLD_SECRET,
)
from shopbell.commerce.contract.signed import (
    SignedConnector as SignedConnector,
)
from shopbell.commerce.contract.signed import (
    pushed as pushed,
)
from shopbell.commerce.contract.things import (
    KINDS as KINDS,
)
from shopbell.commerce.contract.things import (
    Address as Address,
)
from shopbell.commerce.contract.things import (
    CustomerData as CustomerData,
)
from shopbell.commerce.contract.things import (
    Fulfilment as Fulfilment,
)
from shopbell.commerce.contract.things import (
    Item as Item,
)
from shopbell.commerce.contract.things import (
    Kind as Kind,
)
from shopbell.commerce.contract.things import (
    LineData as LineData,
)
from shopbell.commerce.contract.things import (
    OrderData as OrderData,
)
from shopbell.commerce.contract.things import (
    Payment as Payment,
)
from shopbell.commerce.contract.things import (
    ProductData as ProductData,
)
from shopbell.commerce.contract.things import (
    RefundData as RefundData,
)
from shopbell.commerce.contract.things import (
    ReturnData as ReturnData,
)
from shopbell.commerce.contract.things import (
    ShipmentData as ShipmentData,
)
from shopbell.commerce.contract.things import (
    Source as Source,
)
from shopbell.commerce.contract.things import (
    VariantData as VariantData,
)
from shopbell.core.settings_field import SettingsField as SettingsField
