"""What is asked of Vendure's admin API (3.x)."""

from __future__ import annotations

_ADDRESS = "fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber"
_ORDER = f"""
  id createdAt updatedAt orderPlacedAt code state active type currencyCode
  subTotalWithTax shippingWithTax total totalWithTax couponCodes nextStates
  customer {{ id firstName lastName emailAddress phoneNumber user {{ id }} }}
  shippingAddress {{ {_ADDRESS} }}
  billingAddress {{ {_ADDRESS} }}
  lines {{
    id quantity orderPlacedQuantity unitPriceWithTax proratedUnitPriceWithTax linePriceWithTax
    discountedLinePriceWithTax proratedLinePriceWithTax proratedLinePrice
    productVariant {{ id sku name product {{ id slug featuredAsset {{ preview }} }} }}
    fulfillmentLines {{ quantity fulfillmentId }}
  }}
  shippingLines {{ shippingMethod {{ id code name }} priceWithTax }}
  discounts {{ description amountWithTax }}
  payments {{
    id createdAt transactionId amount method state errorMessage
    refunds {{ id createdAt total method state transactionId reason }}
  }}
  fulfillments {{ id createdAt updatedAt state method trackingCode lines {{ orderLineId quantity }} }}
  history(options: {{ sort: {{ createdAt: DESC }}, take: 100 }}) {{ items {{ id createdAt type isPublic data }} }}
"""
_PRODUCT = """
  id createdAt updatedAt name slug enabled featuredAsset { preview }
  variants {
    id sku name priceWithTax currencyCode trackInventory
    stockLevels { stockOnHand stockAllocated }
  }
"""
_CUSTOMER = f"""
  id createdAt updatedAt firstName lastName emailAddress phoneNumber user {{ id }}
  addresses {{ {_ADDRESS.replace("countryCode", "country { code }")} defaultShippingAddress }}
"""

ONE = {
    "order": f"query ($id: ID!) {{ found: order(id: $id) {{ {_ORDER} }} }}",
    "product": f"query ($id: ID!) {{ found: product(id: $id) {{ {_PRODUCT} }} }}",
    "customer": f"query ($id: ID!) {{ found: customer(id: $id) {{ {_CUSTOMER} }} }}",
}


def _listing(name: str, fields: str) -> str:
    options = f"{name[0].upper()}{name[1:-1]}ListOptions"
    return f"query ($options: {options}) {{ found: {name}(options: $options) {{ totalItems items {{ {fields} }} }} }}"


MANY = {
    "order": _listing("orders", _ORDER),
    "product": _listing("products", _PRODUCT),
    "customer": _listing("customers", _CUSTOMER),
}

_RESULT = "__typename ... on ErrorResult { errorCode message }"
LOGIN = f"""
mutation ($username: String!, $password: String!) {{
  login(username: $username, password: $password, rememberMe: true) {{
    {_RESULT} ... on CurrentUser {{ id channels {{ code permissions }} }}
  }}
}}
"""
ME = "query { me { id identifier channels { code permissions } } }"
NOTE = "mutation ($input: AddNoteToOrderInput!) { done: addNoteToOrder(input: $input) { __typename id } }"
CANCEL = f"mutation ($input: CancelOrderInput!) {{ done: cancelOrder(input: $input) {{ {_RESULT} }} }}"
REFUND = f"""
mutation ($input: RefundOrderInput!) {{
  done: refundOrder(input: $input) {{ {_RESULT} ... on Refund {{ id state }} }}
}}
"""
TRANSITION = f"""
mutation ($id: ID!, $state: String!) {{
  done: transitionOrderToState(id: $id, state: $state) {{
    {_RESULT} ... on OrderStateTransitionError {{ transitionError }}
  }}
}}
"""
MODIFY = f"mutation ($input: ModifyOrderInput!) {{ done: modifyOrder(input: $input) {{ {_RESULT} }} }}"
COUPON = f"""
mutation ($input: CreatePromotionInput!) {{
  done: createPromotion(input: $input) {{ {_RESULT} ... on Promotion {{ id couponCode }} }}
}}
"""
COUPONS = """
query ($code: String!) {
  promotions(options: { filter: { couponCode: { eq: $code } }, take: 1 }) { items { id couponCode } }
}
"""
