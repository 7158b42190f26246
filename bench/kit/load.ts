import { availableParallelism, loadavg } from 'node:os';

/** The machine's load average over the last minute and its processors, as one phrase. */
export function machineLoad(): string {
  return `${(loadavg()[0] ?? 0).toFixed(2)} on ${availableParallelism()} processors`;
}
