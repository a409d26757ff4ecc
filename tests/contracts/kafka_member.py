"""A member of a group of readers in a process of its own, to be killed: says how many records it got, acknowledges the first and stays."""

import asyncio
import sys

from shared.adapters.kafka_cluster import Cluster, Topics
from shared.adapters.kafka_log import KafkaLog


async def stay(addresses: str, topic: str, partitions: str) -> None:
    cluster = Cluster(tuple(addresses.split(",")), topic, {"security_protocol": "PLAINTEXT"})
    reader = KafkaLog(cluster, Topics(int(partitions), 1, 1)).reader("readers")
    deliveries = await reader.fetch(100, 30)
    await reader.ack(deliveries[0])
    print(len(deliveries), flush=True)
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(stay(*sys.argv[1:]))
