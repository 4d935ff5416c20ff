import type { OnnxModel } from '../../formats/onnx/model';
import { fuseActivations } from '../../program/passes/fuse-epilogue';
import { removeDead } from '../../program/passes/remove-dead';
import { BASIC_OPERATORS } from './basic-operators';
import type { Toolbox } from './tools';

const BASIC: Toolbox = {
  operators: BASIC_OPERATORS,
  fold: () => false,
  passes: (trace) => fuseActivations(removeDead(trace)),
};

/**
 * What a model needs: the tools that come with this file do for DCGANs and their like; all the others are a file of
 * their own, which a page loads for a model that uses them.
 */
export async function toolboxOf({ nodes, inputs }: OnnxModel): Promise<Toolbox> {
  const basic = nodes.every(
    ({ op, domain, attributes }) =>
      domain === '' && Object.hasOwn(BASIC_OPERATORS, op) && (attributes.get('group') ?? 1) === 1,
  );
  return basic && inputs.every(({ type }) => /float/.test(type))
    ? BASIC
    : (await import('./whole-toolbox')).WHOLE;
}
