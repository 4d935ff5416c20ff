import type { BenchReport } from './result';
export function chartSvg(_report: BenchReport): string {
  return '';
}
