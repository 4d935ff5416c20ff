import type { OnnxNode } from '../../formats/onnx/model';
import type { NoisePatch } from '../../program/inference-program';
import type { Pass } from '../../program/trace';
import type { Context, Operator } from './context';

/** What turns a graph into a program. */
export interface Toolbox {
  readonly operators: Readonly<Record<string, Operator>>;
  /** Does a node at once if all that it reads is known; false if it has to be recorded. */
  fold(context: Context, node: OnnxNode): boolean;
  readonly passes: Pass;
  /** Where operators draw. */
  readonly noise?: NoisePatch;
}
