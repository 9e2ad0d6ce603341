"""A group chat's webhook on this machine: it keeps what is posted to it and can be told to answer badly."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TAKEN = (200, {"errcode": 0, "errmsg": "ok"})


@dataclass(frozen=True)
class Posted:
    """One request: its path, its query (each name once), its content type and its parsed body."""

    path: str
    query: dict[str, str]
    content_type: str
    body: Any

    @property
    def text(self) -> str:
        return str(self.body["text"]["content"])


@dataclass
class Chat:
    """`posts` are all requests in order; `answers` are given one after the other, then TAKEN for ever."""

    posts: list[Posted] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    delay: float = 0.0
    # Where answers with status 302 point.
    location: str = ""

    def __post_init__(self) -> None:
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                chat.answer(self)

            def do_GET(self) -> None:
                chat.answer(self)

            def log_message(self, *arguments: Any) -> None:
                """The test's output is not the place."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/robot/send?key=very-secret-key"

    def start(self) -> "Chat":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        parts = urlsplit(handler.path)
        self.posts.append(
            Posted(
                parts.path,
                {name: values[0] for name, values in parse_qs(parts.query).items()},
                handler.headers.get("Content-Type", ""),
                json.loads(raw) if raw else None,
            )
        )
        status, content = self.answers.pop(0) if self.answers else TAKEN
        time.sleep(self.delay)
        body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        try:
            handler.send_response(status)
            if status == 302:
                handler.send_header("Location", self.location)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            # Who asked did not wait.
            pass
