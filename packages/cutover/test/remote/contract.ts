import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { type ShellKind, shellKinds } from '../kit/shells.ts';
import { handsOverData } from './contract/data.ts';
import { endsSegments } from './contract/endings.ts';
import { keepsJournals } from './contract/journals.ts';
import { beginsWithAnOpening } from './contract/openings.ts';
import { runsSteps } from './contract/steps.ts';
import { type Open, World } from './contract/world.ts';

/** The grace that sessions under test are opened with: short, so that killing need not be waited for. */
export const stopGraceMs = 400;

/**
 * What every session keeps to, whatever leads to its host. The host is this machine, so the test can look at it. All kinds of host
 * are asked at the same time: most of it is waiting.
 */
export function keepTheContract(name: string, openTo: (kind: ShellKind) => Open): void {
  describe(name, { concurrency: true }, () => {
    for (const kind of shellKinds) keepsTheContract(kind.name, openTo(kind));
  });
}

function keepsTheContract(kind: string, open: Open): void {
  describe(`to ${kind}: a session`, { concurrency: false }, () => {
    let world: World;

    before(async () => {
      world = new World(await open(), mkdtempSync(join(tmpdir(), 'cutover-session-')), open);
    });
    after(async () => {
      await world.session.close();
      rmSync(world.directory, { recursive: true, force: true, maxRetries: 10 });
    });

    runsSteps(() => world);
    handsOverData(() => world);
    endsSegments(() => world);
    beginsWithAnOpening(() => world);
    keepsJournals(() => world);
  });
}
