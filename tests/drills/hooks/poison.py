"""A text that our own code cannot hand over: a number that ends in 9666."""

from backoffice.sms.gateways.demo import DemoGateway

handing_over = DemoGateway.send


async def send(self, outgoing):
    if outgoing.to.endswith("9666"):
        raise RuntimeError("A fault of ours.")
    return await handing_over(self, outgoing)


DemoGateway.send = send
