"""Log-mel spectrograms computed with NumPy's FFT, for log-mel.test.ts: python3 test/data/sound/mel_reference.py"""

import json
import pathlib

import numpy as np


def signal(rate, seconds):
    """A sweep, a steady tone and a click; no random numbers, so that TypeScript makes the same."""
    t = np.arange(int(rate * seconds)) / rate
    sweep = 0.5 * np.sin(2 * np.pi * (200 * t + 900 * t * t))
    tone = 0.05 * np.sin(2 * np.pi * 3100 * t)
    click = np.where(np.arange(t.size) == t.size // 3, 0.8, 0.0)
    return (sweep + tone + click).astype(np.float32)


def log_mel(x, rate, frames, mels, window, hop, low, high, floor):
    length = (frames - 1) * hop + window
    before = (length - x.size) // 2
    x = np.pad(x.astype(np.float64), (before, length - x.size - before))
    size = 1 << int(np.ceil(np.log2(window)))
    hann = np.sin(np.pi * np.arange(window) / window) ** 2
    spectra = np.stack([np.abs(np.fft.rfft(x[f * hop:f * hop + window] * hann, size)) ** 2 for f in range(frames)])
    mel = lambda f: 1127 * np.log(1 + f / 700)
    # Interpolating in hertz between 0, 1, 0 at three corners is a triangle.
    corners = 700 * (np.exp(np.linspace(mel(low), mel(high), mels + 2) / 1127) - 1)
    bins = np.arange(size // 2 + 1) * rate / size
    bank = np.stack([np.interp(bins, corners[b:b + 3], [0, 1, 0], left=0, right=0) for b in range(mels)])
    decibels = 10 * np.log10(spectra @ bank.T + 2.0**-60)
    return np.clip((decibels - decibels.max()) / floor * 2 + 1, -1, 1)


CASES = [
    dict(rate=8000, frames=32, mels=32, window=256, hop=160, low=60, high=4000, range=60),
    dict(rate=16000, frames=20, mels=24, window=400, hop=480, low=0, high=7000, range=80),
]

if __name__ == "__main__":
    out = []
    for case in CASES:
        values = log_mel(signal(case["rate"], 0.45), case["rate"], case["frames"], case["mels"], case["window"],
                         case["hop"], case["low"], case["high"], case["range"])
        out.append({"options": case, "values": [round(float(v), 6) for v in values.ravel()]})
    path = pathlib.Path(__file__).with_name("mel-reference.json")
    path.write_text(json.dumps(out) + "\n")
