import { inspect } from 'node:util';
import { CalledAhead } from './ahead/ahead.ts';
import { edition } from './edition.ts';
import { Exit } from './exit.ts';
import { thisProcess } from './outside.ts';

const args = process.argv.slice(2);
const ahead = new CalledAhead({ args, directory: process.cwd(), env: process.env, edition: edition() });
const outside = { ...thisProcess(), ahead };

// A reader or a terminal that goes away is no failure of ours, and no reason to leave a deployment half done.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

// Everything that can go wrong outside is a value somewhere; what arrives here is a mistake in the program.
process.on('uncaughtException', (error) => {
  outside.err(
    `${inspect(error)}\n\nThis is a defect of Cutover. What runs on hosts is ended; "cutover status" shows what they serve.\n`,
  );
  process.exit(Exit.defect);
});

// Loaded while they are under way.
const { run } = await import('./program.ts');
process.exitCode = await run(args, outside);
ahead.close();
// To take the heap apart would take as long as to look at a host nearby. What is still being written is waited for.
if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
