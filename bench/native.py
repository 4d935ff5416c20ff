#!/usr/bin/env python3
"""Times the rows of `kallima bench` in native PyTorch on the CPU.

    npm run -s bench:native -- --threads 1,2 > native.json
    npx kallima bench --native native.json

Needs PyTorch with a real BLAS; on Debian: apt-get install python3-torch libopenblas0-pthread.
Prints JSON: {"torch": version, "runs": [{"threads": n, "results": {row: {ms, minMs, maxMs, samples}}}]},
ms the median. Each number of threads has a process of its own.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

SYSTEM_PYTHON = "/usr/bin/python3"

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    # Debian's packages serve Debian's interpreter, which may not be the first one on the PATH.
    if os.path.realpath(sys.executable) != os.path.realpath(SYSTEM_PYTHON) and os.path.exists(SYSTEM_PYTHON):
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, *sys.argv])
    sys.exit(
        "bench:native: needs PyTorch, got none; apt-get install python3-torch libopenblas0-pthread,"
        " or run bench/native.py with a Python that has it"
    )

WARM_UP = 3
LEAST_SAMPLES = 9
LEAST_SECONDS = 1.0
LATENT = 100
CLASSES = 10
CLASS_UNITS = 50
HALVE = {"kernel_size": 4, "stride": 2, "padding": 1}


class Generator(nn.Module):
    """DCGAN's generator: a dense layer, then transposed convolutions that double the image."""

    def __init__(self, side, widths, channels, inputs=LATENT):
        super().__init__()
        self.first = (widths[0], side, side)
        self.project = nn.Linear(inputs, widths[0] * side * side)
        layers = [nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True)]
        for inner, outer in zip(widths, widths[1:]):
            layers += [nn.ConvTranspose2d(inner, outer, **HALVE), nn.BatchNorm2d(outer), nn.ReLU(inplace=True)]
        layers += [nn.ConvTranspose2d(widths[-1], channels, **HALVE), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, z):
        return self.layers(self.project(z).view(-1, *self.first))


def halvings(channels, widths, normalized):
    """DCGAN's features: convolutions that halve the image."""
    layers = []
    for depth, (inner, outer) in enumerate(zip([channels, *widths], widths)):
        layers.append(nn.Conv2d(inner, outer, **HALVE))
        if normalized and depth > 0:
            layers.append(nn.BatchNorm2d(outer))
        layers.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*layers)


def scorer(channels, widths, features, normalized):
    """DCGAN's discriminator, or without normalisation its critic: halving convolutions, one score."""
    return nn.Sequential(*halvings(channels, widths, normalized), nn.Flatten(), nn.Linear(features, 1))


class Residual(nn.Module):
    """A residual block: two convolutions that keep the image's size, edges continued by reflection."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels), nn.ReLU(inplace=True),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels),
        )

    def forward(self, x):
        return x + self.body(x)


def translator(width, blocks):
    """CycleGAN's generator: down to a quarter of the side, residual blocks, up again."""

    def step(layer, channels):
        return [layer, nn.InstanceNorm2d(channels), nn.ReLU(inplace=True)]

    halve = {"kernel_size": 3, "stride": 2, "padding": 1}
    return nn.Sequential(
        nn.ReflectionPad2d(3),
        *step(nn.Conv2d(3, width, 7), width),
        *step(nn.Conv2d(width, 2 * width, **halve), 2 * width),
        *step(nn.Conv2d(2 * width, 4 * width, **halve), 4 * width),
        *[Residual(4 * width) for _ in range(blocks)],
        *step(nn.ConvTranspose2d(4 * width, 2 * width, **halve, output_padding=1), 2 * width),
        *step(nn.ConvTranspose2d(2 * width, width, **halve, output_padding=1), width),
        nn.ReflectionPad2d(3),
        nn.Conv2d(width, 3, 7),
        nn.Tanh(),
    )


def patch_judge(width):
    """PatchGAN's discriminator with two halvings: a score for each patch of 34×34."""
    return nn.Sequential(
        nn.Conv2d(3, width, **HALVE), nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, **HALVE), nn.InstanceNorm2d(2 * width), nn.LeakyReLU(0.2),
        nn.Conv2d(2 * width, 4 * width, 4, padding=1), nn.InstanceNorm2d(4 * width), nn.LeakyReLU(0.2),
        nn.Conv2d(4 * width, 1, 4, padding=1),
    )


class ConditionalGenerator(nn.Module):
    """The generator under a class: its vector joins the latent one."""

    def __init__(self):
        super().__init__()
        self.classes = nn.Embedding(CLASSES, CLASS_UNITS)
        self.generator = Generator(7, [128, 64], 1, LATENT + CLASS_UNITS)

    def forward(self, z, labels):
        return self.generator(torch.cat([z, self.classes(labels)], 1))


