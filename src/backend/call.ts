import type { DataId, DataType, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { Recorder } from '../program/recorder';
import type { KernelCall } from './kernel';
import type { ArenaView } from './stored';

/** What a call needs of the backend that it runs on. */
export interface TensorStore {
  pointer(dataId: DataId): number;
  values(dataId: DataId): ArenaView | undefined;
  makeOutput(shape: readonly number[], dtype: DataType): TensorInfo;
  alias(info: TensorInfo, shape: readonly number[], dtype: DataType): TensorInfo;
  disposeData(dataId: DataId): boolean;
}

const NO_ATTRS: NamedAttrMap = {};
const NO_INPUTS: NamedTensorInfoMap = {};

/** A kernel call in progress. One object serves many calls, so that a call allocates nothing for itself. */
export class EagerCall implements KernelCall {
  inputs: NamedTensorInfoMap = NO_INPUTS;
  attrs: NamedAttrMap = NO_ATTRS;
  /** Outputs made so far, to be given back if the kernel declines or throws. */
  readonly made: TensorInfo[] = [];

  constructor(
    private readonly store: TensorStore,
    readonly recorder: Recorder,
  ) {}

  begin(inputs: NamedTensorInfoMap, attrs: NamedAttrMap | undefined): void {
    this.inputs = inputs;
    this.attrs = attrs ?? NO_ATTRS;
  }

  end(): void {
    this.inputs = NO_INPUTS;
    this.attrs = NO_ATTRS;
    this.made.length = 0;
  }

  undo(): void {
    for (const info of this.made) this.store.disposeData(info.dataId);
    this.made.length = 0;
  }

  pointer(info: TensorInfo): number {
    return this.store.pointer(info.dataId);
  }

  values(info: TensorInfo): ArenaView | undefined {
    return this.store.values(info.dataId);
  }

  output(shape: readonly number[], dtype: DataType): TensorInfo {
    const info = this.store.makeOutput(shape, dtype);
    this.made.push(info);
    return info;
  }

  alias(info: TensorInfo, shape: readonly number[], dtype: DataType = info.dtype): TensorInfo {
    const made = this.store.alias(info, shape, dtype);
    this.made.push(made);
    return made;
  }
}
