import { planEnvPush } from '../../plan/upkeep.ts';
import { agreed } from '../ask.ts';
import type { Means } from '../carry-out.ts';
import { type DeploymentOptions, deployment } from '../deployment.ts';
import { compare, comparisonSentence, type Words } from '../env/changes.ts';
import { nameOf, readLocal } from '../env/local.ts';
import { readShared } from '../env/remote.ts';
import { type EnvOptions, type EnvTarget, envTarget } from '../env/target.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { say } from '../json.ts';
import type { Outside } from '../outside.ts';
import { tellSentences, tellUnseen } from '../telling.ts';

/** `cutover env push [file]`: a file of this machine becomes the shared `.env` of every host. */
export async function envPush(
  file: string | undefined,
  options: EnvOptions & DeploymentOptions,
  outside: Outside,
): Promise<ExitCode> {
  const target = await envTarget(file, options, outside);
  if (typeof target === 'number') return target;
  const local = readLocal(target.file, outside);
  if (local.kind !== 'text') {
    outside.err(`${local.kind === 'problem' ? local.message : noFile(target, outside)}\n`);
    return Exit.usage;
  }
  return push(target, local.text, { options, outside });
}

async function push(
  target: EnvTarget,
  text: string,
  how: { readonly options: DeploymentOptions; readonly outside: Outside },
): Promise<ExitCode> {
  const { to, file } = target;
  const answers: (boolean | 'needless')[] = [];
  const code = await deployment(
    target.settings,
    {
      plan: (wish) => planEnvPush(wish, { to, from: file }),
      async agree({ notes }, means) {
        await tellSentences(notes, means.outside);
        answers.push(await agree(target, text, means));
        return answers.at(-1) ?? false;
      },
    },
    how,
  );
  if (code === Exit.succeeded && answers.at(-1) === true) say(note(target), how);
  return code;
}

async function agree(target: EnvTarget, text: string, means: Means): Promise<boolean | 'needless'> {
  const { outside, fleet, stopping } = means;
  const { files, unseen } = await readShared(fleet, target, stopping.signal);
  if (unseen.length > 0) {
    await tellUnseen(unseen, outside);
    return false;
  }
  const comparisons = compare(files, text);
  for (const comparison of comparisons) outside.err(`${comparisonSentence(comparison, words)}\n`);
  if (comparisons.every(({ state }) => state === 'same')) {
    say(`${target.to} is what ${nameOf(target.file, outside)} is: nothing was changed.`, means);
    return 'needless';
  }
  return agreed(`Write ${nameOf(target.file, outside)} to ${target.to} of ${stageName(target)}?`, means);
}

const words: Words = {
  same: 'the same already',
  missing: 'no such file yet',
  added: 'new keys',
  changed: 'changed keys',
  removed: 'removed keys',
};

function note({ to }: EnvTarget): string {
  return `An application that has cached its config goes by the ${to} of before until the next deployment: cutover deploy --same.`;
}

function stageName({ settings }: EnvTarget): string {
  return settings.hosts.length === 1 ? (settings.hosts[0]?.name ?? settings.stage) : settings.stage;
}

function noFile({ file, settings }: EnvTarget, outside: Outside): string {
  return `There is no ${nameOf(file, outside)} here. Name the file that is for ${settings.stage}: cutover env push <file>.`;
}
