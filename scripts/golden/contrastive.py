"""Makes Tests/TrainingTests/Golden/contrastive.safetensors: CUT's and FastCUT's training steps (Park et al. 2020) on small
networks, by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/contrastive.py

A step is the published one: the discriminator learns first, from the translation of a random image of A; then the
generator and the projections learn from the discriminator's new judgement, from PatchNCE over all places of four layers,
and, in CUT, from PatchNCE of translated images of B. FastCUT mirrors the image of A in some steps, and then the
translation's features. Names are those of training.py; made with PyTorch 2.13.
"""

import copy
import json

import numpy
import torch
import torch.nn.functional as F
from torch import nn

from augmentation import contrast
from golden import Family, Values, uniform_draw
from networks import Generator, PatchDiscriminator, channels_last, initialize, state
from training import SEED, largest_difference, small

# The places of the padded image, of both downsamplings' convolutions and of the first block in the list of modules.
LAYERS = {0: 3, 4: 8, 8: 16, 12: 16}
TEMPERATURE, FEATURES, PENALTY = 0.07, 8, 2.0


class Projections(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Linear(channels, FEATURES), nn.ReLU(), nn.Linear(FEATURES, FEATURES))
            for channels in LAYERS.values())

    def forward(self, features):
        for layer, x in zip(self.layers, features):
            x = layer(x.permute(0, 2, 3, 1).flatten(1, 2))
            yield x / (x.pow(2).sum(-1, keepdim=True).sqrt() + 1e-7)


def encoded(generator, x):
    features = []
    for index, module in enumerate(generator.model):
        x = module(x)
        if index in LAYERS:
            features.append(x)
    return features


def comparison(generator, projections, source, target, mirrored):
    seen = encoded(generator, target)
    if mirrored:
        seen = [feature.flip(3) for feature in seen]
    pairs = zip(projections(seen), projections(encoded(generator, source)))
    losses = [contrast(query, key.detach(), TEMPERATURE) for query, key in pairs]
    return sum(losses) / len(losses)


def train(networks, images, fast, dtype):
    networks = {name: copy.deepcopy(network).to(dtype) for name, network in networks.items()}
    generator, projections, judge = (networks[name] for name in ["AtoB", "projections", "B"])
    adam = lambda *models: torch.optim.Adam(
        [p for model in models for p in model.parameters()], lr=2e-4, betas=(0.5, 0.999))
    generating, judging = adam(generator, projections), adam(judge)
    square = lambda prediction, label: ((prediction - label) ** 2).mean()
    history = []
    for step, (a, b) in enumerate(zip(*images), start=1):
        a, b = a[None].to(dtype), b[None].to(dtype)
        mirrored = fast and uniform_draw(1, "mirror", step) < 0.5
        fake = generator(a.flip(3) if mirrored else a)

        judged = b.clone().requires_grad_()
        verdict = judge(judged)
        losses = {"discriminator": (square(verdict, 1) + square(judge(fake.detach()), 0)) / 2}
        if fast and step % 2 == 0:
            slope, = torch.autograd.grad(verdict.mean(), judged, create_graph=True)
            losses["gradientPenalty"] = slope.pow(2).sum() * PENALTY / 2 * 2
        judging.zero_grad()
        sum(losses.values()).backward()
        judging.step()

        made = {"adversarial": square(judge(fake), 1)}
        weight = 10 if fast else 0.5
        made["contrast"] = comparison(generator, projections, a, fake, mirrored) * weight
        if not fast:
            made["identity"] = comparison(generator, projections, b, generator(b), False) * weight
        generating.zero_grad()
        sum(made.values()).backward()
        generating.step()
        history.append({name: loss.detach().double() for name, loss in {**made, **losses}.items()})
    names = {name for losses in history for name in losses}
    zero = torch.zeros(()).double()
    return networks, {name: torch.stack([losses.get(name, zero) for losses in history]) for name in sorted(names)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    steps, size = 10, 32
    values = Values(SEED, torch.float32)
    domains = []
    for tint in [0.3, -0.3]:
        coarse = F.interpolate(values.normal(steps, 3, 4, 4) * 0.4, size=size, mode="bilinear")
        domains.append((coarse + tint + values.normal(steps, 3, size, size) * 0.05).clamp(-1, 1).half().double())
    networks = {
        "AtoB": small(Generator(4, 2, "antialiased", downsampling="antialiased"), SEED + 1),
        "projections": initialize(Projections(), SEED + 2, 0.3, torch.float32),
        "B": small(PatchDiscriminator(8, 2), SEED + 3),
    }
    family = Family("Tests/TrainingTests/Golden/contrastive.safetensors")
    family.store("images/A", channels_last(domains[0]), numpy.float16)
    family.store("images/B", channels_last(domains[1]), numpy.float16)
    for name, network in networks.items():
        for key, value in state(network).items():
            family.store(f"initial.{name}/{key}", value)
    for method in ["cut", "fastcut"]:
        trained, losses = train(networks, domains, method == "fastcut", torch.float64)
        for name, series in losses.items():
            family.store(f"losses.{method}/{name}", series)
        for name in ["AtoB", "projections"]:
            for key, value in state(trained[name]).items():
                family.store(f"final.{method}.{name}/{key}", value)
        family.cases[method] = json.dumps({"steps": steps})
        rough, rough_losses = train(networks, domains, method == "fastcut", torch.float32)
        worst = max(largest_difference(rough_losses[name], losses[name]) for name in losses)
        print(f"{method}: losses differ by {worst:.1e} of the largest between float32 and float64")
    family.write()
