"""Clients as people have them: boto3, so many at once, for so long. Prints how many calls were answered a second.

Usage: clients.py URL SECONDS get|put BYTES CLIENTS
"""

import multiprocessing
import sys
import threading
import time

import boto3
from botocore.config import Config

PROCESSES = 2


def count(url, method, size, clients, start, seconds, counts):
    """Runs some of the clients as threads, and puts how many calls were answered within the time."""
    config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
    body = b"a" * size
    calls = [0] * clients

    def run(number):
        client = boto3.session.Session().client("s3", endpoint_url=url, config=config)
        def call():
            if method == "put":
                client.put_object(Bucket="bench", Key=f"k{number}", Body=body)
            else:
                assert len(client.get_object(Bucket="bench", Key=f"object-{size}")["Body"].read()) == size

        call()
        start.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            call()
            calls[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts.put(sum(calls))


def main(url, seconds, method, size, clients):
    counts, start = multiprocessing.Queue(), multiprocessing.Barrier(clients)
    share = clients // PROCESSES
    shares = [share] * (PROCESSES - 1) + [clients - share * (PROCESSES - 1)]
    processes = [
        multiprocessing.Process(target=count, args=(url, method, size, own, start, seconds, counts)) for own in shares
    ]
    for process in processes:
        process.start()
    print(sum(counts.get() for _ in processes) / seconds)
    for process in processes:
        process.join()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
