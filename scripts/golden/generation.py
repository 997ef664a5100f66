"""Makes Tests/TrainingTests/Golden/generation.safetensors: steps of training small generators from noise, by PyTorch in float64.

  .venv/bin/python scripts/golden/generation.py

Networks are written here by hand, with their weights in Guise's names and layouts: `initial.<case>/<network>.<path>`, and
`losses.<case>/<name>` has one value per step. In a step the discriminator learns first, as often as the case says, then the
generators by the same noise as its last time. `<form>/images` is [batches, batch, height, width, channels], `<form>/noise`
[batches, batch, noise], `<form>/shares` [batches, batch], `<form>/classes` [batches, batch, classes].
Made with PyTorch 2.15.
"""

import json

import torch
import torch.nn.functional as F

from golden import Family, Values
from minibatch import deviation, discrimination

STEPS, BATCH, CLASSES, NOISE = 10, 6, 3, 4


def connected_generator(p, x, form):
    for layer in range(2):
        x = F.relu(x @ p[f"hidden.{layer}.weight"] + p[f"hidden.{layer}.bias"])
    x = torch.tanh(x @ p["last.weight"] + p["last.bias"])
    side, channels = form
    return x.reshape(-1, side, side, channels)


def told(p, x, minibatch):
    """What the last layer sees of features and of the rest of the batch, with Salimans et al.'s 100 kernels of 5 dimensions."""
    if minibatch == "deviation":
        return deviation(4, 1)(x)
    return discrimination(100)(x, p["minibatch.weight"]) if minibatch == "discrimination" else x


def connected_discriminator(p, x, minibatch):
    x = x.reshape(len(x), -1)
    for layer in range(2):
        x = F.leaky_relu(x @ p[f"hidden.{layer}.weight"] + p[f"hidden.{layer}.bias"], 0.2)
    return told(p, x, minibatch) @ p["last.weight"] + p["last.bias"]


def normalized(p, name, x, slope):
    mean, variance = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), keepdim=True, unbiased=False)
    x = (x - mean) / torch.sqrt(variance + 1e-5)
    scale, shift = (p[f"{name}.{part}"].reshape(1, -1, 1, 1) for part in ["scale", "shift"])
    return F.leaky_relu(x * scale + shift, slope)


