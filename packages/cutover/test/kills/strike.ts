import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '../../src/events/event.ts';
import type { Aim, Blow } from './draw.ts';
import type { Running } from './running.ts';
import type { Site } from './site.ts';
import { processesOf } from './victims.ts';

/** A blow that hit something that lived. */
export interface Hit {
  readonly blow: Blow;
  readonly atMs: number;
}

const lookMs = 30;

/** Strikes at its moment, or as soon as there is somebody to strike; null when the deployment was over before. */
export async function strike(site: Site, run: Running, blow: Blow): Promise<Hit | null> {
  await moment(run, blow);
  while (!run.isOver()) {
    const atMs = Date.now();
    const mend = blow.victim === 'link' ? strikeLink(site, blow) : strikeProcesses(site, run, blow);
    if (mend !== null) {
      await sleep(blow.forMs);
      mend();
      return { blow, atMs };
    }
    await sleep(lookMs);
  }
  return null;
}

async function moment(run: Running, { host, when }: Blow): Promise<void> {
  if (when.aim !== null) await run.tells(kindOf(run, host, when.aim));
  await Promise.race([sleep(when.afterMs), run.ended]);
}

function kindOf(run: Running, host: string, aim: Aim): (event: Event) => boolean {
  switch (aim.at) {
    case 'deployment':
      return ({ type }) => type === 'deployment.started';
    case 'closing':
      return (event) => event.type === 'phase.ended' && event.phase === lastPhase(run);
    case 'undo':
      return (event) => event.type === 'undo.started' && event.host === host;
    case 'began':
      return (event) => event.type === 'step.started' && event.host === host && event.step === aim.step;
    case 'succeeded':
      return (event) => event.type === 'step.succeeded' && event.host === host && event.step === aim.step;
  }
}

function lastPhase({ events }: Running): string | undefined {
  const started = events.find((event) => event.type === 'deployment.started');
  return started?.outline.phases.at(-1)?.name;
}

/** How it is put right again; null when nothing was there. */
type Mend = (() => void) | null;

function strikeLink({ links }: Site, { host, manner }: Blow): Mend {
  const link = links.get(host);
  if (link === undefined || link.open === 0) return null;
  if (manner === 'killed') link.drop();
  else link.silence();
  return link.restore;
}

function strikeProcesses(site: Site, run: Running, blow: Blow): Mend {
  const signal = blow.manner === 'killed' ? 'SIGKILL' : 'SIGSTOP';
  const struck = processesOf(site, run, blow).filter((pid) => isHit(pid, signal));
  if (struck.length === 0) return null;
  return () => {
    if (blow.manner === 'halted') for (const pid of struck) isHit(pid, 'SIGCONT');
  };
}

/** False for one that has ended by itself. */
function isHit(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
