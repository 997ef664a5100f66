"""Times CycleGAN in PyTorch and in Guise by turns, and prints the ratio of their medians.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  swift build -c release --product guise
  .venv/bin/python scripts/compare/pytorch.py forward --size 256
  .venv/bin/python scripts/compare/pytorch.py train --size 256

The same networks on both sides, random weights, the same number of threads; each round times Guise, then PyTorch.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts", "golden"))

import torch
from torch.nn.functional import l1_loss, mse_loss

from networks import Generator, PatchDiscriminator


def image(size):
    return torch.rand(1, 3, size, size) * 2 - 1


def forward(size):
    generator, x = Generator(64, 9).eval(), image(size)

    def run():
        with torch.inference_mode():
            generator(x)

    return run


def train(size):
    to_b, to_a = Generator(64, 9), Generator(64, 9)
    judge_a, judge_b = PatchDiscriminator(64, 3), PatchDiscriminator(64, 3)
    generators = list(itertools.chain(to_b.parameters(), to_a.parameters()))
    discriminators = list(itertools.chain(judge_a.parameters(), judge_b.parameters()))
    generator_optimizer = torch.optim.Adam(generators, 2e-4, betas=(0.5, 0.999))
    discriminator_optimizer = torch.optim.Adam(discriminators, 2e-4, betas=(0.5, 0.999))
    a, b = image(size), image(size)

    def adversarial(prediction, label):
        return mse_loss(prediction, torch.full_like(prediction, label))

    def run():
        for parameter in discriminators:
            parameter.requires_grad_(False)
        fake_b, fake_a = to_b(a), to_a(b)
        loss = adversarial(judge_b(fake_b), 1) + adversarial(judge_a(fake_a), 1)
        loss += 10 * (l1_loss(to_a(fake_b), a) + l1_loss(to_b(fake_a), b))
        loss += 5 * (l1_loss(to_a(a), a) + l1_loss(to_b(b), b))
        generator_optimizer.zero_grad()
        loss.backward()
        generator_optimizer.step()
        for parameter in discriminators:
            parameter.requires_grad_(True)
        loss = sum(
            0.5 * (adversarial(judge(real), 1) + adversarial(judge(fake.detach()), 0))
            for judge, real, fake in ((judge_a, a, fake_a), (judge_b, b, fake_b)))
        discriminator_optimizer.zero_grad()
        loss.backward()
        discriminator_optimizer.step()

    return run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=["forward", "train"])
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    run = {"forward": forward, "train": train}[arguments.work](arguments.size)
    what = ["--network", "resnet9"] if arguments.work == "forward" else ["--task", "cyclegan"]
    command = [os.path.join(ROOT, ".build", "release", "guise"), "bench", arguments.work, *what, "--json",
               "--size", str(arguments.size), "--threads", str(arguments.threads), "--repeats", str(arguments.repeats)]
    ours, theirs = [], []
    run()
    for _ in range(arguments.rounds):
        ours.append(json.loads(subprocess.check_output(command))["median_seconds"])
        for _ in range(arguments.repeats):
            began = time.perf_counter()
            run()
            theirs.append(time.perf_counter() - began)
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    print(f"{arguments.work} {arguments.size}: guise {ours:.3f} s, PyTorch {torch.__version__} {theirs:.3f} s, "
          f"ratio {ours / theirs:.2f}")


main()
