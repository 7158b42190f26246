import { canRunHosts } from '../kit/sshd.ts';
import { exitOnSignals } from '../kit/temporary.ts';
import { contenders } from './contenders.ts';
import { measure } from './measure.ts';
import { type Options, readOptions, usageWith } from './options.ts';
import { report } from './report.ts';
import { targetsOf } from './targets.ts';
import { makeWorld } from './world.ts';

exitOnSignals();
try {
  const names = contenders.map(({ name }) => name);
  const options = readOptions(process.argv.slice(2), names);
  if (options === null) console.log(usageWith(names));
  else await bench(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function bench(options: Options): Promise<void> {
  if (!(await canRunHosts())) throw new Error('The bench needs Linux with sshd (openssh-server) and mount namespaces.');
  await using world = await makeWorld(Math.max(...options.hostCounts), options.size, options.slowness);
  const taking = contenders.filter(({ name }) => options.only.includes(name));
  const results = await measure({ world, contenders: taking, options, tell: (line) => console.error(`… ${line}`) });
  const targets = targetsOf(results);
  console.log(options.json ? JSON.stringify({ ...results, targets }, null, 2) : report(results, targets));
  if (options.strict && targets.some(({ state }) => state === 'not reached')) process.exitCode = 1;
}
