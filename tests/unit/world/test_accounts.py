from sansheng.world import accounts


def test_every_account_has_its_own_row_and_no_row_is_left_over() -> None:
    districts, communities, providers = 3, 7, 11
    rows = [
        accounts.FINANCE,
        accounts.BASE_LINE,
        accounts.WAGES,
        accounts.SUPPLIERS,
        accounts.OTHER_PAYERS,
        *(accounts.envelope_account(d) for d in range(districts)),
        *(accounts.claims_account(districts, d) for d in range(districts)),
        *(accounts.escrow_account(districts, d) for d in range(districts)),
        *(accounts.capital_account(districts, d) for d in range(districts)),
        *(accounts.community_account(districts, c) for c in range(communities)),
        *(accounts.provider_account(districts, communities, p) for p in range(providers)),
    ]
    assert rows == list(range(accounts.account_count(districts, communities, providers)))
