#!/usr/bin/env python3
"""Ten updates of each player of dcgan28 and of the wgan-gp28 critic in PyTorch, recorded for steps.test.ts.

    apt-get install -y --no-install-recommends python3-torch
    /usr/bin/python3 test/parity/torch_steps.py [--dtype float64|float32] > test/parity/torch-steps.json

First weights, batches and noise are Philox draws (src/util/philox.ts, done here in numpy), so only results are
stored: losses, and of each weight, in the layout it has in JavaScript, evenly spaced samples and how far all of
its elements have moved together.
By default the arithmetic is double precision: what differs then is the rounding of the side under test.
A convolution's bias right in front of a batch normalisation cancels out; its gradient is rounding error, which
Adam would scale to full steps, so it is left as it is and not compared.
"""
import argparse
import base64
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

BATCH, LATENT, UPDATES, SLOPE, PENALTY = 64, 100, 10, 0.2, 10
WEIGHTS, DATA, NOISE = 1, 2, 3  # seeds
SAMPLES = 1000


def philox(count, seed, draw):
    """Words of blocks 0, 1, …: uint32 [blocks, 4]; seed and draw below 2^32."""
    low = np.uint64(0xFFFFFFFF)
    c0 = np.arange((count + 3) // 4, dtype=np.uint64)
    c1, c2, c3 = np.full_like(c0, draw), np.zeros_like(c0), np.zeros_like(c0)
    k0, k1 = seed, 0
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (p1 >> np.uint64(32)) ^ c1 ^ np.uint64(k0), p1 & low, (p0 >> np.uint64(32)) ^ c3 ^ np.uint64(k1), p0 & low
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], 1)


def uniform(shape, seed, draw, low=0.0, high=1.0):
    count = int(np.prod(shape))
    unit = (philox(count, seed, draw) >> np.uint64(8)).astype(np.float32).reshape(-1)[:count] * np.float32(2**-24)
    return (low + unit.astype(np.float64) * (high - low)).astype(np.float32).reshape(shape)


def normal(shape, seed, draw):
    count = int(np.prod(shape))
    words = (philox(count, seed, draw) >> np.uint64(8)).astype(np.float64)
    radius = np.sqrt(-2 * np.log((words[:, 0::2] + 1) * 2**-24))
    angle = 2 * np.pi * words[:, 1::2] * 2**-24
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 2)
    return pairs.reshape(-1)[:count].astype(np.float32).reshape(shape)


class Reshape(nn.Module):
    def forward(self, x):
        return x.reshape(len(x), 128, 7, 7)


def generator():
    return nn.Sequential(
        nn.Linear(LATENT, 7 * 7 * 128), Reshape(), nn.BatchNorm2d(128), nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh())


def scorer(norm):
    return nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(SLOPE), nn.Conv2d(64, 128, 4, 2, 1), *norm,
        nn.LeakyReLU(SLOPE), nn.Flatten(), nn.Linear(7 * 7 * 128, 1))


def hwio(t):
    """[in or out, out or in, h, w] of PyTorch to [h, w, …] here, and `back` the other way."""
    return t.permute(2, 3, 1, 0)


def back(t):
    return t.permute(3, 2, 0, 1)


def same(t):
    return t


# Weight by weight: its path here, module and attribute there, its shape here, the way there and the way back.
GENERATOR = [
    ("0/kernel", 0, "weight", (LATENT, 6272),
     lambda t: t.reshape(LATENT, 7, 7, 128).permute(3, 1, 2, 0).reshape(6272, LATENT),
     lambda t: t.reshape(128, 7, 7, LATENT).permute(3, 1, 2, 0).reshape(LATENT, 6272)),
    ("0/bias", 0, "bias", (6272,),
     lambda t: t.reshape(7, 7, 128).permute(2, 0, 1).reshape(6272),
     lambda t: t.reshape(128, 7, 7).permute(1, 2, 0).reshape(6272)),
    ("2/scale", 2, "weight", (128,), same, same),
    ("2/offset", 2, "bias", (128,), same, same),
    ("4/kernel", 4, "weight", (4, 4, 64, 128), back, hwio),
    ("5/scale", 5, "weight", (64,), same, same),
    ("5/offset", 5, "bias", (64,), same, same),
    ("7/kernel", 7, "weight", (4, 4, 1, 64), back, hwio),
    ("7/bias", 7, "bias", (1,), same, same),
]


def scorer_weights(norm):
    last = 6 if norm else 5
    return [
        ("0/kernel", 0, "weight", (4, 4, 1, 64), back, hwio),
        ("0/bias", 0, "bias", (64,), same, same),
        ("2/kernel", 2, "weight", (4, 4, 64, 128), back, hwio),
        *([("3/scale", 3, "weight", (128,), same, same), ("3/offset", 3, "bias", (128,), same, same)] if norm
          else [("2/bias", 2, "bias", (128,), same, same)]),
        (f"{last}/kernel", last, "weight", (6272, 1),
         lambda t: t.reshape(7, 7, 128).permute(2, 0, 1).reshape(1, 6272),
         lambda t: t.reshape(128, 7, 7).permute(1, 2, 0).reshape(6272, 1)),
        (f"{last}/bias", last, "bias", (1,), same, same),
    ]