def dcgan_generator(p, x, form):
    side, _ = form
    x = (x @ p["project.weight"] + p["project.bias"]).reshape(len(x), side // 4, side // 4, -1).permute(0, 3, 1, 2)
    for stage in range(2):
        x = normalized(p, f"norms.{stage}", x, 0)
        weight = p[f"convolutions.{stage}.weight"].permute(3, 2, 0, 1)
        x = F.conv_transpose2d(x, weight, p.get(f"convolutions.{stage}.bias"), stride=2, padding=1)
    return torch.tanh(x).permute(0, 2, 3, 1)


def dcgan_discriminator(p, x, minibatch):
    x = x.permute(0, 3, 1, 2)
    for stage in range(2):
        weight = p[f"convolutions.{stage}.weight"].permute(3, 2, 0, 1)
        x = F.conv2d(x, weight, p.get(f"convolutions.{stage}.bias"), stride=2, padding=1)
        has_norm = stage > 0 and "norms.0.scale" in p
        x = normalized(p, "norms.0", x, 0.2) if has_norm else F.leaky_relu(x, 0.2)
    x = told(p, x.permute(0, 2, 3, 1).reshape(len(x), -1), minibatch)
    return x @ p["last.weight"] + p["last.bias"]


def convolved(p, name, x):
    weight = p[f"{name}.weight"].permute(3, 2, 0, 1).contiguous()
    return F.conv2d(x, weight, p[f"{name}.bias"], padding=weight.shape[2] // 2)


def conditional(p, name, x, classes):
    """Batch norm, then a factor and an addend of each class, and ReLU."""
    x = normalized(p, f"{name}.norm", x, 1)
    if f"{name}.scale" in p:
        x = x * (1 + classes @ p[f"{name}.scale"])[:, :, None, None] + (classes @ p[f"{name}.shift"])[:, :, None, None]
    return F.relu(x)


def residual_generator(p, x, form):
    """As in Gulrajani et al. (2017), with a block that doubles 4x4 pixels."""
    side, _ = form
    noise, classes = x[:, :NOISE], x[:, NOISE:]
    x = (noise @ p["project.weight"] + p["project.bias"]).reshape(len(x), side // 2, side // 2, -1).permute(0, 3, 1, 2)
    larger = F.interpolate(conditional(p, "blocks.0.firstNorm", x, classes), scale_factor=2)
    inner = conditional(p, "blocks.0.secondNorm", convolved(p, "blocks.0.first", larger), classes)
    shortcut = convolved(p, "blocks.0.shortcut", F.interpolate(x, scale_factor=2))
    x = convolved(p, "blocks.0.second", inner) + shortcut
    return torch.tanh(convolved(p, "last", normalized(p, "norm", x, 0))).permute(0, 2, 3, 1)


def residual_discriminator(p, x, minibatch):
    """As in Gulrajani et al. (2017): a first block, one more that halves, and one that does not."""
    x = x.permute(0, 3, 1, 2)
    for index in range(3):
        name = f"blocks.{index}"

        def rectified(x, place):
            if f"{name}.norms.{place}.scale" in p:
                x = F.group_norm(x, 1, p[f"{name}.norms.{place}.scale"], p[f"{name}.norms.{place}.shift"])
            return F.relu(x)

        inner = convolved(p, f"{name}.first", x if index == 0 else rectified(x, 0))
        inner = convolved(p, f"{name}.second", rectified(inner, 1))
        if index == 0:
            x = F.avg_pool2d(inner, 2) + convolved(p, f"{name}.shortcut", F.avg_pool2d(x, 2))
        elif index == 1:
            x = F.avg_pool2d(inner, 2) + F.avg_pool2d(convolved(p, f"{name}.shortcut", x), 2)
        else:
            x = x + inner
    return told(p, F.relu(x).mean((2, 3)), minibatch) @ p["last.weight"] + p["last.bias"]


def residual_weights(kind, form, classes, outputs, further, layer_norm, values):
    (side, channels), width = form, 4

    def convolution(name, kernel, inputs, outputs):
        scale = 0.8 / (kernel * inputs**0.5)
        return {f"{name}.weight": values.normal(kernel, kernel, inputs, outputs, scale=scale),
                f"{name}.bias": values.normal(outputs, scale=0.1)}

    def affine(name, channels):
        scale = (1 + values.normal(channels, scale=0.1)).float().double()
        return {f"{name}.scale": scale, f"{name}.shift": values.normal(channels, scale=0.1)}

    def linear(name, inputs, outputs):
        return {f"{name}.weight": values.normal(inputs, outputs, scale=1.2 / inputs**0.5),
                f"{name}.bias": values.normal(outputs, scale=0.1)}

    found = {}
    if kind == "generator":
        found |= linear("project", NOISE, (side // 2) ** 2 * width)
        for name in ["blocks.0.firstNorm", "blocks.0.secondNorm"]:
            found |= affine(f"{name}.norm", width)
            if classes:
                found[f"{name}.scale"] = values.normal(classes, width, scale=0.3)
                found[f"{name}.shift"] = values.normal(classes, width, scale=0.3)
        for name, kernel in [("first", 3), ("second", 3), ("shortcut", 1)]:
            found |= convolution(f"blocks.0.{name}", kernel, width, width)
        return found | affine("norm", width) | convolution("last", 3, width, channels)
    for index in range(3):
        inputs = channels + further if index == 0 else width
        if layer_norm and index > 0:
            found |= affine(f"blocks.{index}.norms.0", inputs) | affine(f"blocks.{index}.norms.1", width)
        found |= convolution(f"blocks.{index}.first", 3, inputs, width) | convolution(f"blocks.{index}.second", 3, width, width)
        if index < 2:
            found |= convolution(f"blocks.{index}.shortcut", 1, inputs, width)
    return found | linear("last", width, outputs)


def weights(network, kind, form, classes, outputs, further, norm, values, minibatch=None):
    if network == "residual":
        return residual_weights(kind, form, classes, outputs, further, norm, values)
    side, channels = form
    added = {"deviation": 1, "discrimination": 100}.get(minibatch, 0)
    features = 8 if network == "connected" else (side // 4) ** 2 * 8
    kernels = {"minibatch.weight": values.normal(features, 500, scale=0.1)} if minibatch == "discrimination" else {}

    def linear(name, inputs, outputs):
        return {f"{name}.weight": values.normal(inputs, outputs, scale=1.2 / inputs**0.5),
                f"{name}.bias": values.normal(outputs, scale=0.1)}

    def convolution(name, transposed, inputs, outputs, has_bias):
        shape = (4, 4, outputs, inputs) if transposed else (4, 4, inputs, outputs)
        found = {f"{name}.weight": values.normal(*shape, scale=0.3)}
        return found | ({f"{name}.bias": values.normal(outputs, scale=0.1)} if has_bias else {})

    def affine(name, channels):
        scale = (1 + values.normal(channels, scale=0.1)).float().double()
        return {f"{name}.scale": scale, f"{name}.shift": values.normal(channels, scale=0.1)}

    if network == "connected":
        inputs, last = (NOISE + classes, side * side * channels) if kind == "generator" else (
            side * side * (channels + further), outputs)
        return linear("hidden.0", inputs, 8) | linear("hidden.1", 8, 8) | linear("last", 8 + added, last) | kernels
    if kind == "generator":
        found = linear("project", NOISE + classes, (side // 4) ** 2 * 8) | affine("norms.0", 8) | affine("norms.1", 4)
        return found | convolution("convolutions.0", True, 8, 4, False) | convolution("convolutions.1", True, 4, channels, True)
    found = convolution("convolutions.0", False, channels + further, 4, True) | convolution(
        "convolutions.1", False, 4, 8, not norm)
    return found | (affine("norms.0", 8) if norm else {}) | linear("last", features + added, outputs) | kernels


def bce(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def discriminator_loss(objective, real, fake, smoothing):
    target = 1 - smoothing
    if objective in ["vanilla", "minimax"]:
        return (bce(real, target) + bce(fake, 0.0)) / 2
    if objective == "leastSquares":
        return (((real - target) ** 2).mean() + (fake**2).mean()) / 2
    if objective == "hinge":
        return (F.relu(1 - real).mean() + F.relu(1 + fake).mean()) / 2
    return fake.mean() - real.mean()


def generator_loss(objective, fake):
    if objective == "minimax":
        return torch.log(1 - torch.sigmoid(fake)).mean()
    if objective == "vanilla":
        return bce(fake, 1.0)
    if objective == "leastSquares":
        return ((fake - 1) ** 2).mean()
    return -fake.mean()


class Training:
    def __init__(self, case, data, values):
        self.case, self.data = case, data
        self.count = case.get("generators", 1)
        self.condition = case.get("condition", "none")
        side, channels = data["images"].shape[2], data["images"].shape[4]
        self.form = (side, channels)
        classes = CLASSES if self.condition != "none" else 0
        outputs = self.count + 1 if self.count > 1 else 1 + CLASSES if self.condition in ["projection", "auxiliary"] else 1
        further = CLASSES if self.condition == "label" else 0
        network, norm = case["network"], case.get("batchNorm", case.get("layerNorm", False))
        self.makers = [weights(network, "generator", self.form, classes, 1, 0, norm, values) for _ in range(self.count)]
        self.judge = weights(network, "discriminator", self.form, 0, outputs, further, norm, values, case.get("minibatch"))
        self.make, self.judging = {
            "connected": (connected_generator, connected_discriminator), "dcgan": (dcgan_generator, dcgan_discriminator),
            "residual": (residual_generator, residual_discriminator),
        }[network]

    def images(self, maker, batch):
        x = batch["noise"]
        if self.condition != "none":
            x = torch.cat([x, batch["classes"]], 1)
        return self.make(maker, x, self.form)

    def outputs(self, images, batch):
        if self.condition == "label":
            maps = batch["classes"][:, None, None, :].expand(*images.shape[:3], -1)
            images = torch.cat([images, maps], 3)
        return self.judging(self.judge, images, self.case.get("minibatch"))

    def verdict(self, outputs, batch):
        if self.condition == "projection":
            return outputs[:, :1] + (outputs[:, 1:] * batch["classes"]).sum(1, keepdim=True)
        return outputs[:, :1]

    def class_loss(self, outputs, batch):
        return F.cross_entropy(outputs[:, 1:], batch["classes"])

    def source(self, outputs, index):
        return F.cross_entropy(outputs, torch.full([len(outputs)], index))

    def discriminator_losses(self, batch, fakes, step):
        case, losses = self.case, {}
        real, made = self.outputs(batch["images"], batch), [self.outputs(fake, batch) for fake in fakes]
        if self.count == 1:
            losses["discriminator"] = discriminator_loss(
                case["objective"], self.verdict(real, batch), self.verdict(made[0], batch), case.get("smoothing", 0.0))
            if self.condition == "auxiliary":
                losses["discriminatorClasses"] = self.class_loss(real, batch) + self.class_loss(made[0], batch)
        else:
            terms = [self.source(outputs, index) for index, outputs in enumerate(made)] + [self.source(real, self.count)]
            losses["discriminator"] = sum(terms) / (self.count + 1)
        if "gradientPenalty" in case:
            images = batch["images"].clone().requires_grad_()
            slope = torch.autograd.grad(
                self.verdict(self.outputs(images, batch), batch).sum(), images, create_graph=True)[0]
            losses["gradientPenalty"] = slope.pow(2).sum() / len(images) * case["gradientPenalty"] / 2
        if "slopePenalty" in case:
            shares = batch["shares"][:, None, None, None]
            mixed = (shares * batch["images"] + (1 - shares) * fakes[0]).requires_grad_()
            slope = torch.autograd.grad(
                self.verdict(self.outputs(mixed, batch), batch).sum(), mixed, create_graph=True)[0]
            losses["slopePenalty"] = ((slope.reshape(len(slope), -1).norm(dim=1) - 1) ** 2).mean() * case["slopePenalty"]
        return losses

    def run(self):
        parameters = [list(maker.values()) for maker in self.makers], list(self.judge.values())
        for value in sum(parameters[0], []) + parameters[1]:
            value.requires_grad_()
        settings = dict(lr=self.case.get("rate", 2e-3), betas=(0.5, 0.999))
        makers, judge = torch.optim.Adam(sum(parameters[0], []), **settings), torch.optim.Adam(parameters[1], **settings)
        often, history = self.case.get("discriminatorSteps", 1), []
        for step in range(STEPS):
            for index in range(step * often, (step + 1) * often):
                batch = {name: array[index] for name, array in self.data.items()}
                fakes = [self.images(maker, batch) for maker in self.makers]
                losses = self.discriminator_losses(batch, [fake.detach() for fake in fakes], step)
                judge.zero_grad()
                sum(losses.values()).backward()
                judge.step()
                if "clipping" in self.case:
                    for value in parameters[1]:
                        value.data.clamp_(-self.case["clipping"], self.case["clipping"])
            outputs = [self.outputs(fake, batch) for fake in fakes]
            if self.count == 1:
                learnt = {"adversarial": generator_loss(self.case["objective"], self.verdict(outputs[0], batch))}
                if self.condition == "auxiliary":
                    learnt["classes"] = self.class_loss(outputs[0], batch)
            else:
                learnt = {f"adversarial{index + 1}": self.source(o, self.count) for index, o in enumerate(outputs)}
            makers.zero_grad()
            sum(learnt.values()).backward()
            makers.step()
            history.append({name: loss.detach() for name, loss in (learnt | losses).items()})
        return {name: torch.stack([losses[name] for losses in history]) for name in history[0]}


CASES = {
    "minimax": dict(network="connected", objective="minimax"),
    "vanilla": dict(network="connected", objective="vanilla", smoothing=0.1),
    "leastSquares": dict(network="connected", objective="leastSquares", smoothing=0.1),
    "hinge": dict(network="connected", objective="hinge"),
    "clipping": dict(network="connected", objective="wasserstein", clipping=0.2, discriminatorSteps=2),
    "slopePenalty": dict(network="connected", objective="wasserstein", slopePenalty=10.0, discriminatorSteps=2),
    "gradientPenalty": dict(network="connected", objective="vanilla", gradientPenalty=2.0),
    "several": dict(network="connected", objective="vanilla", generators=3),
    "dcgan": dict(network="dcgan", objective="vanilla", batchNorm=True),
    "dcganSlopePenalty": dict(network="dcgan", objective="wasserstein", slopePenalty=10.0),
    "label": dict(network="dcgan", objective="vanilla", batchNorm=True, condition="label"),
    "projection": dict(network="dcgan", objective="hinge", condition="projection"),
    "auxiliary": dict(network="dcgan", objective="vanilla", batchNorm=True, condition="auxiliary"),
    "deviation": dict(network="dcgan", objective="vanilla", batchNorm=True, minibatch="deviation"),
    "discrimination": dict(network="connected", objective="wasserstein", slopePenalty=10.0, minibatch="discrimination"),
    "residual": dict(network="residual", objective="wasserstein", slopePenalty=10.0, discriminatorSteps=2),
    "residualClasses": dict(
        network="residual", objective="wasserstein", slopePenalty=10.0, layerNorm=True, condition="auxiliary"),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    values = Values(7, torch.float32)
    data = {}
    for form, side, channels in [("connected", 1, 2), ("dcgan", 8, 1)]:
        count = 2 * STEPS
        data[form] = {
            "images": values.normal(count, BATCH, side, side, channels, scale=0.5).half().double(),
            "noise": values.normal(count, BATCH, NOISE).half().double(),
            "shares": values.uniform(0, 1, count, BATCH).half().double(),
            "classes": F.one_hot(torch.arange(count * BATCH).reshape(count, BATCH) * 7 % CLASSES, CLASSES).double(),
        }
    family = Family("Tests/TrainingTests/Golden/generation.safetensors")
    for form, arrays in data.items():
        for name, array in arrays.items():
            family.store(f"{form}/{name}", array)
    for name, case in CASES.items():
        training = Training(case, data["connected" if case["network"] == "connected" else "dcgan"], values)
        networks = [("discriminator", training.judge)] + [
            ("generator" if training.count == 1 else f"generator{index + 1}", maker)
            for index, maker in enumerate(training.makers)
        ]
        for network, found in networks:
            for path, value in found.items():
                family.store(f"initial.{name}/{network}.{path}", value.clone())
        for loss, array in training.run().items():
            family.store(f"losses.{name}/{loss}", array)
            print(name, loss, array[0].item(), array[-1].item())
        family.cases[name] = json.dumps(case, sort_keys=True)
    family.write()
