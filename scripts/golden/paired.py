"""Makes Tests/TrainingTests/Golden/paired.safetensors: training steps of paired translation and of colorization on
small networks, by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/paired.py

An adversarial step is pix2pix's. The output is computed once. The discriminator, which sees input and output together,
is trained first, on the fake and then on the truth; its loss is the mean of the two. The generator follows, trained by
the updated discriminator and by the pixels. In colorization's pixel phase there is no discriminator. Batch norm uses
each batch's statistics throughout. There is no dropout, because no other program draws the same masks.

`initial.<network>/<key>` are the weights with PyTorch's keys and layouts; `losses.<case>/<name>` has one value per
step; `final.<case>/<key>`, for some cases, are the generator's weights and running statistics after the steps. `images`
are [steps * batch, height, width, 3] in -1...1: for pairs, each is paired with one counted from the end; for
colorization, its first channel with the two others.

The printed differences are PyTorch's own, between float32 and float64: no float32 program has to do better.
Made with PyTorch 2.15.
"""

import copy

import numpy
import torch
import torch.nn.functional as F

from golden import Family, Values
from networks import Generator, PatchDiscriminator, UNetGenerator, channels_last, initialize, state
from super_resolution import add_training, discriminator_loss, generator_loss

STEPS, BATCH, SIZE = 10, 2, 32
RATE, BETAS = 2e-4, (0.5, 0.999)
# In Adam's first steps, a single rectifier input that rounding pushes across zero makes two trajectories diverge for
# good. The networks' seeds avoid that: if all weights are changed by 1e-6, losses change by less than 5e-5.
SEED = 11
PIXEL_WEIGHT = 100
SMOOTH = 0.01

PIXEL_LOSSES = {
    "l1": F.l1_loss,
    "smoothL1": lambda output, target: F.smooth_l1_loss(output, target, beta=SMOOTH),
    "squared": F.mse_loss,
}


def optimizer(network):
    return torch.optim.Adam(network.parameters(), lr=RATE, betas=BETAS)


def pixel_steps(generator, pairs, loss, dtype):
    generator = copy.deepcopy(generator).to(dtype)
    adam = optimizer(generator)
    history = []
    for x, y in pairs:
        value = PIXEL_LOSSES[loss](generator(x.to(dtype)), y.to(dtype))
        adam.zero_grad()
        value.backward()
        adam.step()
        history.append({"pixel": value.detach().double()})
    return generator, history


def adversarial_steps(generator, discriminator, pairs, kind, dtype):
    generator, discriminator = (copy.deepcopy(network).to(dtype) for network in [generator, discriminator])
    generator_adam, discriminator_adam = optimizer(generator), optimizer(discriminator)
    history = []
    for x, y in pairs:
        x, y = x.to(dtype), y.to(dtype)
        output = generator(x)
        fake = discriminator(torch.cat([x, output.detach()], 1))
        judged = discriminator_loss(kind, fake, discriminator(torch.cat([x, y], 1)))
        discriminator_adam.zero_grad()
        judged.backward()
        discriminator_adam.step()

        losses = {
            "pixel": F.l1_loss(output, y) * PIXEL_WEIGHT,
            "adversarial": generator_loss(kind, discriminator(torch.cat([x, output], 1)), None),
        }
        generator_adam.zero_grad()
        sum(losses.values()).backward()
        generator_adam.step()
        history.append({name: loss.detach().double() for name, loss in {**losses, "discriminator": judged}.items()})
    return generator, history


if __name__ == "__main__":
    torch.set_num_threads(1)
    values = Values(SEED, torch.float32)
    coarse = F.interpolate(values.normal(STEPS * BATCH, 3, 8, 8) * 0.4, size=SIZE, mode="bilinear")
    images = (coarse + values.normal(STEPS * BATCH, 3, SIZE, SIZE) * 0.1).clamp(-1, 1).half().double()
    # Unrelated pairs are as good as any.
    pairs = {
        "paired": list(zip(images.split(BATCH), images.flip(0).split(BATCH))),
        "colorization": list(zip(images[:, :1].split(BATCH), images[:, 1:].split(BATCH))),
    }
    networks = {
        "unet": initialize(UNetGenerator(4, 3, "batch"), SEED + 1, 0.2, torch.float32),
        "resnet": initialize(Generator(4, 1, norm="instance"), SEED + 30, 0.2, torch.float32),
        "colors": initialize(UNetGenerator(4, 3, "batch", channels=(1, 2)), SEED + 3, 0.2, torch.float32),
        "judge.batch": initialize(PatchDiscriminator(4, 2, 6, "batch"), SEED + 4, 0.2, torch.float32),
        "judge.instance": initialize(PatchDiscriminator(4, 2, 6, "instance"), SEED + 5, 0.2, torch.float32),
        "judge.colors": initialize(PatchDiscriminator(4, 2, 3, "batch"), SEED + 6, 0.2, torch.float32),
    }
    for network in networks.values():
        network.train()

    family = Family("Tests/TrainingTests/Golden/paired.safetensors")
    family.store("images", channels_last(images), numpy.float16)
    for name, network in networks.items():
        for key, value in state(network).items():
            family.store(f"initial.{name}/{key}", value)

    def add_adversarial(case, task, generator, judge, kind, **options):
        add_training(
            family, case,
            lambda dtype: adversarial_steps(networks[generator], networks[judge], pairs[task], kind, dtype),
            task=task, generator=generator, discriminator=judge, loss=kind, **options)

    add_adversarial("paired.vanilla.batch", "paired", "unet", "judge.batch", "vanilla", keeps_weights=True)
    add_adversarial("paired.leastSquares.instance", "paired", "resnet", "judge.instance", "leastSquares")
    for loss in ["l1", "smoothL1"]:
        add_training(
            family, f"colorization.pixel.{loss}",
            lambda dtype: pixel_steps(networks["colors"], pairs["colorization"], loss, dtype),
            task="colorization", generator="colors", loss=loss)
    add_adversarial("colorization.adversarial", "colorization", "colors", "judge.colors", "vanilla", keeps_weights=True)
    family.write()
