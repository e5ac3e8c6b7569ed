"""Ways to pay back, for SHOPBELL["REFUND"]."""


def book_only(*, order, source, amount, key):
    """Books the refund in the shop and pays nothing: for shops that send the money by hand. The reference."""
    return ""
