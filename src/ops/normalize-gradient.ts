import {
  add,
  clone,
  engine,
  mean as meanOver,
  mul,
  type NamedAttrMap,
  ones,
  registerGradient,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core';
import { detach } from './detach';
import { runKernel } from './kernels';
import { momentsShape, type NormalizeOver, normalizedAxes } from './normalize-axes';

export const NORMALIZE_KERNEL = 'KallimaNormalize';
export const NORMALIZE_GRAD_KERNEL = 'KallimaNormalizeGrad';

interface Attributes {
  readonly over: NormalizeOver;
  readonly epsilon: number;
}

const attributesOf = (attrs: NamedAttrMap): Attributes => ({
  over: attrs.over as NormalizeOver,
  epsilon: attrs.epsilon as number,
});

/** A constant copy: the second gradient accounts for how the moments depend on x, so the tape must not. */
const fixed = (moment: Tensor): Tensor => detach(() => clone(moment));

/**
 * Tells TF.js the gradients of the two normalisation kernels. The second one is written in terms of the
 * kernels themselves, so derivatives of any order exist.
 */
export function installNormalizeGradients(): void {
  registerGradient({
    kernelName: NORMALIZE_KERNEL,
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, true, true],
    gradFunc: (dys, saved, attrs) => {
      const [x, scale, mean, variance] = saved;
      const dy = Array.isArray(dys) ? dys[0]! : dys;
      const [dx, dscale, doffset] = runKernel(
        NORMALIZE_GRAD_KERNEL,
        { dy, x: x!, mean: fixed(mean!), variance: fixed(variance!), scale: scale! },
        { ...attributesOf(attrs) },
      );
      return { x: () => dx!, scale: () => dscale!, offset: () => doffset! };
    },
  });

  registerGradient({
    kernelName: NORMALIZE_GRAD_KERNEL,
    inputsToSave: ['dy', 'x', 'mean', 'variance', 'scale'],
    gradFunc: (upstream, saved, attrs) => {
      const [v, a, b] = upstream as Tensor[];
      const [dy, x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      return secondOrder({ v: v!, a: a!, b: b! }, { dy, x, mean, variance, scale }, attributesOf(attrs));
    },
  });
}

/**
 * Gradient of `⟨v, dx⟩ + ⟨a, dscale⟩ + ⟨b, doffset⟩` with respect to dy, x and scale, where
 * `r = 1/√(variance + ε)`, `x̂ = r (x − mean)`, `g = dy · scale`, and, means being over one group,
 * `P(g) = r (g − mean(g) − x̂ mean(g x̂))` is the kernel's dx, a self-adjoint map. Then
 * - to dy: `scale · P(v) + a x̂ + b`;
 * - to scale: `Σ dy · P(v)`;
 * - to x: `P(h) − r x̂ mean(g P(v))` with `h = a dy − r (v mean(g x̂) + g mean(v x̂))`: the first term is the
 *   way through x̂, the second the way through r.
 * Mean and variance are functions of x; that way is inside the last line.
 */
function secondOrder(
  { v, a, b }: { v: Tensor; a: Tensor; b: Tensor },
  { dy, x, mean, variance, scale }: Record<'dy' | 'x' | 'mean' | 'variance' | 'scale', Tensor>,
  { over, epsilon }: Attributes,
) {
  const attributes = { over, epsilon };
  const channels = x.shape[x.rank - 1]!;
  const identity = ones([channels]);
  const axes = normalizedAxes(x.rank, over);
  const groups = momentsShape(x.shape, over);
  const project = (g: Tensor) =>
    runKernel(NORMALIZE_GRAD_KERNEL, { dy: g, x, mean, variance, scale: identity }, attributes)[0]!;
  const average = (t: Tensor) => meanOver(t, axes, true);
  // The saved variance is a constant; where this itself will be differentiated it has to follow x.
  const spread = () => (engine().isTapeOn() ? average(square(sub(x, average(x)))) : variance);

  const pv = project(v);
  return {
    dy: () => add(mul(scale, pv), runKernel(NORMALIZE_KERNEL, { x, scale: a, offset: b }, attributes)[0]!),
    scale: () => sum(mul(dy, pv), axesBefore(x.rank)),
    x: () => {
      const hat = runKernel(
        NORMALIZE_KERNEL,
        { x, scale: identity, offset: zeros([channels]) },
        attributes,
      )[0]!;
      const r = rsqrt(add(reshape(spread(), groups), epsilon));
      const g = mul(dy, scale);
      const h = sub(mul(a, dy), mul(r, add(mul(v, average(mul(g, hat))), mul(g, average(mul(v, hat))))));
      return sub(project(h), mul(mul(r, average(mul(g, pv))), hat));
    },
  };
}

function axesBefore(rank: number): number[] {
  return Array.from({ length: rank - 1 }, (_, axis) => axis);
}
