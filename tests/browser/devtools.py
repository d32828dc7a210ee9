"""A Chromium that prerenders, driven through its debugging pipe: Playwright forbids its pages to prerender.

https://chromedevtools.github.io/devtools-protocol/
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from select import select
from tempfile import TemporaryDirectory
from typing import Any

Message = dict[str, Any]
SECONDS = 120  # how long Chromium may say nothing while an answer or an event is waited for
PIPE = (3, 4)  # the descriptors from which Chromium reads commands, and to which it writes
ENDED = {"Ready", "Success", "Failure"}  # of an attempt to prerender


@dataclass
class Tab:
    """A tab, the page that is shown in it and those that are prerendered. `page` is the one that is driven.

    Conditions are those of Network.emulateNetworkConditions; addresses that are blocked are not fetched.
    """

    commands: int
    answers: int
    conditions: Message = field(default_factory=dict)
    blocked: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    page: str = ""
    events: list[Message] = field(default_factory=list)
    unread: bytes = b""
    sent: int = 0

    def write(self, method: str, session: str = "", **parameters: Any) -> int:
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": parameters} | (
            {"sessionId": session} if session else {}
        )
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        return self.sent

    def send(self, method: str, session: str = "", **parameters: Any) -> Message:
        """What a command is answered with."""
        number = self.write(method, session, **parameters)
        while (answer := self.read()).get("id") != number:
            pass
        assert "error" not in answer, (method, answer)
        found: Message = answer["result"]
        return found

    def read(self) -> Message:
        """The next message. An event is kept until it is asked for."""
        while b"\0" not in self.unread:
            assert select([self.answers], [], [], SECONDS)[0], "Chromium says nothing"
            self.unread += os.read(self.answers, 1 << 20)
        raw, _end, self.unread = self.unread.partition(b"\0")
        message: Message = json.loads(raw)
        if message.get("method") == "Target.attachedToTarget" and message["params"]["targetInfo"]["type"] == "page":
            self.attached(message["params"]["sessionId"])
        if "method" in message:
            self.events.append(message)
        return message

    def attached(self, session: str) -> None:
        """A new page waits before it loads anything. A prerendered one is fetched by the page that is shown."""
        for name in ("Page", "Preload", "Network"):
            self.write(f"{name}.enable", session)
        if not self.pages:
            self.page = session
            self.write("Network.setBlockedURLs", session, urls=self.blocked)
            if self.conditions:
                self.write("Network.emulateNetworkConditions", session, **self.conditions)
        self.pages.append(session)
        self.write("Runtime.runIfWaitingForDebugger", session)

    def wait_for(self, method: str, is_wanted: Callable[[Message], Any] = bool) -> Message:
        """The parameters of the first event that is wanted, of those since a page was opened."""
        seen = 0
        while True:
            for event in self.events[seen:]:
                if event["method"] == method and is_wanted(event["params"]):
                    self.events.remove(event)
                    found: Message = event["params"]
                    return found
            seen = len(self.events)
            self.read()

    def open(self, url: str) -> None:
        self.events.clear()
        self.write("Page.navigate", self.page, url=url)
        self.wait_for("Page.loadEventFired")

    def candidates(self, wanted: str) -> set[str]:
        """The addresses of the links in the page that the speculation rules allow, once `wanted` is among them.

        Chromium reports them first while it is still reading the page.
        """

        def urls(said: Message) -> set[str]:
            return {source["key"]["url"] for source in said["preloadingAttemptSources"]}

        return urls(self.wait_for("Preload.preloadingAttemptSourcesUpdated", lambda said: wanted in urls(said)))

    def evaluate(self, expression: str, page: str = "") -> Any:
        options = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        return self.send("Runtime.evaluate", page or self.page, **options)["result"].get("value")

    def mouse(self, selector: str, *kinds: str) -> None:
        """Move the mouse to the middle of an element, scrolled into view, and do there what is named."""
        x, y = self.evaluate(
            f"""(() => {{
                const element = document.querySelector({json.dumps(selector)});
                element.scrollIntoView({{ block: "center", behavior: "instant" }});
                const {{ x, y, width, height }} = element.getBoundingClientRect();
                return [x + width / 2, y + height / 2];
            }})()"""
        )
        for kind in ("mouseMoved", *kinds):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.write("Input.dispatchMouseEvent", self.page, type=kind, x=x, y=y, **button)

    def point_at(self, selector: str) -> str:
        """Let the mouse rest on a link. Returns how the attempt to prerender its page ended."""
        self.mouse(selector)
        return str(self.wait_for("Preload.prerenderStatusUpdated", lambda said: said["status"] in ENDED)["status"])

    def click(self, selector: str) -> None:
        self.mouse(selector, "mousePressed", "mouseReleased")

    def follow(self) -> None:
        """Wait until the prerendered page has taken the place of the one that was shown."""
        before = self.page
        self.wait_for("Target.detachedFromTarget", lambda said: said["sessionId"] == before)
        self.page = self.pages[-1]


@contextmanager
def tab(chromium: str, flags: list[str], **options: Any) -> Iterator[Tab]:
    """The tab of a Chromium of its own, whose profile is thrown away."""
    (reads, commands), (answers, writes) = os.pipe(), os.pipe()

    def connect() -> None:
        for given, fixed in zip((os.dup(reads), os.dup(writes)), PIPE, strict=True):
            os.dup2(given, fixed)

    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        own = ["--headless=new", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--window-size=412,915"]
        own += ["--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"]  # nobody looks at it
        process = subprocess.Popen(
            [chromium, *own, *flags, "about:blank"],
            preexec_fn=connect,  # noqa: PLW1509 (no threads)
            pass_fds=PIPE,
            stderr=subprocess.DEVNULL,
        )
        found = Tab(commands, answers, **options)
        while not (targets := found.send("Target.getTargets", filter=[{"type": "tab"}])["targetInfos"]):
            pass  # it is opening
        session = found.send("Target.attachToTarget", targetId=targets[0]["targetId"], flatten=True)["sessionId"]
        attach = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
        found.send("Target.setAutoAttach", session, **attach)
        try:
            yield found
        finally:
            process.terminate()
            process.wait(20)
            for descriptor in (reads, commands, answers, writes):
                os.close(descriptor)
