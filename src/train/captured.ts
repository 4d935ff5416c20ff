import { type Scalar, scalar } from '@tensorflow/tfjs-core';
import type { KallimaBackend } from '../backend/backend';
import { CapturedWork } from '../backend/captured-work';
import { CaptureError, OutOfMemoryError } from '../errors';
import type { Batch } from '../games/game';
import type { SeededRandom } from '../ops/random';
import type { PassName } from '../program/passes/index';
import { profileProgram, type RecordTime } from '../program/profile';
import type { Program, ProgramReport, Step } from '../program/program';
import type { TraceBuffer } from '../program/trace';
import type { BatchStream } from './batches';
import type { Optimizer } from './optimizers';

/** One player's update, and what it draws from. */
export interface Update {
  readonly player: string;
  readonly noise: SeededRandom;
  readonly batches: Pick<BatchStream, 'drawn' | 'read'>;
  readonly optimizer: Optimizer;
  /** Plays it op by op. @param onBatch is told of the batch when it is drawn. */
  play(onBatch: (batch: Batch) => void): Scalar;
}

/**
 * A player's update, captured: played op by op until it is known to be the same each time, then replayed. Both give
 * the same bits. Every now and then, ever more rarely, it is played op by op again to see that it has not changed.
 */
export class CapturedUpdate {
  private readonly work: CapturedWork;
  private inputs: ReadonlyMap<string, TraceBuffer> = new Map();
  private runs = 0;
  private nextCheck = 8;
  private refused = false;

  /**
   * @param warn is told, once, why the update is played op by op after all.
   * @param without passes to leave out.
   */
  constructor(
    private readonly backend: KallimaBackend,
    private readonly update: Update,
    private readonly warn: (message: string) => void,
    without: readonly PassName[],
  ) {
    this.work = new CapturedWork(backend, `Trainer: ${update.player}'s update`, update.noise, without);
  }

  /** Whether the next update is a replay. */
  get replays(): boolean {
    return !this.refused && this.work.ready && this.runs < this.nextCheck;
  }

  /**
   * Plays one update.
   *
   * @param rateFactor what the learning rate is multiplied by.
   * @returns its loss, for the caller to dispose of.
   */
  run(rateFactor: number): Scalar {
    const replay = this.replays;
    this.runs += 1;
    if (replay) {
      try {
        return this.replay(rateFactor);
      } catch (error) {
        this.runs -= 1;
        throw error;
      }
    }
    if (this.refused) return this.update.play(() => {});
    if (this.work.program) this.nextCheck *= 2;
    return this.trace();
  }

  /** As {@link run}, with the times of its records; undefined where the update is not replayed. */
  profile(rateFactor: number): { readonly loss: Scalar; readonly times: RecordTime[] } | undefined {
    if (!this.replays) return undefined;
    let times: RecordTime[] = [];
    const loss = this.replay(rateFactor, (program, step) => {
      times = profileProgram(program, step);
    });
    return { loss, times };
  }

  /** What the program is, once there is one. */
  get report(): ProgramReport | undefined {
    return this.work.program?.report;
  }

  dispose(): void {
    this.work.dispose();
  }

  private trace(): Scalar {
    const inputs = new Map<string, TraceBuffer>();
    let loss: Scalar | undefined;
    try {
      this.work.trace((tracer) => {
        loss = this.update.play((batch) => {
          for (const [name, { dataId, size }] of Object.entries(batch)) {
            inputs.set(name, tracer.declare('input', this.backend.tensors.pointer(dataId), 4 * size));
          }
        });
        return [loss.dataId];
      });
    } catch (error) {
      // The update itself has been played by then.
      if (!loss || !(error instanceof CaptureError || error instanceof OutOfMemoryError)) throw error;
      this.refused = true;
      const { message } = error;
      const reason =
        error instanceof CaptureError ? message : `Trainer: ${this.update.player}'s update: ${message}`;
      this.warn(`${reason}. It is played op by op from now on: slower, with the same results.`);
    }
    this.inputs = inputs;
    return loss!;
  }

  /** Leaves everything as it was if it fails: the same update can be played again. */
  private replay(rateFactor: number, run = (program: Program, step: Step) => program.replay(step)): Scalar {
    const { noise, batches, optimizer } = this.update;
    const program = this.work.program!;
    const { drawn } = batches;
    try {
      if (this.inputs.size > 0) {
        const columns = batches.read();
        for (const [name, buffer] of this.inputs) {
          const { buffer: values, byteOffset, byteLength } = columns[name]!.values;
          program.bytes(buffer)?.set(new Uint8Array(values, byteOffset, byteLength));
        }
      }
      run(program, { draw: noise.draw, optimizer: optimizer.settings(optimizer.step + 1, rateFactor) });
    } catch (error) {
      batches.drawn = drawn;
      throw error;
    }
    noise.draw += this.work.draws;
    optimizer.step += 1;
    return scalar(program.value(0));
  }
}
