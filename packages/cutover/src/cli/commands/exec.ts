import { planExec } from '../../plan/ad-hoc.ts';
import { execFace } from '../../report/exec.ts';
import type { Face } from '../../report/face.ts';
import { quote } from '../../shell/text.ts';
import { carryOut, type Means } from '../carry-out.ts';
import { withMeans } from '../connected.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { faceFor } from '../faces.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { isColoured } from '../paint.ts';
import { settingsFor } from '../stage.ts';
import { watched } from '../watched.ts';
import { newDeploymentId } from '../wish.ts';

/** `cutover exec -- <command…>`: a command of the user's on every host, in the release in service. */
export async function exec(words: readonly string[], options: StageOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  return withMeans({ settings, options, outside, first: 'nothing' }, (means) => runEverywhere(commandOf(words), means));
}

/** One word is shell text; several are run word by word as they are, as the shell here understood them. */
function commandOf(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? '') : words.map(quote).join(' ');
}

async function runEverywhere(command: string, means: Means): Promise<ExitCode> {
  const { settings, outside, stopping } = means;
  const plan = planExec({ settings, deployment: newDeploymentId(outside) }, command);
  const face = watched(await faceOf(means));
  const result = await carryOut(plan, { ...means, face });
  if (stopping.signal.aborted) return Exit.interrupted;
  return result.outcome === 'succeeded' && !face.sawFailure() ? Exit.succeeded : Exit.undone;
}

async function faceOf({ settings, options, outside }: Means): Promise<Face> {
  if (options.json) return faceFor(options, outside);
  return execFace({
    write: outside.out,
    warn: outside.err,
    hosts: settings.hosts.map((host) => host.name),
    colour: isColoured(options, outside),
    isTerminal: outside.isTerminal,
  });
}
