import type { Cause, Event, EventBody, Outline } from '../../src/events/event.ts';
import type { DeploymentKind, Outcome, Serving } from '../../src/model/deployment.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { Revision } from '../../src/model/revision.ts';

/** Builds lists of events as the engine records them: numbered, dated, one after another. */
export class Recording {
  readonly events: Event[] = [];
  readonly hosts: readonly string[];
  #ms = Date.parse('2026-11-23T14:57:09.000Z');

  constructor(hosts: readonly string[]) {
    this.hosts = hosts;
  }

  /** Lets time pass. */
  wait(ms: number): this {
    this.#ms += ms;
    return this;
  }

  add(body: EventBody): this {
    this.events.push({ seq: this.events.length + 1, at: new Date(this.#ms).toISOString(), ...body });
    return this;
  }

  start(kind: DeploymentKind = 'deploy', served: Readonly<Record<string, Revision>> = {}): this {
    return this.add({
      type: 'deployment.started',
      format: 1,
      deployment: '20261123145709-k3p7',
      kind,
      project: 'shop',
      stage: 'production',
      by: 'ann@laptop',
      release: '20261123145709',
      revision,
      basis: Object.fromEntries(this.hosts.map((host) => [host, '20261122090000'])),
      served,
      outline: outlineOf(this.hosts),
    });
  }

  /** A whole phase on all hosts, except what `steps` does by itself. */
  phase(name: string, steps: (host: string, id: string) => void = (host, id) => this.step(host, id)): this {
    const phase = outline.find((each) => each.name === name);
    this.add({ type: 'phase.started', phase: name });
    for (const { id } of phase?.steps ?? []) for (const host of this.hosts) steps(host, id);
    return this.add({ type: 'phase.ended', phase: name });
  }

  step(host: string, step: string, ms = 100): this {
    this.add({ type: 'step.started', host, step });
    this.wait(ms);
    return this.add({ type: 'step.succeeded', host, step });
  }

  output(host: string, step: string, text: string): this {
    return this.add({ type: 'step.output', host, step, text });
  }

  fail(host: string, step: string, failure: Failure, tolerated = false): this {
    return this.add({ type: 'step.failed', host, step, failure, tolerated });
  }

  undo(host: string, step: string, title: string): this {
    this.add({ type: 'undo.started', host, step, title });
    this.wait(50);
    return this.add({ type: 'undo.succeeded', host, step });
  }

  end(outcome: Outcome, cause: Cause | null = null, changes: Readonly<Record<string, Serving>> = {}): this {
    const release = outcome === 'succeeded' ? '20261123145709' : '20261122090000';
    const usual = this.hosts.map((host): [string, Serving] => [host, { kind: 'release', release }]);
    const stuck = outcome === 'stuck' ? Object.keys(changes) : [];
    const serving = { ...Object.fromEntries(usual), ...changes };
    return this.add({ type: 'deployment.ended', outcome, serving, cause, stuck });
  }
}

export const revision: Revision = {
  id: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
  ref: 'main',
  branch: 'main',
  author: 'Ann <ann@example.org>',
  message: 'Add the basket',
  committedAt: '2026-11-23T14:40:00Z',
};

const outline = [
  { name: 'lock', onFailure: 'undo', steps: [{ id: 'lock', title: 'take the lock' }] },
  {
    name: 'prepare',
    onFailure: 'undo',
    steps: [
      { id: 'create', title: 'make the release directory' },
      { id: 'receive', title: 'receive the code' },
    ],
  },
  { name: 'build', onFailure: 'undo', steps: [{ id: 'npm', title: 'install packages' }] },
  { name: 'activate', onFailure: 'undo', steps: [{ id: 'activate', title: 'put the release in service' }] },
  { name: 'finish', onFailure: 'warn', steps: [{ id: 'restart', title: 'restart workers' }] },
] as const;

function outlineOf(hosts: readonly string[]): Outline {
  return {
    phases: outline.map(({ name, onFailure, steps }) => ({
      name,
      onFailure,
      steps: Object.fromEntries(hosts.map((host) => [host, steps])),
    })),
  };
}

const three = ['web1', 'web2', 'web3'];

/** Three hosts, and all is well. */
export function succeeded(hosts: readonly string[] = three): Recording {
  const record = new Recording(hosts).start();
  for (const phase of ['lock', 'prepare', 'build', 'activate', 'finish']) record.phase(phase);
  return record.end('succeeded');
}

/** The build fails on web2; what was begun is taken back. */
export function failedBuild(): Recording {
  const record = new Recording(three).start().phase('lock').phase('prepare');
  record.add({ type: 'phase.started', phase: 'build' });
  for (const host of three) record.add({ type: 'step.started', host, step: 'npm' });
  record.output('web1', 'npm', 'added 12 packages\n').output('web2', 'npm', 'npm error code ENOSPC\nnpm error no ');
  record.output('web2', 'npm', 'space left\n').wait(2500);
  record.add({ type: 'step.succeeded', host: 'web1', step: 'npm' });
  record.fail('web2', 'npm', { kind: 'exit', code: 1 }).fail('web3', 'npm', { kind: 'cancelled' });
  for (const host of three) record.undo(host, 'create', 'remove the release directory');
  return record.end('undone', { host: 'web2', step: 'npm', failure: { kind: 'exit', code: 1 } });
}

/** web2 is lost after activation and cannot be put back. */
export function stuckHost(): Recording {
  const failure = { kind: 'lost', message: 'Connection reset by peer' } as const;
  const record = new Recording(three).start().phase('lock').phase('prepare').phase('build');
  record.add({ type: 'phase.started', phase: 'activate' }).step('web1', 'activate');
  record.add({ type: 'step.started', host: 'web2', step: 'activate' }).wait(15_000);
  record.fail('web2', 'activate', failure).add({ type: 'host.lost', host: 'web2', failure });
  record.undo('web1', 'activate', 'put the release before back in service');
  record.add({ type: 'undo.started', host: 'web2', step: 'activate', title: 'put the release before back in service' });
  const gone = { kind: 'unreachable', reason: 'no-answer', message: 'Connection timed out' } as const;
  record.add({ type: 'undo.failed', host: 'web2', step: 'activate', failure: gone });
  record.add({ type: 'closing.failed', host: 'web2', step: 'unlock', failure: gone });
  return record.end('stuck', { host: 'web2', step: 'activate', failure }, { web2: { kind: 'unknown' } });
}

/** web3 is gone while it receives the code, and comes back for its undo. */
export function lostHost(): Recording {
  const failure = { kind: 'lost', message: 'Broken pipe' } as const;
  const record = new Recording(three).start().phase('lock');
  record.add({ type: 'phase.started', phase: 'prepare' });
  record.add({ type: 'step.started', host: 'web3', step: 'receive' }).wait(4000);
  record.add({ type: 'host.lost', host: 'web3', failure }).fail('web3', 'receive', failure);
  record.undo('web3', 'create', 'remove the release directory');
  return record.end('undone', { host: 'web3', step: 'receive', failure });
}

/** The connection to web2 drops during the build and comes back. */
export function reattached(): Recording {
  const failure = { kind: 'lost', message: 'Broken pipe' } as const;
  const record = new Recording(['web1', 'web2']).start().phase('lock').phase('prepare');
  record.add({ type: 'phase.started', phase: 'build' }).step('web1', 'npm');
  record.add({ type: 'step.started', host: 'web2', step: 'npm' }).wait(4000);
  record.add({ type: 'host.disconnected', host: 'web2', failure }).wait(9000);
  record.add({ type: 'host.reattached', host: 'web2' }).add({ type: 'step.succeeded', host: 'web2', step: 'npm' });
  record.add({ type: 'phase.ended', phase: 'build' }).phase('activate').phase('finish');
  return record.end('succeeded');
}

/** Ctrl-C during the build. */
export function cancelled(): Recording {
  const record = new Recording(['web1']).start().phase('lock').phase('prepare');
  record.add({ type: 'phase.started', phase: 'build' }).add({ type: 'step.started', host: 'web1', step: 'npm' });
  record.wait(3000).add({ type: 'cancel.requested', by: 'ann@laptop' });
  record.fail('web1', 'npm', { kind: 'cancelled' }).undo('web1', 'create', 'remove the release directory');
  return record.end('undone', { host: 'web1', step: 'npm', failure: { kind: 'cancelled' } });
}

/** All is well but for workers that did not restart, in a phase that only warns. */
export function warned(): Recording {
  const record = new Recording(three).start();
  for (const phase of ['lock', 'prepare', 'build', 'activate']) record.phase(phase);
  record.phase('finish', (host, step) => {
    if (host !== 'web1') record.step(host, step);
    else {
      record.add({ type: 'step.started', host, step }).output(host, step, 'no such unit\n');
      record.fail(host, step, { kind: 'exit', code: 5 }, true);
    }
  });
  return record.end('succeeded');
}

/** Another deployment has the lock of web1. */
export function locked(): Recording {
  const record = new Recording(['web1']).start().add({ type: 'phase.started', phase: 'lock' });
  record.add({ type: 'step.started', host: 'web1', step: 'lock' });
  const holder = '{"deployment":"20261123145500-a2b3","kind":"deploy","by":"bob@ci","pid":4711,';
  record.output('web1', 'lock', `${holder}"since":"2026-11-23T14:55:00.000Z","what":"20261123145500"}\n`);
  record.fail('web1', 'lock', { kind: 'exit', code: 75 });
  return record.end('undone', { host: 'web1', step: 'lock', failure: { kind: 'exit', code: 75 } });
}
