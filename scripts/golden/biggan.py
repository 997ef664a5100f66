"""Makes small files of BigGAN's generator, with the keys of BigGAN-PyTorch's files, and beside each `<name>.expected.safetensors` as
scripts/golden/stylegan2.py does; then Tests/TrainingTests/Golden/biggan.safetensors: ten steps of training with the projection of
classes, attention and orthogonal regularization.

  python3 -m venv .venv && .venv/bin/pip install torch numpy safetensors packaging
  .venv/bin/python scripts/golden/biggan.py

Made with PyTorch 2.15.
"""

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from biggan_networks import Discriminator, Generator
from golden import ROOT, Family, Values

FOLDER = ROOT / "Tests/CheckpointsTests/Golden/Synthesis"
STEPS, BATCH, CLASSES, ORTHOGONALITY = 10, 4, 3, 0.01


def varied(network, seed):
    """Shares, biases and statistics that are not 0 or 1."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in list(network.named_parameters()) + list(network.named_buffers()):
        if name.endswith(("gamma", "bias", "stored_mean", "stored_var", "layer.0.gain")):
            value.data += torch.rand(value.shape, generator=generator) * 0.5
    return network


def store(name, network, classes, save):
    network.eval()
    generator = torch.Generator().manual_seed(len(name))
    noise = torch.randn(2, network.noise, generator=generator).half().double()
    wanted = F.one_hot(torch.tensor([1, 0]), classes).double() if classes else None
    save(network.state_dict(), FOLDER / name)
    network.double()
    noise.requires_grad_()
    images = network(noise, wanted)
    upstream = torch.randn(images.shape, generator=generator).half().double()
    parameters = dict(network.named_parameters())
    gradients = torch.autograd.grad((images * upstream).sum(), [noise, *parameters.values()])
    expected = {"noise": noise, "images": images, "upstream": upstream}
    expected |= {f"gradient.{key}": value for key, value in zip(["noise", *parameters], gradients)}
    if classes:
        expected["classes"] = wanted
    path = FOLDER / f"{name.split('.')[0]}.expected.safetensors"
    save_file({key: value.detach().float().contiguous() for key, value in expected.items()}, path)
    path.chmod(0o644)


def orthogonality(network):
    total = 0
    for name, value in network.named_parameters():
        if value.ndim > 1 and not name.startswith("shared"):
            products = value.flatten(1) @ value.flatten(1).t()
            total = total + (products * (1 - torch.eye(len(products), dtype=products.dtype))).pow(2).sum()
    return total


def named(name):
    """Guise's path of a discriminator's tensor."""
    parts = name.split(".")
    if parts[0] == "attentions":
        parts = ["blocks", parts[1], "attention", {"theta": "query", "phi": "key", "g": "value", "o": "output"}.get(
            parts[2], "share")] + parts[3:]
    return ".".join(parts)


def train(family):
    values = Values(13)
    generator = varied(Generator([4, 4, 4, 4], width=1, part=2, classes=CLASSES, attention=8, colors=1), 1).double()
    discriminator = varied(Discriminator([4, 4, 4, 4], 2, width=1, outputs=1 + CLASSES, colors=1, attention=0), 2).double()
    data = {
        "images": values.normal(STEPS, BATCH, 32, 32, 1, scale=0.5), "noise": values.normal(STEPS, BATCH, generator.noise),
        "classes": F.one_hot(torch.arange(STEPS * BATCH).reshape(STEPS, BATCH) * 7 % CLASSES, CLASSES).double()}
    for name, array in data.items():
        family.store(name, array, "float16" if name == "images" else "float32")
    for network, module in [("generator", generator), ("discriminator", discriminator)]:
        for name, value in module.state_dict().items():
            family.store(f"initial.{network}/{name if module is generator else named(name)}", value)
    settings = dict(lr=0.002, betas=(0.0, 0.999))
    makers, judges = (torch.optim.Adam(network.parameters(), **settings) for network in [generator, discriminator])
    history = {}

    def verdict(images, classes):
        outputs = discriminator(images)
        return outputs[:, :1] + (outputs[:, 1:] * classes).sum(1, keepdim=True)

    for step in range(STEPS):
        batch = {name: array[step] for name, array in data.items()}
        fakes = generator(batch["noise"], batch["classes"])
        real = verdict(batch["images"].permute(0, 3, 1, 2), batch["classes"])
        made = verdict(fakes.detach(), batch["classes"])
        losses = {"discriminator": (F.relu(1 - real).mean() + F.relu(1 + made).mean()) / 2}
        judges.zero_grad()
        losses["discriminator"].backward()
        judges.step()
        losses["adversarial"] = -verdict(fakes, batch["classes"]).mean()
        losses["orthogonality"] = orthogonality(generator) * ORTHOGONALITY
        makers.zero_grad()
        (losses["adversarial"] + losses["orthogonality"]).backward()
        makers.step()
        for name, loss in losses.items():
            history.setdefault(name, []).append(loss.detach())
    for name, losses in history.items():
        family.store(f"losses/{name}", torch.stack(losses))
        print(name, losses[0].item(), losses[-1].item())


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(6)
    store("biggan.pth", varied(Generator([4, 4, 4, 4], classes=3, attention=16), 3), 3, torch.save)
    store("biggan-64.pth", varied(Generator([16, 16, 8, 4, 2], width=1, colors=1), 4), 0, torch.save)
    family = Family("Tests/TrainingTests/Golden/biggan.safetensors")
    train(family)
    family.write()
