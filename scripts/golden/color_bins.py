"""Makes Tests/TrainingTests/Golden/color-bins.safetensors: training steps of the network of colour bins, by PyTorch in
float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/color_bins.py

The bins' loss is that of Zhang et al. 2016: a pixel's colour is shared out among its five nearest bins by a Gaussian of
the distance, and the cross-entropy counts as much as the class of the nearest one: w = (p / 2 + 1 / (2 Q))^-r, where p are
the frequencies of the Q classes, smoothed with the same Gaussian, and w is scaled to a mean of 1 over p. The paper's r is 1.
Colours are first averaged over the 4x4 pixels of a score and rounded to whole a and b. Of equally near bins, the first
counts as nearer. The guess's loss is smooth L1. Frequencies are those of all images' pixels, shared out alike.

The encoder has frozen statistics; its stem and first two blocks are frozen altogether, and the rest of it learns at a
fifth of the rate. Only weights decay, but in the discriminator everything does; the decay is larger than usual, so that
it shows after ten steps. Gradients are clipped for each network by itself. An adversarial step is pix2pix's, as in
paired.py; the discriminator sees lightness with the decoded chroma, enlarged, or with the truth as coarse.

The initial weights are a formula of their place, as in encoders.py, which the tests repeat. `losses.<case>/<name>` has one
value per step. `<case>/projections` and `<case>/norms` tell, for each of the generator's tensors in the order of the keys,
what ten steps added to it: the sum of its products with other values of the formula, and its norm. `images` are
[steps * batch, height, width, 3]: L / 50 - 1, a / 110 and b / 110.

The printed differences are PyTorch's own, between float32 and float64: no float32 program has to do better.
Made with PyTorch 2.13.
"""

import copy
import json
import math

import numpy
import torch
import torch.nn.functional as F

from encoders import DIRECTIONS, color_bins, fill, formula
from golden import Family, Values
from networks import ColorBinNetwork, PatchDiscriminator, channels_last, state
from super_resolution import discriminator_loss, generator_loss, largest_difference

STEPS, BATCH, SIZE = 10, 2, 32
RATE, BETAS, DECAY, CLIP = 2e-4, (0.9, 0.99), 0.5, 2
ENCODER_RATE, WARM_UP = 0.2, 4
PIXEL_WEIGHT, ADVERSARIAL_WEIGHT, GUESS_WEIGHT = 0.5, 2, 4
NEIGHBORS, DEVIATION, REBALANCING = 5, 5, 0.7
# In Adam's first steps, a single rectifier input that rounding pushes across zero makes two trajectories diverge. With
# these images, PyTorch's own in float32 follows that in float64, and so does Guise with each of its instruction sets.
SEED = 1

BINS = color_bins()


def reduced(chroma):
    return F.avg_pool2d(chroma, 4)


def enlarged(chroma):
    return F.interpolate(chroma, scale_factor=4, mode="bilinear", align_corners=False)


def shared_out(chroma):
    """[N, 2, H, W] -> the nearest bin of each pixel, [pixels], and the shares of all bins, [pixels, bins]."""
    colors = (110 * chroma).round().permute(0, 2, 3, 1).reshape(-1, 1, 2)
    squares, nearest = ((colors - BINS) ** 2).sum(2).sort(stable=True)
    squares, nearest = squares[:, :NEIGHBORS], nearest[:, :NEIGHBORS]
    shares = (-squares / (2 * DEVIATION**2)).softmax(1)
    return nearest[:, 0], torch.zeros(len(colors), len(BINS)).double().scatter(1, nearest, shares)


def class_weights(chroma):
    frequencies = shared_out(chroma)[1].mean(0)
    kernel = torch.exp(-((BINS[:, None] - BINS) ** 2).sum(2) / (2 * DEVIATION**2))
    smooth = (frequencies[:, None] * kernel / kernel.sum(1, keepdim=True)).sum(0)
    weights = (smooth / 2 + 1 / (2 * len(BINS))) ** -REBALANCING
    return weights / (smooth * weights).sum()


def pixel_losses(scores, chroma, weights):
    logits, guess = scores
    chroma = reduced(chroma)
    classes, shares = shared_out(chroma)
    logits = logits.permute(0, 2, 3, 1).flatten(0, 2)
    entropies = F.cross_entropy(logits, shares.to(logits.dtype), reduction="none")
    return {
        "bins": (entropies * weights[classes].to(logits.dtype)).mean(),
        "guess": F.smooth_l1_loss(guess, (chroma * (110 / 40)).to(guess.dtype), beta=0.25) * GUESS_WEIGHT,
    }


