#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures the kernels k*.c of this directory three times over: native, with librace and
with the same clang's -fsanitize=thread. Runs are interleaved, so that a slow minute of
the machine hits all three; the table shows medians of CPU time (user + system) and of
peak memory, ratios to native, and their geometric means. A second table, `sync`, shows
what one lock, atomic or thread costs in ns; there librace also runs without the check of
lock orders."""
import argparse
import csv
import math
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
WAYS = ["native", "librace", "tsan"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kernels", nargs="*", help="only kernels whose name contains one of these; sync: the table of that name")
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent.parent / "build")
    parser.add_argument("--clang", default="clang-14", help="the compiler of all three builds")
    parser.add_argument("--threads", default="2", help="thread counts, as 2,8,64")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--csv", type=pathlib.Path, help="default: bench.csv in the build directory")
    return parser.parse_args()


def compile_kernel(source, way, clang, build, directory):
    program = directory / f"{source.stem}-{way}"
    compiler = {"native": [clang], "librace": [str(build / "race-clang")],
                "tsan": [clang, "-fsanitize=thread"]}[way]
    subprocess.run([*compiler, "-O2", "-g", "-pthread", str(source), "-o", str(program)],
                   check=True, env={**os.environ, "RACE_CC": clang})
    return program


def run(program, threads):
    """CPU seconds, peak KiB and output of one run."""
    figures = program.with_suffix(".figures")
    done = subprocess.run([program.with_name("measure"), figures, program, str(threads)], check=True,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    status, seconds, memory = figures.read_text(encoding="utf-8").split()
    if int(status) != 0:
        sys.exit(f"{program.name} {threads}: wait status {status}\n{done.stdout}")
    return float(seconds), int(memory), done.stdout


def measure(programs, threads, runs):
    """{way: (median CPU seconds, median KiB)}; all ways must print the same."""
    samples = {way: [] for way in WAYS}
    for _ in range(runs):
        for way in WAYS:
            samples[way].append(run(programs[way], threads))
    outputs = {text for way in WAYS for _, _, text in samples[way]}
    if len(outputs) != 1:
        sys.exit(f"{programs['native'].name}: the builds print different things: {sorted(outputs)}")
    return {way: (statistics.median(s[0] for s in samples[way]),
                  statistics.median(s[1] for s in samples[way])) for way in WAYS}


def machine():
    model = "unknown CPU"
    for line in open("/proc/cpuinfo", encoding="utf-8"):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}"


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))


def measure_kernels(args, build, kernels, directory):
    """A row for each kernel and number of threads, printed as a table."""
    print(f"{'':22}{'CPU, s':>8}{'librace':>16}{'tsan':>16}    {'memory, MB':>10}{'librace':>16}{'tsan':>16}")
    rows = []
    subprocess.run([args.clang, "-O2", HERE / "measure.c", "-o", directory / "measure"], check=True)
    for source in kernels:
        programs = {way: compile_kernel(source, way, args.clang, build, directory) for way in WAYS}
        for threads in map(int, args.threads.split(",")):
            found = measure(programs, threads, args.runs)
            name = f"{source.stem} x{threads}"
            row = [name]
            line = f"{name:22}"
            for which, unit in (0, 1), (1, 1024):
                native = found["native"][which]
                line += f"{native / unit:{8 if which == 0 else 14}.2f}"
                row.append(native)
                for way in WAYS[1:]:
                    value = found[way][which]
                    line += f"{value / unit:9.2f}{value / native:6.1f}x"
                    row += [value, value / native]
            print(line, flush=True)
            rows.append(row)
    means = [geometric_mean([row[column] for row in rows]) for column in (3, 5, 8, 10)]
    print(f"{'geometric mean':22}{'':8}{means[0]:15.1f}x{means[1]:15.1f}x{'':14}{means[2]:15.1f}x{means[3]:15.1f}x")
    return rows


def measure_sync(args, build, directory):
    """[(step, median ns native, librace, librace without lock orders, tsan)], printed as a table."""
    source = HERE / "sync.c"
    programs = {way: compile_kernel(source, way, args.clang, build, directory) for way in WAYS}
    columns = [("native", "native", ""), ("librace", "librace", "detect_deadlocks=1"),
               ("no orders", "librace", "detect_deadlocks=0"), ("tsan", "tsan", "")]
    samples = {}
    for _ in range(args.runs):
        for name, way, options in columns:
            done = subprocess.run([programs[way]], check=True, text=True, capture_output=True,
                                  env={**os.environ, "RACE_OPTIONS": options, "TSAN_OPTIONS": ""})
            for line in done.stdout.splitlines():
                step, figure = line.split()
                samples.setdefault(step, {}).setdefault(name, []).append(float(figure))
    print(f"\n{'ns':22}" + "".join(f"{name:>12}" for name, _, _ in columns) + f"{'orders cost':>14}{'librace/tsan':>14}")
    rows = []
    for step, found in samples.items():
        row = [statistics.median(found[name]) for name, _, _ in columns]
        print(f"{step:22}" + "".join(f"{value:12.1f}" for value in row) + f"{row[1] / row[2]:13.2f}x{row[1] / row[3]:13.2f}x")
        rows.append([step] + row)
    return rows


def main():
    args = arguments()
    build = args.build.resolve()
    kernels = [source for source in sorted(HERE.glob("k*.c"))
               if not args.kernels or any(word in source.stem for word in args.kernels)]
    sync = not args.kernels or "sync" in args.kernels
    if not kernels and not sync:
        sys.exit(f"no kernel is called like {' or '.join(args.kernels)}")
    version = subprocess.run([args.clang, "--version"], check=True, capture_output=True, text=True)
    print(f"{machine()}\n{version.stdout.splitlines()[0]}, medians of {args.runs} runs\n")
    with tempfile.TemporaryDirectory() as directory:
        rows = measure_kernels(args, build, kernels, pathlib.Path(directory)) if kernels else []
        steps = measure_sync(args, build, pathlib.Path(directory)) if sync else []
    path = args.csv or build / "bench.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if rows:
            writer.writerow(["kernel"] + [f"{way} {what}" for what in ("CPU s", "KiB")
                                          for way in ("native", "librace", "librace ratio", "tsan", "tsan ratio")])
            writer.writerows(rows)
        if steps:
            writer.writerow(["step", "native ns", "librace ns", "librace without lock orders ns", "tsan ns"])
            writer.writerows(steps)
    print(f"\nwritten to {path}")


if __name__ == "__main__":
    main()
