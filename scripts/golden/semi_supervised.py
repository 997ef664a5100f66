"""Makes Tests/TrainingTests/Golden/semi-supervised.safetensors: steps of a classifier with few labels against a generator.

  .venv/bin/python scripts/golden/semi_supervised.py

As Salimans et al. (2016) have it: made images are a class whose logit is 0, and the generator matches features. Names are as
in generation.py; `images` and `labelled` are [steps, batch, 8, 8, 1], `classes` [steps, batch, classes], of the labelled ones.
Made with PyTorch 2.15.
"""

import json

import torch
import torch.nn.functional as F

from generation import bce, connected_generator, normalized, weights
from golden import Family, Values

STEPS, BATCH, CLASSES, NOISE, SIDE, WIDTH = 10, 6, 3, 4, 8, 3


def classifier_weights(norm, values):
    found = {}
    for index, (inputs, outputs) in enumerate([(1, WIDTH), (WIDTH, WIDTH), (WIDTH, 2 * WIDTH), (2 * WIDTH, 2 * WIDTH)]):
        found[f"blocks.{index}.convolution.weight"] = values.normal(3, 3, inputs, outputs, scale=0.4)
        if norm:
            scale = (1 + values.normal(outputs, scale=0.1)).float().double()
            found[f"blocks.{index}.norm.scale"] = scale
            found[f"blocks.{index}.norm.shift"] = values.normal(outputs, scale=0.1)
        else:
            found[f"blocks.{index}.convolution.bias"] = values.normal(outputs, scale=0.1)
    found["last.weight"] = values.normal(2 * WIDTH, CLASSES, scale=0.5)
    found["last.bias"] = values.normal(CLASSES, scale=0.1)
    return found


def connected_weights(values):
    found = {}
    for name, inputs, outputs in [
        ("hidden.0", SIDE * SIDE, 6), ("hidden.1", 6, 3), ("last", 3, CLASSES),
    ]:
        found[f"{name}.weight"] = values.normal(inputs, outputs, scale=1.2 / inputs**0.5)
        found[f"{name}.bias"] = values.normal(outputs, scale=0.1)
    return found


def features(p, x):
    if "hidden.0.weight" in p:
        x = x.reshape(len(x), -1)
        for index in range(2):
            x = F.relu(x @ p[f"hidden.{index}.weight"] + p[f"hidden.{index}.bias"])
        return x
    x = x.permute(0, 3, 1, 2)
    for index in range(4):
        name = f"blocks.{index}"
        x = F.conv2d(x, p[f"{name}.convolution.weight"].permute(3, 2, 0, 1), p.get(f"{name}.convolution.bias"), padding=1)
        x = normalized(p, f"{name}.norm", x, 0) if f"{name}.norm.scale" in p else F.relu(x)
        if index == 1:
            x = F.max_pool2d(x, 2)
    return x.mean((2, 3))


def train(case, classifier, maker, data):
    def logits(images):
        return features(classifier, images) @ classifier["last.weight"] + classifier["last.bias"]

    for value in list(classifier.values()) + list(maker.values()):
        value.requires_grad_()
    settings = dict(lr=2e-3, betas=(0.5, 0.999))
    judge, makers = torch.optim.Adam(classifier.values(), **settings), torch.optim.Adam(maker.values(), **settings)
    history = []
    for step in range(STEPS):
        fake = connected_generator(maker, data["noise"][step], (SIDE, 1))
        images = data["images"][step]
        losses = {"crossEntropy": F.cross_entropy(logits(data["labelled"][step]), data["classes"][step])}
        if case["unlabelledWeight"] > 0:
            real, made = (torch.logsumexp(logits(x), 1) for x in [images, fake.detach()])
            losses["classifier"] = (bce(real, 1.0) + bce(made, 0.0)) / 2 * case["unlabelledWeight"]
        judge.zero_grad()
        sum(losses.values()).backward()
        judge.step()
        matched = features(classifier, images).mean(0).detach()
        loss = ((features(classifier, fake).mean(0) - matched) ** 2).mean()
        makers.zero_grad()
        loss.backward()
        makers.step()
        history.append({name: value.detach() for name, value in (losses | {"adversarialFeatures": loss}).items()})
    return {name: torch.stack([losses[name] for losses in history]) for name in history[0]}


CASES = {
    "plain": dict(batchNorm=False, unlabelledWeight=1.0),
    "batchNorm": dict(batchNorm=True, unlabelledWeight=0.5),
    "labelsAlone": dict(batchNorm=False, unlabelledWeight=0.0),
    "connected": dict(unlabelledWeight=1.0),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    values = Values(11, torch.float32)
    data = {
        "images": values.normal(STEPS, BATCH, SIDE, SIDE, 1, scale=0.5).half().double(),
        "labelled": values.normal(STEPS, BATCH, SIDE, SIDE, 1, scale=0.5).half().double(),
        "noise": values.normal(STEPS, BATCH, NOISE).half().double(),
        "classes": F.one_hot(torch.arange(STEPS * BATCH).reshape(STEPS, BATCH) * 5 % CLASSES, CLASSES).double(),
    }
    family = Family("Tests/TrainingTests/Golden/semi-supervised.safetensors")
    for name, array in data.items():
        family.store(name, array)
    for name, case in CASES.items():
        networks = {
            "classifier": classifier_weights(case["batchNorm"], values) if "batchNorm" in case else connected_weights(values),
            "generator": weights("connected", "generator", (SIDE, 1), 0, 1, 0, False, values),
        }
        for network, found in networks.items():
            for path, value in found.items():
                family.store(f"initial.{name}/{network}.{path}", value.clone())
        for loss, array in train(case, networks["classifier"], networks["generator"], data).items():
            family.store(f"losses.{name}/{loss}", array)
            print(name, loss, array[0].item(), array[-1].item())
        family.cases[name] = json.dumps(case, sort_keys=True)
    family.write()
