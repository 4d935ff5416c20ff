import { describe, expect, it } from 'vitest';
import { OutOfMemoryError } from '../../src/errors';
import { Arena } from '../../src/wasm/arena';

const PAGE = 65536;

function arena(maximumPages: number, firstByte = 1024): { arena: Arena; memory: WebAssembly.Memory } {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: maximumPages });
  return { arena: new Arena(memory, maximumPages * PAGE, firstByte), memory };
}

/** A small seeded generator, so that a failing order of calls can be had again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('arena', () => {
  it('gives aligned addresses above the reserved bytes and never 0', () => {
    for (const first of [0, 1, 64, 5000]) {
      const made = arena(16, first).arena;
      for (const bytes of [0, 1, 63, 64, 65, 4096, 100_000]) {
        const pointer = made.allocate(bytes);
        expect(pointer % 64).toBe(0);
        expect(pointer).toBeGreaterThanOrEqual(Math.max(64, first));
      }
    }
  });

  it('never overlaps buffers, keeps 64 readable bytes after each, and takes all back', () => {
    const { arena: made, memory } = arena(1024);
    const next = numbers(7);
    const live: { pointer: number; bytes: number }[] = [];
    for (let i = 0; i < 20_000; i++) {
      if (live.length > 0 && next(100) < 48) {
        const [gone] = live.splice(next(live.length), 1);
        made.release(gone!.pointer);
      } else {
        const bytes = next(2) ? next(300) : next(30_000);
        live.push({ pointer: made.allocate(bytes), bytes });
      }
      if (i % 500 !== 0) continue;
      const sorted = [...live].sort((a, b) => a.pointer - b.pointer);
      sorted.forEach((buffer, index) => {
        const end = buffer.pointer + Math.max(1, buffer.bytes);
        expect(end).toBeLessThanOrEqual(sorted[index + 1]?.pointer ?? Number.POSITIVE_INFINITY);
        expect(end + 64).toBeLessThanOrEqual(memory.buffer.byteLength);
      });
      const units = live.reduce((sum, { bytes }) => sum + Math.max(1, Math.ceil(bytes / 64)), 0);
      expect(made.bytesInUse).toBe(units * 64);
    }
    for (const { pointer } of live) made.release(pointer);
    expect(made.statistics()).toMatchObject({ bytesInUse: 0, buffers: 0 });
    // All of it has merged into one block again: the whole memory can be had in one piece.
    const whole = made.bytesReserved - 1024 - 64;
    expect(made.allocate(whole)).toBe(1024);
    expect(made.bytesReserved).toBe(whole + 1024 + 64);
  });

  it('ignores a second release', () => {
    const { arena: made } = arena(4);
    const pointer = made.allocate(100);
    made.allocate(100);
    made.release(pointer);
    made.release(pointer);
    expect(made.statistics()).toMatchObject({ bytesInUse: 128, buffers: 1 });
  });

  it('does not grow over 10 000 training steps of varying order', () => {
    const { arena: made } = arena(4096);
    const next = numbers(3);
    const weights = Array.from({ length: 20 }, (_, i) => made.allocate(4 * (100 + i * 5000)));
    const step = () => {
      // Forward activations live until the backward pass; gradients come and go in between.
      const saved: number[] = [];
      for (let layer = 0; layer < 20; layer++) {
        saved.push(made.allocate(4 * 64 * (layer + 1) * 49));
        made.release(made.allocate(4 * (1 + next(20_000))));
      }
      for (const pointer of saved.reverse()) {
        const gradient = made.allocate(4 * (1000 + next(3000)));
        made.release(pointer);
        made.release(gradient);
      }
    };
    for (let i = 0; i < 100; i++) step();
    const reserved = made.bytesReserved;
    const inUse = made.bytesInUse;
    for (let i = 0; i < 10_000; i++) step();
    expect(made.bytesInUse).toBe(inUse);
    expect(made.bytesReserved).toBeLessThanOrEqual(reserved * 1.25);
    for (const pointer of weights) made.release(pointer);
    expect(made.bytesInUse).toBe(0);
  });

  it('says what was asked for, what is in use and the limit when the memory is full', () => {
    const { arena: made } = arena(2);
    const kept = made.allocate(60_000);
    expect(() => made.allocate(100_000)).toThrow(OutOfMemoryError);
    expect(() => made.allocate(100_000)).toThrow(
      /100000 bytes must fit.*60032 bytes in use.*limit of 131072/,
    );
    // Nothing was lost by failing.
    made.release(kept);
    expect(made.allocate(100_000)).toBe(1024);
  });
});
