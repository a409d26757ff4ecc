"""The benchmarks: figures as ratios within one run, because machines are shared and noisy. `make bench` prints them all."""
