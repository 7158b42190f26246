import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import { writeDurably } from './durable.ts';
import { pruneRecords } from './keep-records.ts';
import type { Outside } from './outside.ts';
import { type Recorder, recordFile } from './record-file.ts';

/** Which deployments a record is about. */
export interface RecordPlace {
  readonly project: string;
  readonly stage: string;
}

/**
 * Opens the record of a deployment under the user's state directory, and stores its plan beside it: what a driver that dies leaves to
 * the next one. Readable by the user alone, for output can tell much. The plan holds no secrets. A deployment that is resumed gets
 * another record: the first one tells what it told. What is kept of the oldest deployments goes. Where nothing can be written, as in many a
 * container whose home is read-only, nothing is kept, and the deployment goes on.
 */
export function openRecorder(plan: Plan, outside: Outside): Recorder {
  const directory = recordsDirectory(plan, outside);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, `${plan.deployment}.plan.json`);
    const record = join(directory, recordName(directory, plan.deployment));
    const recorder = recordFile(record, outside, () => storePlan(path, plan, outside));
    pruneRecords(directory);
    return recorder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    outside.err(
      `This deployment cannot be recorded in ${directory} (${code}): "cutover logs" and "cutover resume" will not know of it. XDG_STATE_HOME names another place.\n`,
    );
    return { record: () => {}, begun: () => null, close: () => {} };
  }
}

/** A disk that is full keeps no plan; the deployment goes on, and cannot be resumed. */
async function storePlan(path: string, plan: Plan, outside: Outside): Promise<void> {
  try {
    await writeDurably(path, JSON.stringify(plan));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    outside.err(`The plan of this deployment cannot be stored (${code}): it cannot be resumed if it is interrupted.\n`);
  }
}

function recordName(directory: string, deployment: string): string {
  const names = new Set(readdirSync(directory));
  for (let again = 0; ; again += 1) {
    const name = again === 0 ? `${deployment}.ndjson` : `${deployment}.again-${again}.ndjson`;
    if (!names.has(name)) return name;
  }
}

/** The stored plan of a deployment as text; null where this machine has none. */
export function readPlan(place: RecordPlace, deployment: string, outside: Outside): string | null {
  try {
    return readFileSync(join(recordsDirectory(place, outside), `${deployment}.plan.json`), 'utf8');
  } catch {
    return null;
  }
}

/** Keeps a stored plan that is damaged aside; the path that it has now, or null where it could not be renamed. */
export function keepPlanAside(place: RecordPlace, deployment: string, outside: Outside): string | null {
  const path = join(recordsDirectory(place, outside), `${deployment}.plan.json`);
  try {
    renameSync(path, `${path}.aside`);
    return `${path}.aside`;
  } catch {
    return null;
  }
}

/** The texts of a deployment's records, its own first, then those of its resumptions in order; none where this machine has none. */
export function readRecords(place: RecordPlace, deployment: string, outside: Outside): readonly string[] {
  const records = recordsHere(place, outside).filter((record) => record.deployment === deployment);
  return textsOf(records, recordsDirectory(place, outside));
}

/** What was recorded of a deployment. */
export interface Recorded {
  readonly deployment: string;
  readonly texts: readonly string[];
}

/** The same of the last deployments, oldest first. */
export function lastRecords(place: RecordPlace, limit: number, outside: Outside): readonly Recorded[] {
  const directory = recordsDirectory(place, outside);
  const all = [...Map.groupBy(recordsHere(place, outside), ({ deployment }) => deployment)];
  return all.slice(-limit).map(([deployment, records]) => ({ deployment, texts: textsOf(records, directory) }));
}

function textsOf(records: readonly RecordFile[], directory: string): readonly string[] {
  return records.flatMap(({ file }) => {
    try {
      return [readFileSync(join(directory, file), 'utf8')];
    } catch {
      return [];
    }
  });
}

/** The ids of the deployments that were run from this machine, oldest first; one that was resumed is still one. */
export function recordedDeployments(place: RecordPlace, outside: Outside): readonly string[] {
  return [...new Set(recordsHere(place, outside).map(({ deployment }) => deployment))];
}

/** The id of the deployment that is meant, of those that are known: by the id itself, or by a beginning that no other has, such as the release that it made. */
export function meantBy(wanted: string, known: readonly string[]): string {
  const [only, ...others] = known.includes(wanted) ? [] : known.filter((id) => id.startsWith(wanted));
  return only === undefined || others.length > 0 ? wanted : only;
}

interface RecordFile {
  readonly file: string;
  readonly deployment: string;
  /** 0 for the deployment's own record, then counted by its resumptions. */
  readonly again: number;
}

function inOrder(a: RecordFile, b: RecordFile): number {
  if (a.deployment === b.deployment) return a.again - b.again;
  return a.deployment < b.deployment ? -1 : 1;
}

function recordsHere(place: RecordPlace, outside: Outside): readonly RecordFile[] {
  try {
    const found = readdirSync(recordsDirectory(place, outside)).flatMap((file): readonly RecordFile[] => {
      const [, deployment, again = '0'] = /^(.+?)(?:\.again-(\d+))?\.ndjson$/.exec(file) ?? [];
      return deployment === undefined ? [] : [{ file, deployment, again: Number(again) }];
    });
    return found.sort(inOrder);
  } catch {
    return [];
  }
}

function recordsDirectory({ project, stage }: RecordPlace, { env }: Outside): string {
  const state = env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
  return join(state, 'cutover', project, stage);
}