class ConditionalDiscriminator(nn.Module):
    """The discriminator under a class: its vector joins every position of the smallest features."""

    def __init__(self):
        super().__init__()
        self.classes = nn.Embedding(CLASSES, CLASS_UNITS)
        self.features = halvings(1, [64, 128], normalized=True)
        self.mix = nn.Sequential(nn.Conv2d(128 + CLASS_UNITS, 128, 1), nn.BatchNorm2d(128), nn.LeakyReLU(0.2))
        self.score = nn.Sequential(nn.Flatten(), nn.Linear(7 * 7 * 128, 1))

    def forward(self, x, labels):
        features = self.features(x)
        vectors = self.classes(labels)[:, :, None, None].expand(-1, -1, *features.shape[2:])
        return self.score(self.mix(torch.cat([features, vectors], 1)))


def mlp(outputs):
    layers = []
    for inputs in (2, 512, 512):
        layers += [nn.Linear(inputs, 512), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(512, outputs))


def generator28():
    return Generator(7, [128, 64], 1)


def generator64():
    return Generator(4, [512, 256, 128, 64], 3)


def adam(network, rate, beta1, beta2):
    return torch.optim.Adam(network.parameters(), lr=rate, betas=(beta1, beta2))


def descend(optimizer, loss):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def freezing(network, loss):
    """A loss that goes through a network without asking for the gradients of its weights."""
    network.requires_grad_(False)
    value = loss()
    network.requires_grad_(True)
    return value


def images(count, channels, side):
    return torch.empty(count, channels, side, side).uniform_(-1, 1)


def gan_round(generator, discriminator, real):
    """One update of the discriminator, one of the generator; the non-saturating losses."""
    count = len(real)
    optimizers = [adam(network, 2e-4, 0.5, 0.999) for network in (discriminator, generator)]

    def step():
        fake = generator(torch.randn(count, LATENT)).detach()
        descend(optimizers[0], F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean())

        def loss():
            return F.softplus(-discriminator(generator(torch.randn(count, LATENT)))).mean()

        descend(optimizers[1], freezing(discriminator, loss))

    return step


def conditional_round(generator, discriminator, real, labels):
    """
    As gan_round, under a class each. Half the negatives are real images under the class of the next one; where that
    is their own, the generated image's score takes the place of theirs.
    """
    count = len(real)
    optimizers = [adam(network, 2e-4, 0.5, 0.999) for network in (discriminator, generator)]

    def generated():
        return generator(torch.randn(count, LATENT), labels)

    def step():
        fake = generated().detach()
        others = labels.roll(-1)
        true, made = discriminator(real, labels), discriminator(fake, labels)
        mismatched = torch.where((others != labels)[:, None], discriminator(real, others), made)
        negatives = F.softplus(made).mean() + F.softplus(mismatched).mean()
        descend(optimizers[0], F.softplus(-true).mean() + 0.5 * negatives)
        descend(
            optimizers[1],
            freezing(discriminator, lambda: F.softplus(-discriminator(generated(), labels)).mean()),
        )

    return step


