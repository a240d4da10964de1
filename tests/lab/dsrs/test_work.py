"""The work queue in virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.lab.dsrs.work import WorkQueue

CAPACITY = 2.0


@dataclass(eq=False)
class Client:
    """A session whose blocks all last as long (a power of two, so that sums are exact)."""

    queue: WorkQueue
    block_s: float = 0.125
    left: int = 0
    done_at: list[float] = field(default_factory=list[float])

    @property
    def next_block_s(self) -> float:
        return self.block_s if self.left else 0.0

    def work(self, now_s: float) -> None:
        self.left -= 1
        self.done_at.append(now_s)

    def put(self, blocks: int, now_s: float) -> None:
        for _ in range(blocks):
            self.left += 1
            self.queue.put(self, self.block_s, now_s)


def run(queue: WorkQueue, from_s: float, to_s: float, step_s: float = 0.0625) -> float:
    steps = round((to_s - from_s) / step_s)
    for step in range(1, steps + 1):
        queue.run(from_s + step * step_s)
    return to_s


def test_capacity_is_capacity_and_all_have_their_turn():
    queue = WorkQueue(CAPACITY, 0.0)
    clients = [Client(queue) for _ in range(4)]
    clients[0].put(1000, 0.0)
    for client in clients[1:]:
        client.put(16, 0.0)
    assert queue.lag_s == 131.0 / CAPACITY
    run(queue, 0.0, 4.0)
    assert [len(client.done_at) for client in clients] == [16, 16, 16, 16], "8 s of audio in 4 s, in equal parts"
    assert queue.lag_s == 123.0 / CAPACITY
    assert queue.utilisation(4.0) == pytest.approx(0.55, abs=0.02)  # 1 - exp(-4 s / 5 s)


def test_lag_grows_over_the_capacity_and_not_below_it():
    lags: dict[int, float] = {}
    for count in (1, 2, 3):  # of real-time clients; two are what it can do
        queue = WorkQueue(CAPACITY, 0.0)
        clients = [Client(queue) for _ in range(count)]
        for tick in range(160):
            for client in clients:
                client.put(1, tick * 0.125)
            run(queue, tick * 0.125, (tick + 1) * 0.125)
        lags[count] = queue.lag_s
    assert lags[1] < 0.2
    assert lags[2] < 0.2
    assert lags[3] == pytest.approx(10.0, abs=0.3), "one second too much in two, for 20 s"


def test_rest_is_no_credit_and_neither_is_a_stall():
    queue = WorkQueue(CAPACITY, 0.0)
    client = Client(queue)
    client.put(1, 100.0)
    queue.run(100.0)
    assert client.left == 1, "what was not used before is lost"
    queue.run(100.0625)
    assert client.left == 0
    client.put(1000, 200.0)
    queue.run(260.0)
    assert len(client.done_at) == 17, "a minute's stall makes up for one second"
    queue.rest(300.0)
    queue.run(300.0625)
    assert len(client.done_at) == 18


def test_who_comes_behind_waits_for_what_was_there_and_not_for_what_comes_later():
    queue = WorkQueue(CAPACITY, 0.0)
    order: list[str] = []
    queue.behind(lambda: order.append("at once"))
    assert order == ["at once"]
    first, later = Client(queue), Client(queue)
    first.put(8, 0.0)
    queue.behind(lambda: order.append("second"))
    later.put(1000, 0.0)
    queue.behind(lambda: order.append("last"))
    run(queue, 0.0, 0.4375)
    assert order == ["at once"]
    run(queue, 0.4375, 0.5)
    assert order == ["at once", "second"]
    later.left = 0
    queue.drop(later, queue.waiting_s - first.left * 0.125)
    run(queue, 0.5, 2.0)
    assert order == ["at once", "second", "last"], "who left need not be waited for"


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 30), st.floats(0.001, 0.5)), max_size=30),
    st.floats(0.05, 20),
    st.sampled_from([0.1, 0.1 / 3, 0.0999]),
)
def test_it_never_does_more_than_it_can_and_loses_nothing(
    puts: list[tuple[int, int, float]], capacity: float, block_s: float
):
    queue = WorkQueue(capacity, 0.0)
    clients = [Client(queue, block_s) for _ in range(5)]
    put = 0
    now_s = 0.0
    for index, blocks, wait_s in puts:
        clients[index].put(blocks, now_s)
        put += blocks
        now_s += wait_s
        queue.run(now_s)
        done = sum(len(client.done_at) for client in clients)
        assert done * block_s <= capacity * now_s + 1e-6
        assert done + sum(client.left for client in clients) == put
        assert queue.waiting_s == pytest.approx((put - done) * block_s, abs=1e-6)
        assert 0 <= queue.utilisation(now_s) <= 1
    freed: list[int] = []
    queue.behind(lambda: freed.append(1))
    for client in clients:
        left, client.left = client.left, 0
        queue.drop(client, left * block_s)
    assert (queue.waiting_s, queue.wait_s(), freed) == (0.0, None, [1])
