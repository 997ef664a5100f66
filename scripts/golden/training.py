"""Makes Tests/TrainingTests/Golden: CycleGAN training steps on small networks, by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/training.py

A step is the published one: one Adam trains both generators, then another trains both discriminators, with their losses
halved. The cycle weight is 10, the identity weight half of that. There is no image pool, because a pool of 50 returns
its input until it is full. `initial.<network>/<key>` and, after ten steps of least squares, `final.<network>/<key>` are
the weights with PyTorch's keys and layouts; `losses.<objective>/<name>` has one value per step; `images/A` and
`images/B` are [steps, height, width, 3].

The printed differences are PyTorch's own, between float32 and float64: no float32 program has to do better.
Made with PyTorch 2.15.
"""

import copy
import json

import numpy
import numpy
import torch
import torch.nn.functional as F

from golden import Family, Values
from networks import Generator, PatchDiscriminator, channels_last, initialize, state

CYCLE, IDENTITY = 10, 0.5

# Adam's first steps are as large as the learning rate, however small the gradient, so a single rectifier input that
# rounding pushes across zero makes two trajectories diverge for good. These seeds, found by trial, avoid that: if all
# weights are changed by 1e-6, the trajectory changes by less than 4e-4.
SEED = 1076


def least_squares(prediction, real, generating):
    return F.mse_loss(prediction, torch.full_like(prediction, float(real)))


def vanilla(prediction, real, generating):
    return F.binary_cross_entropy_with_logits(prediction, torch.full_like(prediction, float(real)))


def hinge(prediction, real, generating):
    if generating:
        return -prediction.mean()
    return F.relu(1 - prediction if real else 1 + prediction).mean()


def train(networks, adversarial, images, dtype):
    networks = {name: copy.deepcopy(network).to(dtype) for name, network in networks.items()}
    both = {
        kind: torch.optim.Adam(
            [p for name in names for p in networks[name].parameters()], lr=2e-4, betas=(0.5, 0.999))
        for kind, names in {"generators": ["AtoB", "BtoA"], "discriminators": ["A", "B"]}.items()
    }
    to_b, to_a, judge_a, judge_b = (networks[name] for name in ["AtoB", "BtoA", "A", "B"])
    history = []
    for a, b in zip(*images):
        a, b = a[None].to(dtype), b[None].to(dtype)
        fake_b, fake_a = to_b(a), to_a(b)
        losses = {
            "adversarialAtoB": adversarial(judge_b(fake_b), True, True),
            "adversarialBtoA": adversarial(judge_a(fake_a), True, True),
            "cycleA": F.l1_loss(to_a(fake_b), a) * CYCLE,
            "cycleB": F.l1_loss(to_b(fake_a), b) * CYCLE,
            "identityA": F.l1_loss(to_a(a), a) * CYCLE * IDENTITY,
            "identityB": F.l1_loss(to_b(b), b) * CYCLE * IDENTITY,
        }
        both["generators"].zero_grad()
        sum(losses.values()).backward()
        both["generators"].step()

        both["discriminators"].zero_grad()
        for name, judge, real, fake in [("discriminatorA", judge_a, a, fake_a), ("discriminatorB", judge_b, b, fake_b)]:
            losses[name] = (adversarial(judge(real), True, False) + adversarial(judge(fake.detach()), False, False)) / 2
            losses[name].backward()
        both["discriminators"].step()
        history.append({name: loss.detach().double() for name, loss in losses.items()})
    return networks, {name: torch.stack([losses[name] for losses in history]) for name in history[0]}


def small(network, seed):
    """The spread of weights makes up for the small width, except in the last layer, so that tanh is not saturated."""
    network = initialize(network, seed, 0.3, torch.float32)
    last = network.model[-2] if isinstance(network, Generator) else network.model[-1]
    last.weight.data = (last.weight.data * (0.08 / 0.3)).float().double()
    return network


def largest_difference(left, right):
    return ((left - right).abs().max() / right.abs().max()).item()


if __name__ == "__main__":
    torch.set_num_threads(1)
    steps, size = 10, 32
    # Coarse colour fields with a little noise, so that the domains differ.
    values = Values(SEED, torch.float32)
    domains = []
    for tint in [0.3, -0.3]:
        coarse = F.interpolate(values.normal(steps, 3, 4, 4) * 0.4, size=size, mode="bilinear")
        domains.append((coarse + tint + values.normal(steps, 3, size, size) * 0.05).clamp(-1, 1).half().double())
    networks = {name: small(network, SEED + 1 + index) for index, (name, network) in enumerate({
        "AtoB": Generator(4, 2),
        "BtoA": Generator(4, 2),
        "A": PatchDiscriminator(8, 2),
        "B": PatchDiscriminator(8, 2),
    }.items())}
    family = Family("Tests/TrainingTests/Golden/cyclegan.safetensors")
    family.store("images/A", channels_last(domains[0]), numpy.float16)
    family.store("images/B", channels_last(domains[1]), numpy.float16)
    for name, network in networks.items():
        for key, value in state(network).items():
            family.store(f"initial.{name}/{key}", value)
    for objective, adversarial, count in [("leastSquares", least_squares, 10), ("vanilla", vanilla, 2),
                                          ("hinge", hinge, 2)]:
        images = [domain[:count] for domain in domains]
        trained, losses = train(networks, adversarial, images, torch.float64)
        for name, values in losses.items():
            family.store(f"losses.{objective}/{name}", values)
        if count == steps:
            for name, network in trained.items():
                for key, value in state(network).items():
                    family.store(f"final.{name}/{key}", value)
        family.cases[objective] = json.dumps({"steps": count, "cycle": CYCLE, "identity": IDENTITY})

        rough, rough_losses = train(networks, adversarial, images, torch.float32)
        worst = max(largest_difference(rough_losses[name], losses[name]) for name in losses)
        print(f"{objective}: losses differ by {worst:.1e} of the largest between float32 and float64")
        for name, network in trained.items():
            for key, exact in state(network).items():
                difference = largest_difference(state(rough[name])[key], exact)
                if difference > 1e-4:
                    print(f"  {name} {key}: {difference:.1e}")
    family.write()
