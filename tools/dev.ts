import { benchNames, runBench } from './bench.ts';
import { checkFormat, checkLint, checkTypes, writeFormat } from './checks.ts';
import { runCutover } from './cutover.ts';
import { writeDocs } from './generate.ts';
import { kills } from './kills.ts';
import { pack } from './pack.ts';
import { simulate } from './simulate.ts';
import { runEverything, runTests } from './tests/run.ts';

interface Command {
  readonly usage: string;
  readonly help: string;
  /** Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  demo: {
    usage: 'demo',
    help: 'shows what Cutover does, on this machine',
    run: (args) => runCutover(['demo', ...args]),
  },
  test: {
    usage: 'test [file…]',
    help: 'types, lint, format and all tests, as CI runs them; or only the test files whose path holds one of the words',
    run: (args) => (args.length === 0 ? runEverything() : runTests(args)),
  },
  check: { usage: 'check', help: 'the same as test without files', run: runEverything },
  types: { usage: 'types', help: 'type check of everything', run: checkTypes },
  lint: { usage: 'lint', help: 'lint of everything', run: checkLint },
  format: {
    usage: 'format [--check]',
    help: 'formats everything',
    run: (args) => (args[0] === '--check' ? checkFormat() : writeFormat()),
  },
  generate: { usage: 'generate', help: 'writes the generated pages of docs/', run: writeDocs },
  pack: { usage: 'pack [directory]', help: 'builds the package as it is published, as a .tgz', run: pack },
  bench: {
    usage: 'bench <name>',
    help: `runs a bench: ${benchNames().join(', ') || 'there is none yet'}`,
    run: runBench,
  },
  simulate: {
    usage: 'simulate [--seeds N] [--from S]',
    help: 'plays seeds of the simulation, and tells the story of one that goes wrong (--minutes M ends it earlier)',
    run: simulate,
  },
  kills: {
    usage: 'kills [--blows N] [--from S]',
    help: 'kills and halts what real deployments consist of, at random moments: so many times on one host and on three',
    run: kills,
  },
  cutover: { usage: 'cutover …', help: 'the command line, from source, in the directory you are in', run: runCutover },
  help: { usage: 'help', help: 'this list', run: showHelp },
};

const [name = 'help', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
process.exitCode = command ? await command.run(args) : await refuse(name);

async function showHelp(): Promise<number> {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length));
  for (const { usage, help } of Object.values(commands)) console.log(`./dev ${usage.padEnd(width)}  ${help}`);
  return 0;
}

async function refuse(unknown: string): Promise<number> {
  console.error(`dev: there is no command "${unknown}".\n`);
  await showHelp();
  return 2;
}
