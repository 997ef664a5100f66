"""Trains what recipes/photo-to-monet-first.yaml describes on a GPU, by PyTorch.

  python3 scripts/models/photo_to_monet.py DATA SECONDS first.pth

DATA holds `trainA`, paintings, and `trainB`, photographs, of 256x256 pixels. Only CUT (Park et al. 2020) with the recipe's
settings is here: the objective's equality with `guise train` is what scripts/golden/contrastive.py and augmentation.py
show. It differs in how it computes: images are prepared at eight sizes instead of all between, convolutions are in
bfloat16, a step is one CUDA graph, the length is given in seconds, and draws are the GPU's own, so that no two runs are
alike. Needs torch 2.11 or later, numpy, pillow and a GPU.
"""

import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent / "golden"))
from networks import Generator, PatchDiscriminator  # noqa: E402

SIZES, CROP, BATCH, WIDTH, BLOCKS = range(144, 257, 16), 128, 16, 32, 6
RATE, DECAY_FROM, AVERAGE, TEMPERATURE, PATCHES, FEATURES = 2e-4, 0.55, 0.9995, 0.07, 256, 256
# The places of the image, of both downsamplings and of two blocks in the generator's list of modules, and their channels.
LAYERS = {0: 3, 4: 2 * WIDTH, 8: 4 * WIDTH, 12: 4 * WIDTH, 16: 4 * WIDTH}


