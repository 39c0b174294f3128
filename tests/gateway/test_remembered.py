"""What is worked out of something is kept in it, as much as there is room for, and goes with it."""

from concurrent.futures import ThreadPoolExecutor

from cswanalytics import remembered
from cswanalytics.remembered import memory_of


class Held:
    """Something of which things are worked out."""


def test_what_was_longest_not_asked_for_goes_first_whoever_holds_it(monkeypatch):
    monkeypatch.setattr(remembered, "_asked_for", type(remembered._asked_for)())
    monkeypatch.setattr(remembered, "MOST", 3)
    one, other, made = memory_of(Held()), memory_of(Held()), []

    def ask(memory, key):
        return memory.once(key, lambda: made.append(key))

    for memory, key in ((one, "a"), (other, "b"), (one, "c"), (one, "a"), (other, "d")):
        ask(memory, key)
    assert made == ["a", "b", "c", "d"]
    ask(one, "a")
    ask(other, "b")  # it had to go for d
    assert made == ["a", "b", "c", "d", "b"]


def test_threads_that_ask_at_once_are_given_one_and_the_same(monkeypatch):
    monkeypatch.setattr(remembered, "MOST", 5)
    held = Held()

    def ask(number):
        return memory_of(held).once(number % 20, object), memory_of(held).once("always", object)

    with ThreadPoolExecutor(8) as threads:
        always = {id(found) for _, found in threads.map(ask, [0] * 200)}
        list(threads.map(ask, range(2000)))
    assert len(always) == 1
