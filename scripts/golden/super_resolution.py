"""Makes Tests/TrainingTests/Golden/super-resolution.safetensors: training steps of small networks, by PyTorch in
float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/super_resolution.py

A pixel step is Adam on the weighted loss alone. In an adversarial step, the generator is trained first: by its pixels,
by the discriminator's features (their mean absolute difference, averaged over layers), and by the discriminator's
output. The discriminator follows; its loss is the mean over fake and truth. It sees the fake before the truth when the
generator is trained, and the truth before the fake when it is trained itself, which matters if it keeps statistics.

`initial.<network>/<key>` are the weights with PyTorch's keys and layouts; `losses.<case>/<name>` has one value per
step; `final.<case>/<key>`, for some cases, are the generator's weights after the steps; `images/small` and
`images/large` are [steps * batch, height, width, 3] in 0...1.

The printed differences are PyTorch's own, between float32 and float64: no float32 program has to do better.
Made with PyTorch 2.15.
"""

import copy
import json

import numpy
import torch
import torch.nn.functional as F

from golden import Family, Values
from networks import SPAN, MSRResNet, PatchDiscriminator, UNetDiscriminator, channels_last, initialize, state

STEPS, BATCH, CROP, SCALE = 10, 2, 32, 4
PIXEL, FEATURES, ADVERSARIAL = 0.01, 1, 0.005
SEED = 7


def vanilla(prediction, real):
    return F.binary_cross_entropy_with_logits(prediction, torch.full_like(prediction, float(real)))


def least_squares(prediction, real):
    return F.mse_loss(prediction, torch.full_like(prediction, float(real)))


def relativistic(more_real, less_real):
    return (vanilla(more_real - less_real.mean(), True) + vanilla(less_real - more_real.mean(), False)) / 2


def generator_loss(kind, fake, real):
    return relativistic(fake, real) if kind == "relativistic" else KINDS[kind](fake, True)


def discriminator_loss(kind, fake, real):
    if kind == "relativistic":
        return relativistic(real, fake)
    return (KINDS[kind](real, True) + KINDS[kind](fake, False)) / 2


KINDS = {"vanilla": vanilla, "leastSquares": least_squares}


def judged(discriminator, x):
    """The discriminator's output, and the outputs of the rectifiers before it."""
    features = []
    hooks = [module.register_forward_hook(lambda module, inputs, output: features.append(output))
             for module in discriminator.modules() if isinstance(module, torch.nn.LeakyReLU)]
    verdict = discriminator(x)
    for hook in hooks:
        hook.remove()
    return verdict, features


def pixel_steps(generator, images, loss, dtype):
    generator = copy.deepcopy(generator).to(dtype)
    optimizer = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.9, 0.99))
    history = []
    for small, large in images:
        value = loss(generator(small.to(dtype)), large.to(dtype))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        history.append({"pixel": value.detach().double()})
    return generator, history


def adversarial_steps(generator, discriminator, images, kind, dtype):
    generator, discriminator = (copy.deepcopy(network).to(dtype) for network in [generator, discriminator])
    optimizers = [torch.optim.Adam(network.parameters(), lr=1e-4, betas=(0.9, 0.99))
                  for network in [generator, discriminator]]
    history = []
    for small, large in images:
        small, large = small.to(dtype), large.to(dtype)
        fake = generator(small)
        verdict, features = judged(discriminator, fake)
        with torch.no_grad():
            truth, true_features = judged(discriminator, large)
        losses = {
            "pixel": F.l1_loss(fake, large) * PIXEL,
            "features": sum(F.l1_loss(a, b) for a, b in zip(features, true_features)) / len(features) * FEATURES,
            "adversarial": generator_loss(kind, verdict, truth) * ADVERSARIAL,
        }
        optimizers[0].zero_grad()
        sum(losses.values()).backward()
        optimizers[0].step()

        optimizers[1].zero_grad()
        real = judged(discriminator, large)[0]
        losses["discriminator"] = discriminator_loss(kind, judged(discriminator, fake.detach())[0], real)
        losses["discriminator"].backward()
        optimizers[1].step()
        history.append({name: loss.detach().double() for name, loss in losses.items()})
    return generator, history


def largest_difference(left, right):
    return ((left - right).abs().max() / right.abs().max()).item()


def add_training(family, case, run, keeps_weights=False, **attributes):
    """`run(dtype)` trains, and returns the generator and each step's losses by name."""
    trained, history = run(torch.float64)
    rough, rough_history = run(torch.float32)
    for name in history[0]:
        losses, rough_losses = (torch.stack([step[name] for step in steps]) for steps in [history, rough_history])
        family.store(f"losses.{case}/{name}", losses)
        print(f"{case} {name}: {largest_difference(rough_losses, losses):.1e} between float32 and float64")
    for key, value in state(trained).items() if keeps_weights else []:
        family.store(f"final.{case}/{key}", value)
        difference = largest_difference(state(rough)[key], value)
        if difference > 1e-4:
            print(f"  {case} {key}: {difference:.1e}")
    family.cases[case] = json.dumps(attributes)


if __name__ == "__main__":
    torch.set_num_threads(1)
    values = Values(SEED, torch.float32)
    count = STEPS * BATCH
    coarse = F.interpolate(values.normal(count, 3, 8, 8) * 0.3, size=CROP, mode="bilinear") + 0.5
    large = (coarse + values.normal(count, 3, CROP, CROP) * 0.05).clamp(0, 1).half().double()
    small = F.avg_pool2d(large, SCALE).half().double()
    images = list(zip(small.split(BATCH), large.split(BATCH)))

    generator = initialize(MSRResNet(8, 2, SCALE), SEED + 1, 0.1, torch.float32)
    discriminators = {
        "patch": initialize(PatchDiscriminator(8, 2), SEED + 2, 0.2, torch.float32),
        "unet": initialize(UNetDiscriminator(4), SEED + 3, 0.2, torch.float32),
    }

    family = Family("Tests/TrainingTests/Golden/super-resolution.safetensors")
    family.store("images/small", channels_last(small), numpy.float16)
    family.store("images/large", channels_last(large), numpy.float16)
    for name, network in {"generator": generator, **discriminators}.items():
        for key, value in state(network).items():
            family.store(f"initial.{name}/{key}", value)

    for name, loss in [("l1", F.l1_loss), ("squared", F.mse_loss)]:
        add_training(family, f"pixel.{name}", lambda dtype: pixel_steps(generator, images, loss, dtype), name == "l1", loss=name)
    span = initialize(SPAN(4, 2, SCALE), SEED + 4, 0.1, torch.float32)
    for key, value in state(span).items():
        family.store(f"initial.span/{key}", value)
    add_training(family, "pixel.l1.span", lambda dtype: pixel_steps(span, images, F.l1_loss, dtype), True, loss="l1",
        generator="span")
    for kind, network in [("relativistic", "patch"), ("leastSquares", "patch"), ("vanilla", "unet")]:
        add_training(family, f"adversarial.{kind}.{network}",
            lambda dtype: adversarial_steps(generator, discriminators[network], images, kind, dtype),
            kind != "leastSquares", loss=kind, discriminator=network)
    family.write()
