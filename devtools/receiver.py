"""A webhook receiver for tests and benchmarks: fast, on loopback, and bad on request.

``python -m devtools.receiver PORT`` serves until it is ended. ``POST /hook`` is the webhook;
``PUT /behaviour`` changes how it answers, with ``{"fail": share of requests answered 500, "slow":
seconds, "status": N, "hold": whether answers wait until it is false again, "secret": the one that
it knows, if it verifies X-Signature}``; ``GET /held`` tells how many wait so; ``GET /received``
gives what arrived, ``DELETE /received`` forgets it.
"""

import asyncio
import hashlib
import hmac
import json
import random
import sys
import time
from datetime import datetime, timezone


class Receiver:
    """One JSON object for each POST: ``id``, ``type``, ``key``, ``sequence``, ``attempt``,
    ``status`` (what was answered), ``at`` (Unix seconds), ``lag_ms``, ``quantity`` and ``digest``
    (of the body's bytes)."""

    def __init__(self):
        self.received = []
        self.behaviour = {"fail": 0.0, "slow": 0.0, "status": 200, "hold": False, "secret": None}
        self.held = 0

    async def serve(self, port):
        server = await asyncio.start_server(self._connection, "127.0.0.1", port)
        async with server:
            await server.serve_forever()

    async def _connection(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                request, *lines = head.decode("latin-1").split("\r\n")
                headers = dict(
                    line.lower().split(": ", 1) for line in lines if ": " in line
                )
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, answer = await self._answer(request, headers, body)
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
                    + answer
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, request, headers, body):
        method, path, _version = request.split(" ", 2)
        if method == "POST":
            return await self._event(headers, body), b""
        if path == "/behaviour":
            self.behaviour.update(json.loads(body))
            return 200, b"{}"
        if path == "/held":
            return 200, json.dumps(self.held).encode()
        received, self.received = self.received, [] if method == "DELETE" else self.received
        return 200, json.dumps(received).encode()

    async def _event(self, headers, body):
        status = self.behaviour["status"]
        if self.behaviour["slow"]:
            await asyncio.sleep(random.uniform(0, self.behaviour["slow"]))
        self.held += 1
        while self.behaviour["hold"]:
            await asyncio.sleep(0.01)
        self.held -= 1
        if random.random() < self.behaviour["fail"]:
            status = 500
        secret = self.behaviour["secret"]
        if secret and headers["x-signature"] != hmac.new(
            secret.encode(), body, hashlib.sha256
        ).hexdigest():
            status = 401
        now = time.time()
        recorded = datetime.fromisoformat(
            headers["x-event-recorded-at"].upper().replace("Z", "+00:00")
        ).astimezone(timezone.utc).timestamp()
        data = json.loads(body)["data"]
        self.received.append({
            "id": headers["webhook-id"],
            "type": headers["x-event-type"],
            "key": data.get("group_id") or data.get("storefront")
            or f"{data['sku']} {data['location_code']}",
            "sequence": int(headers["x-event-sequence"]),
            "attempt": int(headers["x-delivery-attempt"]),
            "quantity": data.get("new_quantity"),
            "digest": hashlib.sha256(body).hexdigest(),
            "status": status,
            "at": now,
            "lag_ms": (now - recorded) * 1000,
        })
        return status


if __name__ == "__main__":
    asyncio.run(Receiver().serve(int(sys.argv[1])))