def critic_update(generator, critic, real, noise, penalty):
    """One update of a WGAN-GP critic: one ε an example, and the second-order part of the penalty."""
    optimizer = adam(critic, 1e-4, 0.5, 0.9)
    ones = [1] * (real.dim() - 1)

    def step():
        with torch.no_grad():
            fake = generator(noise())
        epsilon = torch.rand(len(real), *ones)
        mixed = torch.lerp(fake, real, epsilon).requires_grad_(True)
        (slope,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
        steepness = (slope.flatten(1).norm(dim=1) - 1).square().mean()
        descend(optimizer, critic(fake).mean() - critic(real).mean() + penalty * steepness)

    return step


def wgan_gp28_critic():
    critic = scorer(1, [64, 128], 7 * 7 * 128, normalized=False)
    return critic_update(generator28(), critic, images(64, 1, 28), lambda: torch.randn(64, LATENT), 10)


def mlp2d(count):
    generator, critic = mlp(2), mlp(1)

    def noise():
        return torch.randn(count, 2)

    update_critic = critic_update(generator, critic, torch.randn(count, 2), noise, 0.1)
    optimizer = adam(generator, 1e-4, 0.5, 0.9)

    def step():
        update_critic()
        descend(optimizer, freezing(critic, lambda: -critic(generator(noise())).mean()))

    return step


def dcgan28():
    return gan_round(generator28(), scorer(1, [64, 128], 7 * 7 * 128, normalized=True), images(64, 1, 28))


def conditional28():
    labels = torch.arange(64) % CLASSES
    return conditional_round(ConditionalGenerator(), ConditionalDiscriminator(), images(64, 1, 28), labels)


def cyclegan64():
    """Both generators, then both discriminators on what was generated; least squares, cycle 10, identity 5."""
    there, back = translator(32, 6), translator(32, 6)
    judge_a, judge_b = patch_judge(32), patch_judge(32)
    generators, judges = nn.ModuleList([there, back]), nn.ModuleList([judge_a, judge_b])
    optimizers = [adam(networks, 2e-4, 0.5, 0.999) for networks in (generators, judges)]
    a, b = images(1, 3, 64), images(1, 3, 64)

    def real(scores):
        return (scores - 1).square().mean()

    def apart(x, y):
        return (x - y).abs().mean()

    def step():
        fake_a, fake_b = back(b), there(a)
        won = freezing(judges, lambda: real(judge_a(fake_a)) + real(judge_b(fake_b)))
        cycle = apart(back(fake_b), a) + apart(there(fake_a), b)
        identity = apart(back(a), a) + apart(there(b), b)
        descend(optimizers[0], won + 10 * cycle + 5 * identity)
        lost = real(judge_a(a)) + real(judge_b(b))
        for judge, fake in ((judge_a, fake_a), (judge_b, fake_b)):
            lost = lost + judge(fake.detach()).square().mean()
        descend(optimizers[1], 0.5 * lost)

    return step


def dcgan64():
    widths = [64, 128, 256, 512]
    return gan_round(generator64(), scorer(3, widths, 4 * 4 * 512, normalized=True), images(32, 3, 64))


def generate64(count):
    generator, z = generator64().eval(), torch.randn(count, LATENT)
    return torch.no_grad()(lambda: generator(z))


def gemm1024():
    a, b = images(1, 1, 1024)[0, 0], images(1, 1, 1024)[0, 0]
    return lambda: torch.mm(a, b)


def conv_k4s2():
    x = images(64, 64, 32).requires_grad_(True)
    filters = torch.empty(128, 64, 4, 4).uniform_(-1, 1).requires_grad_(True)
    slope = images(64, 128, 16)
    return lambda: torch.autograd.grad(F.conv2d(x, filters, stride=2, padding=1), (x, filters), slope)


def convt_k4s2_forward():
    x, filters = images(64, 128, 16), torch.empty(128, 64, 4, 4).uniform_(-1, 1)
    return lambda: F.conv_transpose2d(x, filters, stride=2, padding=1)


ROWS = {
    "gemm1024": gemm1024,
    "conv-k4s2": conv_k4s2,
    "convt-k4s2-forward": convt_k4s2_forward,
    "dcgan28": dcgan28,
    "wgan-gp28-critic": wgan_gp28_critic,
    "conditional28": conditional28,
    "dcgan64": dcgan64,
    "cyclegan64": cyclegan64,
    "mlp2d": lambda: mlp2d(256),
    "mlp2d-16": lambda: mlp2d(16),
    "generate64-1": lambda: generate64(1),
    "generate64-64": lambda: generate64(64),
}


def measure(step):
    """Milliseconds of one step; nine of them, and more where they are short."""
    for _ in range(WARM_UP):
        step()
    samples = []
    while len(samples) < LEAST_SAMPLES or sum(samples) < 1e3 * LEAST_SECONDS:
        start = time.perf_counter()
        step()
        samples.append(1e3 * (time.perf_counter() - start))
    return {
        "ms": round(statistics.median(samples), 4),
        "minMs": round(min(samples), 4),
        "maxMs": round(max(samples), 4),
        "samples": len(samples),
    }


def run(threads, rows):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    results = {}
    for row in rows:
        print(f"{row} on PyTorch, {threads} threads …", file=sys.stderr, flush=True)
        results[row] = measure(ROWS[row]())
    return {"threads": threads, "results": results}


def run_apart(threads, rows):
    """In a process of its own: the libraries read their number of threads when they are loaded."""
    count = str(threads)
    numbers = {f"{library}_NUM_THREADS": count for library in ("OPENBLAS", "OMP", "MKL")}
    # OpenMP's threads, which compute the convolutions, would else wait in loops and take the cores from the BLAS's.
    environment = {"OMP_WAIT_POLICY": "passive", **os.environ, **numbers}
    command = [sys.executable, os.path.abspath(__file__), "--within", count, "--only", ",".join(rows)]
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)


def positive_numbers(text):
    numbers = [int(number) if number.isdecimal() else 0 for number in text.split(",")]
    if min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"must be whole numbers of at least 1 between commas, got {text!r}")
    return numbers


def main():
    parser = argparse.ArgumentParser(prog="bench:native", description="Times the rows of kallima bench in PyTorch.")
    parser.add_argument("--threads", type=positive_numbers, default=[1, 2], help="numbers between commas (1,2)")
    parser.add_argument("--only", default="", help="names of rows between commas")
    parser.add_argument("--within", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    rows = [row for row in arguments.only.split(",") if row] or list(ROWS)
    unknown = [row for row in rows if row not in ROWS]
    if unknown:
        parser.error(f"--only must name rows, got {unknown[0]!r}; known: {', '.join(ROWS)}")
    if arguments.within:
        print(json.dumps(run(arguments.within, rows)))
        return
    runs = [run_apart(threads, rows) for threads in arguments.threads]
    print(json.dumps({"torch": torch.__version__, "runs": runs}, indent=2))


if __name__ == "__main__":
    main()