def generator_optimizer(generator):
    """Also freezes what is to be frozen."""
    groups = {}
    for key, parameter in generator.named_parameters():
        if key.startswith(("encoder._conv_stem.", "encoder._bn0.", "encoder._blocks.0.", "encoder._blocks.1.")):
            parameter.requires_grad_(False)
        else:
            groups.setdefault((key.startswith("encoder."), parameter.dim() > 1), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": parameters, "factor": ENCODER_RATE if is_encoder else 1, "weight_decay": DECAY if is_weight else 0}
         for (is_encoder, is_weight), parameters in groups.items()], lr=RATE, betas=BETAS)


def take_step(optimizer, loss, step):
    rate = RATE * (1 + math.cos(math.pi * step / STEPS)) / 2 * min(1, (step + 1) / WARM_UP)
    for group in optimizer.param_groups:
        group["lr"] = rate * group.get("factor", 1)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], CLIP)
    optimizer.step()


def train(generator, discriminator, images, dtype):
    """In the pixel phase, `discriminator` is None."""
    generator = copy.deepcopy(generator).to(dtype)
    generator.bins = BINS.to(dtype)
    adam = generator_optimizer(generator)
    if discriminator:
        discriminator = copy.deepcopy(discriminator).to(dtype)
        discriminator_adam = torch.optim.AdamW(discriminator.parameters(), lr=RATE, betas=BETAS, weight_decay=DECAY)
    weights = class_weights(images[:, 1:])
    history = []
    for step, batch in enumerate(images.split(BATCH)):
        lightness, chroma = batch[:, :1].to(dtype), batch[:, 1:]
        scores = generator.scores(lightness)
        losses = pixel_losses(scores, chroma, weights)
        if discriminator:
            fake = torch.cat([lightness, enlarged(generator.mixed(scores))], 1)
            truth = torch.cat([lightness, enlarged(reduced(chroma)).to(dtype)], 1)
            judged = discriminator_loss("vanilla", discriminator(fake.detach()), discriminator(truth))
            take_step(discriminator_adam, judged, step)
            losses = {name: loss * PIXEL_WEIGHT for name, loss in losses.items()}
            losses["adversarial"] = generator_loss("vanilla", discriminator(fake), None) * ADVERSARIAL_WEIGHT
        take_step(adam, sum(losses.values()), step)
        if discriminator:
            losses["discriminator"] = judged
        history.append({name: loss.detach().double() for name, loss in losses.items()})
    return generator, history


def image(values):
    """One whose averaged chroma is nowhere so close to a half that float32 would round it otherwise."""
    while True:
        coarse = F.interpolate(values.normal(1, 3, 8, 8) * 0.4, size=SIZE, mode="bilinear")
        image = (coarse + values.normal(1, 3, SIZE, SIZE) * 0.1).clamp(-1, 1).half().double()
        chroma = 110 * reduced(image[:, 1:])
        if (chroma - chroma.floor() - 0.5).abs().min() > 1e-3:
            return image


if __name__ == "__main__":
    torch.set_num_threads(1)
    values = Values(SEED, torch.float32)
    images = torch.cat([image(values) for _ in range(STEPS * BATCH)])
    generator, discriminator = ColorBinNetwork(BINS), PatchDiscriminator(4, 2, 3, "batch")
    numbers = fill(generator)
    fill(discriminator)
    generator.rarity = class_weights(images[:, 1:]).log()
    before = {key: value.clone() for key, value in state(generator).items()}

    family = Family("Tests/TrainingTests/Golden/color-bins.safetensors")
    family.store("images", channels_last(images), numpy.float16)
    for case, judge in [("pixel", None), ("adversarial", discriminator)]:
        trained, history = train(generator, judge, images, torch.float64)
        rough, rough_history = train(generator, judge, images, torch.float32)
        for name in history[0]:
            losses, rough_losses = (torch.stack([step[name] for step in steps]) for steps in [history, rough_history])
            family.store(f"losses.{case}/{name}", losses)
            print(f"{case} {name}: {losses[0]:.4f} to {losses[-1]:.4f}, "
                  f"{largest_difference(rough_losses, losses):.1e} between float32 and float64")
        projections, norms, differences = [], [], []
        for key, number in numbers.items():
            direction = formula(number + DIRECTIONS, before[key].shape)
            change, rough_change = (state(network)[key].double() - before[key] for network in [trained, rough])
            projections.append((change * direction).sum())
            norms.append(change.norm())
            differences.append(((rough_change * direction).sum() - projections[-1]).abs() / norms[-1] if norms[-1] else 0)
        family.store(f"{case}/projections", torch.stack(projections))
        family.store(f"{case}/norms", torch.stack(norms))
        family.cases[case] = json.dumps({})
        worst = max(range(len(differences)), key=lambda index: differences[index])
        print(f"{case}: changes differ by {differences[worst]:.1e} of their norm, at most: {list(numbers)[worst]}")
    family.write()
