"""
A gateway that takes every text after LATENCY seconds: python slow_gateway.py PORT LATENCY.

Speaks just enough of HTTP for clients that send a body of known length on a kept
connection, so that what is measured is the client and not this.
"""

import asyncio
import sys
import uuid


class Taking(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.heard = transport, b""

    def data_received(self, data):
        self.heard += data
        head, blank, body = self.heard.partition(b"\r\n\r\n")
        if blank and len(body) >= length_of(head):
            self.heard = b""
            is_text = head.startswith(b"POST /messages ")
            LOOP.call_later(LATENCY if is_text else 0, self.answer, is_text)

    def answer(self, is_text):
        status, body = b"404 Not Found", b""
        if is_text:
            status = b"200 OK"
            body = b'{"message_id": "%s", "status": "accepted"}' % uuid.uuid4().hex.encode()
        self.transport.write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(body), body)
        )


def length_of(head):
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def serve(port):
    global LOOP
    LOOP = asyncio.get_running_loop()
    server = await LOOP.create_server(Taking, "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


if __name__ == "__main__":
    LATENCY = float(sys.argv[2])
    asyncio.run(serve(int(sys.argv[1])))
