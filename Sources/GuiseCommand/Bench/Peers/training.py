"""CycleGAN's training step in PyTorch."""

import contextlib
import itertools
import time

import torch
from torch.nn import functional

from networks import Generator, PatchDiscriminator
from tensors import channels_first, read_tensors, wait


class Training:
    """The step in the precisions that PyTorch has, each with networks of its own."""

    # Compiled where a GPU computes, since that is how PyTorch is fastest there.
    ENGINES = [
        ("pytorch-float32", "PyTorch", "float32", ["torch"], ("cpu", "cuda")),
        ("pytorch-bfloat16", "PyTorch", "bfloat16", ["torch"], ("cpu",)),
        ("pytorch-compiled-tf32", "PyTorch compiled", "TF32", ["torch"], ("cuda",)),
        ("pytorch-compiled-bfloat16", "PyTorch compiled", "bfloat16", ["torch"], ("cuda",)),
    ]

    def __init__(self, device):
        self.device = device
        self.steps = {}

    def prepare(self, engine):
        with precision(engine):
            training = CycleGAN(self.device, engine)
            self.steps[engine] = training
            # Compilation and the choice of kernels come before what is timed.
            if "compiled" in engine:
                for _ in range(3):
                    training.step()
        return {"difference": 0}

    def run(self, engine):
        with precision(engine):
            return self.steps[engine].step()


@contextlib.contextmanager
def precision(engine):
    flags = torch.backends.cuda.matmul, torch.backends.cudnn
    for flag in flags:
        flag.allow_tf32 = "tf32" in engine
    torch.backends.cudnn.benchmark = "compiled" in engine
    yield
    for flag in flags:
        flag.allow_tf32 = False


class CycleGAN:
    """CycleGAN's published training step, with each loss named as in guise."""

    def __init__(self, device, engine):
        self.device = device
        self.casts = "bfloat16" in engine
        self.compiled = "compiled" in engine
        weights = read_tensors("weights")

        def load(name, network):
            network.load_state_dict(
                {key.removeprefix(f"{name}."): value for key, value in weights.items() if key.startswith(f"{name}.")})
            network = network.to(device)
            if self.compiled:
                network = torch.compile(network.to(memory_format=torch.channels_last))
            return network

        self.to_b, self.to_a = load("AtoB", Generator(9)), load("BtoA", Generator(9))
        self.judge_a = load("discriminatorA", PatchDiscriminator())
        self.judge_b = load("discriminatorB", PatchDiscriminator())
        self.discriminators = list(itertools.chain(self.judge_a.parameters(), self.judge_b.parameters()))
        generators = itertools.chain(self.to_b.parameters(), self.to_a.parameters())
        self.generator_optimizer = torch.optim.Adam(generators, 2e-4, betas=(0.5, 0.999))
        self.discriminator_optimizer = torch.optim.Adam(self.discriminators, 2e-4, betas=(0.5, 0.999))
        layout = torch.channels_last if self.compiled else torch.contiguous_format
        self.a, self.b = (
            channels_first(image).to(device, memory_format=layout) for image in read_tensors("images").values())

    def step(self):
        began = time.perf_counter()
        fakes, losses = self.train_generators()
        losses |= self.train_discriminators(*fakes)
        losses = {name: loss.item() for name, loss in losses.items()}
        wait(self.device)
        return {"seconds": time.perf_counter() - began, "losses": losses}

    def cast(self):
        return torch.autocast(self.device, torch.bfloat16, enabled=self.casts)

    def train_generators(self):
        a, b = self.a, self.b
        for parameter in self.discriminators:
            parameter.requires_grad_(False)
        with self.cast():
            fake_b, fake_a = self.to_b(a), self.to_a(b)
            losses = {
                "adversarialAtoB": adversarial(self.judge_b(fake_b), 1),
                "adversarialBtoA": adversarial(self.judge_a(fake_a), 1),
                "cycleA": 10 * functional.l1_loss(self.to_a(fake_b), a),
                "cycleB": 10 * functional.l1_loss(self.to_b(fake_a), b),
                "identityA": 5 * functional.l1_loss(self.to_a(a), a),
                "identityB": 5 * functional.l1_loss(self.to_b(b), b),
            }
        self.generator_optimizer.zero_grad()
        sum(losses.values()).backward()
        self.generator_optimizer.step()
        return (fake_a.detach(), fake_b.detach()), losses

    def train_discriminators(self, fake_a, fake_b):
        for parameter in self.discriminators:
            parameter.requires_grad_(True)
        with self.cast():
            losses = {
                name: 0.5 * (adversarial(judge(real), 1) + adversarial(judge(fake), 0))
                for name, judge, real, fake in (
                    ("discriminatorA", self.judge_a, self.a, fake_a), ("discriminatorB", self.judge_b, self.b, fake_b))}
        self.discriminator_optimizer.zero_grad()
        sum(losses.values()).backward()
        self.discriminator_optimizer.step()
        return losses


def adversarial(prediction, label):
    return functional.mse_loss(prediction, torch.full_like(prediction, label))
