import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { makeProcessors, onItsProcessor, type Processors, sharedProcessors } from './processors.ts';
import { must } from './run.ts';

const skip = reasonForNone();

test('a command runs on the processor of its machine, and so does what it starts', { skip }, async () => {
  using processors = makeProcessors(1, 4);
  for (const machine of ['driver', 'h1']) {
    const argv = ['sh', '-c', 'cat /proc/self/cgroup; true'] as const;
    const env = environmentOn(processors, machine);
    assert.match(await must({ argv, cwd: '/', env }), new RegExp(`/cutover-bench-${process.pid}-${machine}$`, 'm'));
  }
});

test('what still runs on a processor ends with it', { skip }, async () => {
  const processors = makeProcessors(1, 4);
  const env = environmentOn(processors, 'h1');
  const [program, ...args] = onItsProcessor(['sh', '-c', 'sleep 600 & echo; wait'], env);
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  processors[Symbol.dispose]();
  assert.deepEqual(await closed, [null, 'SIGKILL']);
});

test('more machines than this one can be are refused', () => {
  assert.throws(() => makeProcessors(1000, 2), /take --slow \d+ or more/);
});

test('machines that share the processors change nothing of how a command is started', () => {
  const argv = ['sh', '-c', 'true'] as const;
  assert.deepEqual(onItsProcessor(argv, environmentOn(sharedProcessors, 'h1')), argv);
});

function environmentOn(processors: Processors, machine: string): NodeJS.ProcessEnv {
  return { ...process.env, ...processors.of(machine) };
}

function reasonForNone(): string | false {
  try {
    using processors = makeProcessors(1, 2);
    processors.of('probe');
    return false;
  } catch (error) {
    return String(error);
  }
}
