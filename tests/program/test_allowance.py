"""Who asks a public page too often is told to wait, and nobody else feels it."""

from program.allowance import ADDRESSES_REMEMBERED, Allowance, one_house


def test_an_address_asks_so_often_a_minute_and_another_is_not_held_up_by_it() -> None:
    allowance = Allowance(2.0)
    assert [allowance.take("a", 0.0) for _ in range(3)] == [True, True, False]
    assert allowance.take("b", 0.0)
    assert not allowance.has("a", 29.0)
    assert allowance.has("a", 30.0)


def test_many_addresses_fill_no_memory() -> None:
    allowance = Allowance(60.0)
    for number in range(2 * ADDRESSES_REMEMBERED):
        assert allowance.take(f"address-{number}", 0.0)
    assert len(allowance._left) == ADDRESSES_REMEMBERED


def test_a_house_with_ipv6_is_one_asker_however_many_addresses_it_has() -> None:
    assert one_house("2001:db8:1:2:3:4:5:6") == one_house("2001:db8:1:2::9") != one_house("2001:db8:1:3::9")
    assert one_house("192.168.1.7") == "192.168.1.7"
    assert one_house("somewhere") == "somewhere"