def initialise(model, weights, first_draw, kernel_range):
    """Kernels in ±kernel_range, scales in 1 ± 0.1, biases and offsets in ±0.1; draws numbered from first_draw."""
    frozen = {id(p) for p in model.parameters()}
    first = {}
    for i, (path, module, attribute, shape, there, _) in enumerate(weights):
        low, high = (-kernel_range, kernel_range) if path.endswith("kernel") else (-0.1, 0.1)
        if path.endswith("scale"):
            low, high = 0.9, 1.1
        parameter = getattr(model[module], attribute)
        first[path] = uniform(shape, WEIGHTS, first_draw + i, low, high)
        parameter.data = there(torch.from_numpy(first[path])).contiguous().to(parameter.dtype)
        frozen.discard(id(parameter))
    for parameter in model.parameters():
        if id(parameter) in frozen:
            parameter.data.zero_()
            parameter.requires_grad_(False)
    return [p for p in model.parameters() if p.requires_grad], first


def record(model, weights, first):
    result = {}
    for path, module, attribute, _, _, here in weights:
        values = here(getattr(model[module], attribute).data).reshape(-1).double().numpy()
        stride = max(1, values.size // SAMPLES)
        result[path] = {
            "stride": stride,
            "samples": base64.b64encode(values[::stride].astype("<f4").tobytes()).decode(),
            "moved": float(np.abs(values - first[path].reshape(-1)).sum()),
        }
    return result


def tensor(values, dtype):
    return torch.from_numpy(values).to(dtype)


def images(draw, dtype):
    return tensor(uniform((BATCH, 1, 28, 28), DATA, draw, -1, 1), dtype)


def dcgan28(dtype):
    g, d = generator().to(dtype), scorer([nn.BatchNorm2d(128)]).to(dtype)
    weights = {"generator": GENERATOR, "discriminator": scorer_weights(True)}
    trainable, first_g = initialise(g, GENERATOR, 0, 0.05)
    og = torch.optim.Adam(trainable, 2e-4, (0.5, 0.999))
    trainable, first_d = initialise(d, weights["discriminator"], 100, 0.05)
    od = torch.optim.Adam(trainable, 2e-4, (0.5, 0.999))
    losses = {"discriminator": [], "generator": []}
    for update in range(UPDATES):
        fake = g(tensor(normal((BATCH, LATENT), NOISE, 2 * update), dtype)).detach()
        loss = F.softplus(-d(images(update, dtype))).mean() + F.softplus(d(fake)).mean()
        od.zero_grad(set_to_none=True)
        loss.backward()
        od.step()
        losses["discriminator"].append(loss.item())
        for p in trainable:
            p.requires_grad_(False)
        loss = F.softplus(-d(g(tensor(normal((BATCH, LATENT), NOISE, 2 * update + 1), dtype)))).mean()
        og.zero_grad(set_to_none=True)
        loss.backward()
        og.step()
        for p in trainable:
            p.requires_grad_(True)
        losses["generator"].append(loss.item())
    return {"losses": losses, "weights": {
        "generator": record(g, GENERATOR, first_g),
        "discriminator": record(d, weights["discriminator"], first_d)}}


def wgan_gp28(dtype):
    g, d = generator().to(dtype), scorer([]).to(dtype)
    weights = scorer_weights(False)
    initialise(g, GENERATOR, 0, 0.05)
    trainable, first = initialise(d, weights, 200, 0.08)
    od = torch.optim.Adam(trainable, 1e-4, (0.5, 0.9))
    losses = []
    for update in range(UPDATES):
        real = images(update, dtype)
        with torch.no_grad():
            fake = g(tensor(normal((BATCH, LATENT), NOISE, 2 * update), dtype))
        epsilon = tensor(uniform((BATCH, 1, 1, 1), NOISE, 2 * update + 1), dtype)
        mixed = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
        slope, = torch.autograd.grad(d(mixed).sum(), mixed, create_graph=True)
        norms = slope.flatten(1).norm(dim=1)
        loss = d(fake).mean() - d(real).mean() + PENALTY * ((norms - 1) ** 2).mean()
        print(f"wgan-gp28 {update}: loss {loss.item():.4f}, mean norm {norms.mean().item():.3f}", file=sys.stderr)
        od.zero_grad(set_to_none=True)
        loss.backward()
        od.step()
        losses.append(loss.item())
    return {"losses": {"critic": losses}, "weights": {"critic": record(d, weights, first)}}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64")
    args = parser.parse_args()
    dtype = getattr(torch, args.dtype)
    result = {"torch": torch.__version__, "dtype": args.dtype, "dcgan28": dcgan28(dtype), "wgan-gp28": wgan_gp28(dtype)}
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
