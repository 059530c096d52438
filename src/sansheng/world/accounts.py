"""Where each account stands in the ledger.

Five accounts come first, then four per district, then communities, then providers. The functions are
plain arithmetic, so a kernel may write ``money.balance[community_account(districts, c)]`` and mean it.
"""

from __future__ import annotations

from sansheng.core.kernels import inlined

FINANCE = 0
"""The public purse 财政."""

BASE_LINE = 1
"""The line that pays base staff; no funding rule touches it."""

WAGES = 2
"""Wages that people have received."""

SUPPLIERS = 3
"""Suppliers and social insurance: where other costs go."""

OTHER_PAYERS = 4
"""Whoever else finances agencies."""

_FIXED = 5


@inlined
def envelope_account(d: int) -> int:
    """Return the account of the envelope of district ``d``."""
    return _FIXED + d


@inlined
def claims_account(districts: int, d: int) -> int:
    """Return the account of tariffs that district ``d`` has accrued and not yet paid."""
    return _FIXED + districts + d


@inlined
def escrow_account(districts: int, d: int) -> int:
    """Return the account of service that district ``d`` has received and not yet paid."""
    return _FIXED + 2 * districts + d


@inlined
def capital_account(districts: int, d: int) -> int:
    """Return the account of money for premises of district ``d``."""
    return _FIXED + 3 * districts + d


@inlined
def community_account(districts: int, c: int) -> int:
    """Return the account of community ``c`` of a world of so many districts."""
    return _FIXED + 4 * districts + c


@inlined
def provider_account(districts: int, communities: int, p: int) -> int:
    """Return the account of provider ``p`` of a world of so many districts and communities."""
    return _FIXED + 4 * districts + communities + p


@inlined
def account_count(districts: int, communities: int, providers: int) -> int:
    """Return the number of accounts of a world."""
    return _FIXED + 4 * districts + communities + providers
