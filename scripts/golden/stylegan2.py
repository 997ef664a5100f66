"""Makes small files of StyleGAN2's generator, with the keys of stylegan2-ada-pytorch's state dictionaries, and beside each
`<name>.expected.safetensors`: noise (and classes), the images that PyTorch makes of them, also with styles moved to half their distance from
the mean, and the gradients of sum(images * upstream) with respect to noise and parameters, in float64.

Then Tests/TrainingTests/Golden/stylegan2.safetensors: ten steps of training, with everything that StyleGAN2 has.

  python3 -m venv .venv && .venv/bin/pip install torch numpy safetensors packaging
  .venv/bin/python scripts/golden/stylegan2.py

Made with PyTorch 2.15.
"""

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from golden import ROOT, Family, Values, normal_draws
from style_networks import Discriminator, Generator

FOLDER = ROOT / "Tests/CheckpointsTests/Golden/Synthesis"
STEPS, BATCH, CLASSES, NOISE, STYLE, CHANNELS, EVERY = 10, 4, 3, 6, 5, (8, 4), 2


def varied(network, seed):
    """Strengths, biases and means that are not 0, exact in float32."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in list(network.named_parameters()) + list(network.named_buffers()):
        if name.endswith(("noise_strength", "bias", "w_avg")):
            value.data += torch.randn(value.shape, generator=generator) * 0.3
    return network


def store(name, network, classes, save):
    generator = torch.Generator().manual_seed(len(name))
    noise = torch.randn(3, NOISE, generator=generator).half().double()
    wanted = F.one_hot(torch.tensor([1, 0, 2]), classes).double() if classes else None
    FOLDER.mkdir(exist_ok=True)
    save(network.state_dict(), FOLDER / name)
    network.double()
    noise.requires_grad_()
    images = network(noise, wanted)
    upstream = torch.randn(images.shape, generator=generator).half().double()
    parameters = dict(network.named_parameters())
    gradients = torch.autograd.grad((images * upstream).sum(), [noise, *parameters.values()])
    expected = {"noise": noise, "images": images, "upstream": upstream, "truncated": network(noise, wanted, 0.5)}
    expected |= {f"gradient.{key}": value for key, value in zip(["noise", *parameters], gradients)}
    if classes:
        expected["classes"] = wanted
    save_file(
        {key: value.detach().float().contiguous() for key, value in expected.items()},
        FOLDER / f"{name.split('.')[0]}.expected.safetensors")


def mixing(values):
    """1 for the styles of the first noise: all, or those before a place."""
    shares = torch.ones(STEPS, BATCH, 2 * len(CHANNELS), 1, dtype=torch.float64)
    for step in range(STEPS):
        for image in range(BATCH):
            first = int(values.uniform(0, 6, 1).item())
            if first > 0:
                shares[step, image, min(first, 3):] = 0
    return shares


def train(family):
    values = Values(11)
    generator = varied(Generator(NOISE, CLASSES, STYLE, 2, CHANNELS, 1), 1).double()
    discriminator = varied(Discriminator(CHANNELS, 1, 1 + CLASSES), 2).double()
    data = {
        "images": values.normal(STEPS, BATCH, 8, 8, 1, scale=0.5), "noise": values.normal(STEPS, BATCH, NOISE),
        "mixed": values.normal(STEPS, BATCH, NOISE), "shares": mixing(values),
        "classes": F.one_hot(torch.arange(STEPS * BATCH).reshape(STEPS, BATCH) * 7 % CLASSES, CLASSES).double()}
    for name, array in data.items():
        family.store(name, array)
    for network, module in [("generator", generator), ("discriminator", discriminator)]:
        for name, value in module.state_dict().items():
            family.store(f"initial.{network}/{name}", value)
    settings = dict(lr=0.002, betas=(0.0, 0.99))
    makers, judges = (torch.optim.Adam(network.parameters(), **settings) for network in [generator, discriminator])
    history, mean_length = {}, torch.zeros(1, dtype=torch.float64)

    def verdict(images, classes):
        outputs = discriminator(images)
        return outputs[:, :1] + (outputs[:, 1:] * classes).sum(1, keepdim=True)

    def note(name, step, loss):
        history.setdefault(name, torch.zeros(STEPS, dtype=torch.float64))[step - 1] = loss.detach()

    for step in range(1, STEPS + 1):
        batch = {name: array[step - 1] for name, array in data.items()}
        draws = 0

        def noise(side):
            nonlocal draws
            draws += 1
            drawn = normal_draws(1, f"dropout.{draws}", step, BATCH * side * side)
            return drawn.reshape(BATCH, 1, side, side)

        w = generator.mapping(batch["noise"], batch["classes"])
        generator.mapping.w_avg = (0.995 * generator.mapping.w_avg + 0.005 * w.mean(0)).detach()
        other = generator.mapping(batch["mixed"], batch["classes"])
        ws = generator.repeated(w) * batch["shares"] + generator.repeated(other) * (1 - batch["shares"])
        fakes = generator.synthesis(ws, noise)
        images = batch["images"].permute(0, 3, 1, 2).clone().requires_grad_()
        real, made = verdict(images, batch["classes"]), verdict(fakes.detach(), batch["classes"])
        loss = (F.softplus(-real).mean() + F.softplus(made).mean()) / 2
        note("discriminator", step, loss)
        if step % EVERY == 0:
            slope = torch.autograd.grad(real.sum(), images, create_graph=True)[0]
            penalty = slope.pow(2).sum((1, 2, 3)).mean() * 3 / 2 * EVERY
            note("gradientPenalty", step, penalty)
            loss = loss + penalty
        judges.zero_grad()
        loss.backward()
        judges.step()
        loss = F.softplus(-verdict(fakes, batch["classes"])).mean()
        note("adversarial", step, loss)
        if step % EVERY == 0:
            draws, half = 0, BATCH // 2
            ws = generator.repeated(generator.mapping(batch["noise"][:half], batch["classes"][:half]))
            images = generator.synthesis(ws, lambda side: noise(side)[:half])
            direction = normal_draws(1, "pathLength", step, half * 64).reshape(half, 8, 8, 1).permute(0, 3, 1, 2) / 8
            slope = torch.autograd.grad((images * direction).sum(), ws, create_graph=True)[0]
            lengths = slope.pow(2).sum(2).mean(1).sqrt()
            newest = mean_length * 0.99 + lengths.mean() * 0.01
            mean_length = newest.detach()
            penalty = (lengths - newest).pow(2).mean() * 2 * EVERY
            note("pathLength", step, penalty)
            loss = loss + penalty
        makers.zero_grad()
        loss.backward()
        makers.step()
    for name, losses in history.items():
        family.store(f"losses/{name}", losses)
        print(name, losses[1].item(), losses[-1].item())
    family.store("meanStyle", generator.mapping.w_avg)
    family.store("meanLength", mean_length)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(5)
    store("stylegan2.pth", varied(Generator(NOISE), 3), 0, torch.save)
    store(
        "stylegan2-conditional.safetensors", varied(Generator(NOISE, CLASSES, layers=2, channels=(8, 8), colors=1), 4), CLASSES,
        save_file)
    family = Family("Tests/TrainingTests/Golden/stylegan2.safetensors")
    train(family)
    family.write()
    torch.manual_seed(6)
    store(
        "stylegan2-adain.safetensors", varied(Generator(NOISE, layers=2, channels=(8, 6), adain=True), 7), 0, save_file)