class Domain:
    """A folder's images at each size, from which crops are drawn."""

    def __init__(self, folder):
        arrays = [np.asarray(Image.open(path).convert("RGB").resize((256, 256))) for path in sorted(folder.iterdir())]
        images = torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).cuda()
        self.levels = [torch.cat([self.resized(part, size) for part in images.split(64)]) for size in SIZES]

    @staticmethod
    def resized(images, size):
        resized = F.interpolate(images.float(), size=(size, size), mode="bicubic", antialias=True)
        return resized.clamp(0, 255).round().byte().permute(0, 2, 3, 1)

    def crops(self, count):
        """Half of them from one size, half from another; values in -1...1."""
        crops = []
        for part in (count - count // 2, count // 2):
            level = random.choice(self.levels)
            images, side = level.shape[:2]
            draws = [(random.randrange(images), random.randint(0, side - CROP), random.randint(0, side - CROP),
                      random.randrange(2)) for _ in range(part)]
            image, top, left, mirrored = torch.tensor(draws).cuda().T[:, :, None]
            run = torch.arange(CROP, device="cuda")
            columns = left + torch.where(mirrored == 1, CROP - 1 - run, run)
            crops.append(level[image[..., None], (top + run)[:, :, None], columns[:, None, :]])
        return torch.cat(crops).permute(0, 3, 1, 2) / 127.5 - 1


def augmented(images):
    """DiffAugment (Zhao et al. 2020): colours, translation and cutout, drawn for each image."""
    images = images.float()
    count, channels, height, width = images.shape
    draw = torch.rand(count, 7, 1, device=images.device)
    images = images + (draw[:, 0, :, None, None] - 0.5)
    gray = images.mean(1, keepdim=True)
    images = (images - gray) * (2 * draw[:, 1, :, None, None]) + gray
    mean = images.mean([1, 2, 3], keepdim=True)
    images = (images - mean) * (0.5 + draw[:, 2, :, None, None]) + mean

    margin, run = height // 8, torch.arange(height, device=images.device)
    rows, columns = ((draw[:, index] * (2 * margin + 1)).floor().long() + run for index in (3, 4))
    images = F.pad(images, [margin] * 4)
    images = images.gather(2, rows[:, None, :, None].expand(count, channels, height, width + 2 * margin))
    images = images.gather(3, columns[:, None, None, :].expand(count, channels, height, width))

    side = height // 2
    starts = [(draw[:, index] * (height + 1 - side % 2)).floor() - side // 2 for index in (5, 6)]
    inside = [(run >= start) & (run < start + side) for start in starts]
    return images * ~(inside[0][:, None, :, None] & inside[1][:, None, None, :])


class Step:
    """The networks, and one step of their training."""

    def __init__(self):
        self.generator = self.begun(Generator(WIDTH, BLOCKS, "antialiased", downsampling="antialiased"))
        self.discriminator = self.begun(PatchDiscriminator(48, 3))
        self.projections = self.begun(nn.ModuleList(
            nn.Sequential(nn.Linear(channels, FEATURES), nn.ReLU(), nn.Linear(FEATURES, FEATURES))
            for channels in LAYERS.values()))
        self.averages = [weight.detach().clone() for weight in self.generator.parameters()]
        self.generating = [*self.generator.parameters(), *self.projections.parameters()]
        self.judging = list(self.discriminator.parameters())
        self.rate = torch.tensor(RATE, device="cuda")
        self.optimizers = [torch.optim.Adam(weights, lr=self.rate, betas=(0.5, 0.999), capturable=True)
                           for weights in (self.generating, self.judging)]
        self.photos, self.paintings = torch.zeros(2, BATCH, 3, CROP, CROP, device="cuda")

    @staticmethod
    def begun(network):
        for module in network.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.normal_(module.weight, 0, 0.02)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        return network.cuda()

    def features(self, x):
        features = []
        for index, module in enumerate(self.generator.model[:max(LAYERS) + 1]):
            x = module(x)
            if index in LAYERS:
                features.append(x)
        return features

    def contrast(self, features, keys):
        losses = []
        for project, feature, key in zip(self.projections, features, keys):
            places = torch.rand(feature[0, 0].numel(), device="cuda").topk(PATCHES).indices

            def projected(x):
                x = project(x.flatten(2)[:, :, places].transpose(1, 2)).float()
                return x / (x.pow(2).sum(-1, keepdim=True) + 1e-14).sqrt()

            query = projected(feature)
            with torch.no_grad():
                key = projected(key)
            with torch.autocast("cuda", enabled=False):
                own = torch.arange(PATCHES, device="cuda").repeat(len(query))
                losses.append(F.cross_entropy((query @ key.transpose(1, 2) / TEMPERATURE).flatten(0, 1), own))
        return sum(losses) / len(losses)

    def __call__(self):
        square = lambda verdict, label: (verdict.float() - label).pow(2).mean()
        half_precision = torch.autocast("cuda", torch.bfloat16, cache_enabled=False)
        sources = torch.cat([self.photos, self.paintings])
        with half_precision:
            translations = self.generator(sources)
            fakes = translations[:BATCH]
            judged = self.discriminator(augmented(self.paintings)), self.discriminator(augmented(fakes.detach()))
        self.learn(self.judging, (square(judged[0], 1) + square(judged[1], 0)) / 2, self.optimizers[1])
        with half_precision:
            adversarial = square(self.discriminator(augmented(fakes)), 1)
            with torch.no_grad():
                keys = self.features(sources)
            features = self.features(translations)
            parts = [self.contrast([x[part] for x in features], [x[part] for x in keys])
                     for part in (slice(BATCH), slice(BATCH, None))]
        self.learn(self.generating, adversarial + 0.5 * sum(parts), self.optimizers[0])
        with torch.no_grad():
            torch._foreach_lerp_(self.averages, [x.detach() for x in self.generator.parameters()], 1 - AVERAGE)

    @staticmethod
    def learn(weights, loss, optimizer):
        for weight, gradient in zip(weights, torch.autograd.grad(loss, weights, allow_unused=True)):
            weight.grad = gradient
        optimizer.step()


def main(data, seconds, result):
    photos, paintings = Domain(Path(data) / "trainB"), Domain(Path(data) / "trainA")
    step, stream, graph = Step(), torch.cuda.Stream(), torch.cuda.CUDAGraph()
    with torch.cuda.stream(stream):
        for _ in range(4):
            step()
    torch.cuda.synchronize()
    with torch.cuda.graph(graph, stream=stream):
        step()
    begin, steps = time.time(), 0
    while (part := (time.time() - begin) / float(seconds)) < 1:
        step.rate.fill_(RATE * min(1, (1 - part) / (1 - DECAY_FROM)))
        step.photos.copy_(photos.crops(BATCH))
        step.paintings.copy_(paintings.crops(BATCH))
        graph.replay()
        steps += 1
    names = [name for name, _ in step.generator.named_parameters()]
    torch.save({name: weight.cpu() for name, weight in zip(names, step.averages)}, result)
    print(f"{steps} steps of {BATCH} images")


if __name__ == "__main__":
    main(*sys.argv[1:])
