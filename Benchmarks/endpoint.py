#!/usr/bin/env python3
"""Requests a second of the endpoint sampler against a server that does nothing, in a process of its own on loopback.

    swift build -c release --product reversal && swift build -c release --product fake-endpoint
    Benchmarks/endpoint.py [--requests 100000] [--concurrency 64] [--rounds 3] [--json FILE]

Client and server share the machine's cores. Prints a Markdown table: the median round, its range, and the client's memory
after a tenth of the requests and at the end.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess

BUILD = pathlib.Path(__file__).resolve().parent.parent / ".build" / "release"


def measure(requests, concurrency):
    server = subprocess.Popen([BUILD / "fake-endpoint", "--null"], stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().strip()
        command = [BUILD / "reversal", "benchmark", "endpoint", "--endpoint", address, "--requests", str(requests),
                   "--concurrency", str(concurrency), "--json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    finally:
        server.kill()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"load at the start {load:.2f}{' — the machine is busy' if load > 0.5 else ''}, {os.cpu_count()} cores\n")
    rounds = [measure(options.requests, options.concurrency) for _ in range(options.rounds)]
    rates = [round_["requests_per_second"] for round_ in rounds]
    print("| requests | at a time | requests/s | range | goal | MB after a tenth | MB at the end |")
    print("|---|---|---|---|---|---|---|")
    median = statistics.median(rates)
    print(f"| {options.requests} | {options.concurrency} | {median:.0f} | {min(rates):.0f}–{max(rates):.0f} "
          f"| ≥ 1,000: {'met' if median >= 1000 else 'missed'} "
          f"| {max(r['early_peak_megabytes'] for r in rounds):.1f} | {max(r['peak_megabytes'] for r in rounds):.1f} |")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"load": load, "rounds": rounds}, indent=2) + "\n")


if __name__ == "__main__":
    main()
