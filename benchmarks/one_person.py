"""A person at a browser, as the server sees one: Streamlit's protocol over a web socket, without the browser.

They open the dashboard, follow the menu, and choose in the boxes of the page they are on, at random but by a
seed. What is timed is what they wait for: from what they do until the server says that its script has ended.
"""

import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

LONGEST_MESSAGE = 64 * 2**20
RUNS_KEPT = 2
"""For how many runs a browser keeps a large message that the server need not send again."""

EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN
WHO = "viewing_as"
"""The box of invented people: a person stays whoever they are."""


@dataclass
class Person:
    """One person at one open page. `port` is the server's, on this machine alone."""

    port: int
    seed: int
    chance: random.Random = field(init=False)
    socket: ClientConnection = field(init=False)
    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""
    boxes: dict[str, Selectbox] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    known: dict[str, tuple[ForwardMsg, int]] = field(default_factory=dict)
    runs: int = 0
    who: str = ""
    received: int = 0
    faults: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    async def open(self) -> float:
        """Open the dashboard at its first page, and give the seconds until it was there."""
        here = f"127.0.0.1:{self.port}"
        self.socket = await connect(
            f"ws:{'//'}{here}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(f"http:{'//'}{here}"),
            max_size=LONGEST_MESSAGE,
        )
        first = await self._run()
        people = next((box for box in self.boxes.values() if box.query_param_key == WHO), None)
        if people is not None:
            self.who = people.options[self.seed % len(people.options)]
            self.chosen[people.id] = self.who
            await self._run()
        return first

    async def do_something(self) -> tuple[str, float]:
        """Follow the menu or choose something else in a box; give which it was and the seconds it took."""
        boxes = [box for box in self.boxes.values() if box.query_param_key != WHO and len(box.options) > 1]
        if boxes and self.chance.random() < 0.6:
            box = self.chance.choice(boxes)
            now = self.chosen.get(box.id, box.options[box.default])
            self.chosen[box.id] = self.chance.choice([option for option in box.options if option != now])
            return "filter", await self._run()
        others = [page for page in self.pages if page != self.page]
        self.page = self.chance.choice(others)
        self.chosen = {key: value for key, value in self.chosen.items() if value == self.who}
        return "page", await self._run(is_switch=True)

    async def close(self) -> None:
        """Shut the page."""
        await self.socket.close()

    async def _run(self, is_switch: bool = False) -> float:
        """Have the server run its script, and give the seconds until it has finished."""
        asked = BackMsg()
        state = asked.rerun_script
        state.page_script_hash = self.page
        state.query_string = self._query(is_switch)
        state.cached_message_hashes.extend(self.known)
        state.context_info.timezone = "Europe/London"
        state.context_info.locale = "en-GB"
        state.context_info.color_scheme = "light"
        for key, value in self.chosen.items():
            state.widget_states.widgets.add(id=key, string_value=value)
        self.runs += 1
        began = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        self.boxes = {}
        while True:
            told = await self.socket.recv()
            message = ForwardMsg.FromString(told if isinstance(told, bytes) else told.encode())
            self.received += len(told)
            if message.WhichOneof("type") == "script_finished" and message.script_finished != EARLY:
                taken = time.perf_counter() - began
                oldest = self.runs - RUNS_KEPT
                self.known = {key: entry for key, entry in self.known.items() if entry[1] > oldest}
                return taken
            self._hear(message)

    def _hear(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message, _ = self.known[message.ref_hash]
            kind = message.WhichOneof("type")
            self.known[message.hash] = (message, self.runs)
        elif message.metadata.cacheable:
            self.known[message.hash] = (message, self.runs)
        if kind == "navigation":
            self.pages = {
                page.page_script_hash: page.url_pathname
                for page in message.navigation.app_pages
                if not page.is_hidden
            }
            self.page = message.navigation.page_script_hash
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "selectbox":
            box = message.delta.new_element.selectbox
            self.boxes[box.id] = box
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            self.faults += 1

    def _query(self, is_switch: bool) -> str:
        """Give the address's query, as a browser has it: what is chosen, but for what is the default."""
        said = {}
        for key, value in self.chosen.items():
            box = self.boxes.get(key)
            if box is not None and box.query_param_key and (box.query_param_key == WHO or not is_switch):
                said[box.query_param_key] = value
        return urlencode(said)
