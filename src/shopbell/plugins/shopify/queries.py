"""What is asked of Shopify's Admin GraphQL API."""

from __future__ import annotations

from collections.abc import Collection

VERSION = "2026-07"

_ADDRESS = "{ name company address1 address2 zip city provinceCode countryCodeV2 phone }"
_MONEY = "{ presentmentMoney { amount } }"
LINES = f"""
nodes {{
  id title variantTitle sku quantity refundableQuantity unfulfilledQuantity currentQuantity
  originalUnitPriceSet {_MONEY} discountAllocations {{ allocatedAmountSet {_MONEY} }} taxLines {{ priceSet {_MONEY} }}
  image {{ url }} product {{ id }} variant {{ id }}
}}
pageInfo {{ hasNextPage endCursor }}
"""
_ORDER = f"""
id name createdAt processedAt updatedAt cancelledAt presentmentCurrencyCode taxesIncluded
displayFinancialStatus displayFulfillmentStatus email phone note customerLocale sourceName
discountCodes paymentGatewayNames test
totalPriceSet {_MONEY} subtotalPriceSet {_MONEY} totalShippingPriceSet {_MONEY} totalTaxSet {_MONEY}
totalDiscountsSet {_MONEY} totalReceivedSet {_MONEY}
customer {{ id }}
billingAddress {_ADDRESS} shippingAddress {_ADDRESS}
shippingLine {{ title }}
lineItems(first: 30) {{ {LINES} }}
fulfillments(first: 10) {{
  id status displayStatus createdAt deliveredAt
  trackingInfo(first: 5) {{ company number url }}
  fulfillmentLineItems(first: 30) {{ nodes {{ quantity lineItem {{ id }} }} }}
  events(first: 20) {{ nodes {{ happenedAt status message city country }} }}
}}
refunds(first: 20) {{
  id createdAt note totalRefundedSet {_MONEY}
  refundLineItems(first: 30) {{ nodes {{ quantity lineItem {{ id }} }} }}
  transactions(first: 5) {{ nodes {{ kind status }} }}
}}
"""
# What needs a right of its own: a query that asks for more than the app may see fails as a whole.
_BY_RIGHT = {
    "read_returns": """
returns(first: 5) {
  nodes { id status returnLineItems(first: 20) {
    nodes { ... on ReturnLineItem { quantity fulfillmentLineItem { lineItem { id } } } }
  } }
}
""",
    "read_merchant_managed_fulfillment_orders": """
fulfillmentOrders(first: 5) { nodes { deliveryMethod { methodType } } }
""",
    "read_locations": "retailLocation { name }",
}
_CUSTOMER = f"""
id displayName locale createdAt updatedAt
defaultEmailAddress {{ emailAddress marketingState }} defaultPhoneNumber {{ phoneNumber }}
defaultAddress {_ADDRESS}
"""
VARIANTS = """
nodes { id title sku price inventoryQuantity inventoryItem { tracked } }
pageInfo { hasNextPage endCursor }
"""
_PRODUCT = f"""
id title status updatedAt onlineStoreUrl featuredMedia {{ preview {{ image {{ url }} }} }}
variants(first: 30) {{ {VARIANTS} }}
"""


def fields(kind: str, rights: Collection[str]) -> str:
    """What is asked of an object of this kind by an app with these rights."""
    if kind == "customer":
        return _CUSTOMER
    if kind == "product":
        return _PRODUCT
    return _ORDER + "".join(part for right, part in _BY_RIGHT.items() if right in rights)


def one(kind: str, rights: Collection[str]) -> str:
    """A single object by its id."""
    return f"query One($id: ID!) {{ {kind}(id: $id) {{ {fields(kind, rights)} }} shop {{ currencyCode }} }}"


def several(kind: str, rights: Collection[str]) -> str:
    """A page of a list."""
    return f"""
query Several($first: Int!, $after: String, $query: String, $reverse: Boolean!, $sort: {kind.capitalize()}SortKeys!) {{
  {kind}s(first: $first, after: $after, query: $query, reverse: $reverse, sortKey: $sort) {{
    nodes {{ {fields(kind, rights)} }} pageInfo {{ hasNextPage endCursor }}
  }}
  shop {{ currencyCode }}
}}
"""


def rest(kind: str, name: str, inner: str) -> str:
    """Further pages of a list inside an object."""
    return f"""
query Rest($id: ID!, $after: String) {{
  {kind}(id: $id) {{ {name}(first: 100, after: $after) {{ {inner} }} }}
}}
"""


HEALTH = """
query Health {
  shop { name currencyCode }
  currentAppInstallation { accessScopes { handle } }
}
"""
WEBHOOKS = """
query Webhooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) { nodes { id topic uri } pageInfo { hasNextPage endCursor } }
}
"""
SUBSCRIBE = """
mutation Subscribe($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) {
    webhookSubscription { id } userErrors { message }
  }
}
"""
NOTE = "query Note($id: ID!) { order(id: $id) { note cancelledAt } }"
UPDATE = """
mutation Update($input: OrderInput!) { orderUpdate(input: $input) { order { id } userErrors { message } } }
"""
SHIPPING = f"query Shipping($id: ID!) {{ order(id: $id) {{ shippingAddress {_ADDRESS} }} }}"
CANCEL = """
mutation Cancel($id: ID!, $note: String) {
  orderCancel(
    orderId: $id, reason: CUSTOMER, restock: true, notifyCustomer: false, staffNote: $note,
    refundMethod: { originalPaymentMethodsRefund: false }
  ) { job { id } orderCancelUserErrors { message } }
}
"""
PAYMENTS = f"""
query Payments($id: ID!) {{
  order(id: $id) {{
    presentmentCurrencyCode
    transactions(first: 50) {{ id kind status gateway amountSet {_MONEY} parentTransaction {{ id }} }}
    refunds(first: 50) {{ id note }}
  }}
}}
"""
REFUND = """
mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { message } }
}
"""
CUSTOMER_BY_EMAIL = """
query Whose($email: String!) { customerByIdentifier(identifier: { emailAddress: $email }) { id } }
"""
COUPON = """
mutation Coupon($discount: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $discount) { codeDiscountNode { id } userErrors { message } }
}
"""
COUPON_BY_CODE = "query Coupon($code: String!) { codeDiscountNodeByCode(code: $code) { id } shop { currencyCode } }"
