import { posix } from 'node:path/posix';
import { ScriptExit } from '../../model/failure.ts';
import type { Host } from '../../model/host.ts';
import { incomingDir, releaseDir } from '../../model/layout.ts';
import type { Hook } from '../../model/settings.ts';
import { lines, ownText, type Shell, sh } from '../../shell/text.ts';
import { environmentOf, withVariables } from '../hooks.ts';
import type { Job } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';
import { surroundings } from './task.ts';

/** The user's own text as a step. It may do anything that is the user's, so only the user can say how it is taken back. */
export function hook(job: Job, host: Host, wanted: Hook): Step {
  const id = `hook-${job.wish.settings.hooks.indexOf(wanted) + 1}`;
  const { guard, begin, ifBegun } = marksOf(job, host, id);
  return step({
    id,
    title: `run “${wanted.name}”`,
    effect: { kind: 'hook' },
    script: lines(guard, wanted.undo === null ? null : begin, hookScript(job, host, { wanted, text: wanted.run })),
    limitMs: wanted.limitMs,
    ...(wanted.idleMs === undefined ? {} : { idleMs: wanted.idleMs }),
    secrets: wanted.secrets,
    undo:
      wanted.undo === null
        ? noUndo('What a hook did is known to its author: the config names no undo for it.')
        : undoneBy({
            title: `undo “${wanted.name}”`,
            effect: { kind: 'hook' },
            script: lines(ifBegun, hookScript(job, host, { wanted, text: wanted.undo })),
            limitMs: wanted.limitMs,
          }),
  });
}

/**
 * After a lost connection it is not known which steps ran, and the undo of a hook that never did could take back another
 * deployment's work: a mark on the host tells. A host without code has no lock and no place for marks.
 */
function marksOf(job: Job, host: Host, id: string): Readonly<Record<'guard' | 'begin' | 'ifBegun', Shell | null>> {
  if (!(host.name in job.previous)) return { guard: null, begin: null, ifBegun: null };
  const { deployment } = job.wish;
  const mark = posix.join(incomingDir(host.deployPath, deployment), `${id}.begun`);
  return {
    guard: underLock(host.deployPath, deployment),
    begin: sh`: > ${mark}`,
    ifBegun: lines(underOurLock(host.deployPath, deployment), sh`[ -e ${mark} ] || exit 0`),
  };
}

function hookScript(job: Job, host: Host, parts: { readonly wanted: Hook; readonly text: string }): Shell {
  const { wanted, text } = parts;
  const environment = environmentOf(job, host, { ...shieldFor(job, host, wanted), ...wanted.env });
  const command = withVariables(text);
  if (wanted.user === null)
    return lines(environment, enter(job, host, wanted), withOwnCode(run(job, host, sh`${command}`)));
  const whole = lines(environment, enter(job, host, wanted), sh`eval ${command}`);
  return withOwnCode(asUser(wanted, run(job, host, sh`${String(whole)}`)));
}

/** What the project builds itself is shielded as well: the caches of the release in service are none of its business. */
function shieldFor(job: Job, host: Host, { when, phase }: Hook): Readonly<Record<string, string>> {
  const builds = phase === 'build' || (phase === 'prepare' && when === 'after');
  return builds && host.receivesCode ? surroundings(job, host, { point: 'build' }) : {};
}

/** The release's directory, unless there is none: on a host that receives no code, and before the release is made. */
function enter(job: Job, host: Host, wanted: Hook): Shell {
  const isEarly = wanted.when === 'before' && wanted.phase === 'prepare';
  const home = host.receivesCode && !isEarly ? releaseDir(host.deployPath, job.release) : host.deployPath;
  if (wanted.directory !== null) return sh`cd ${posix.resolve(home, wanted.directory)}`;
  return host.receivesCode ? sh`cd ${home}` : sh`[ ! -d ${home} ] || cd ${home}`;
}

/** bash where the host has it: that is what people write hooks for; a failing command or pipe ends the hook. */
function run(job: Job, host: Host, quoted: Shell): Shell {
  const hasBash = job.wish.facts[host.name]?.tools.includes('bash') ?? false;
  return hasBash ? sh`bash -e -o pipefail -c ${quoted}` : sh`sh -e -c ${quoted}`;
}

/** A hook's exit code is the user's own: one that means something to Cutover's scripts is told and becomes 1. */
function withOwnCode(command: Shell): Shell {
  return sh`
    ${command} || {
      code=$?
      case $code in ${ownCodes}) echo "The hook ended with exit code $code."; code=1 ;; esac
      exit $code
    }`;
}

const ownCodes = ownText(Object.values(ScriptExit).join(' | '));

/** Secrets pass through sudo by name, never in its arguments. */
function asUser(wanted: Hook, command: Shell): Shell {
  const keep = wanted.secrets.length > 0 ? [`--preserve-env=${wanted.secrets.join(',')}`] : [];
  return sh`sudo -n -u ${wanted.user ?? ''} ${keep} -- ${command}`;
}
