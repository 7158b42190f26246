import type { About, DeploymentState } from '../events/state.ts';
import { mayLeaveLock } from '../events/trouble.ts';
import type { HostName } from '../model/host.ts';
import { cleanWord } from './clean.ts';
import { naming } from './naming.ts';
import { isRefused } from './outcome.ts';
import { failureAdvice } from './sentences.ts';
import { hostList } from './words.ts';

/** What a person can do now; nothing where all is well. */
export function nextLines(state: DeploymentState, about: About): string[] {
  return [...adviceLines(state), ...stateLines(state, about), ...unlockLines(state, about), ...logLines(state, about)];
}

function adviceLines(state: DeploymentState): string[] {
  if (state.cause === null || state.outcome === 'succeeded') return [];
  const { failure, host, step } = state.cause;
  const output = state.failures.find((trouble) => trouble.host === host && trouble.step === step)?.output ?? '';
  const advice = failureAdvice(failure, { host, title: null, output });
  return advice === null ? [] : [advice];
}

function stateLines(state: DeploymentState, about: About): string[] {
  if (state.outcome === null)
    return [
      `It still runs, or what drove it died. Look: ${command('status', about)}`,
      `If it died: ${resumption(about)} goes on, or takes it back with --undo.`,
    ];
  if (state.outcome === 'undone') return isRefused(state) ? [] : [undoneSentence(state, about)];
  if (state.outcome === 'succeeded') return [];
  const how = state.stuck.length === 1 ? 'it stands' : 'they stand';
  return [
    `See how ${how}: ${command('status', about, state.stuck)}`,
    ...takeBackLines(state, about),
    `Then put ${hostList(state.stuck)} right: deploy again or roll back.`,
  ];
}

/** What is left can be taken back for as long as a host has the lock of its deployment, and that is where it could not be given back. */
function takeBackLines(state: DeploymentState, about: About): string[] {
  const left = state.stuck.filter((host) => stillLocked(state).includes(host));
  if (left.length === 0) return [];
  return [
    `As soon as ${hostList(left)} can be reached: ${resumption(about, ' --undo')} takes back what is left there.`,
  ];
}

function undoneSentence(state: DeploymentState, { kind }: About): string {
  if (kind === 'prune') return 'Releases that were removed stay removed. What serves was not touched.';
  const isFirst = Object.values(state.serving).every((serving) => serving.kind === 'nothing');
  const what = isFirst ? 'nothing was in service before' : 'what served before still serves';
  return `Nothing need be put right: ${what}.`;
}

/** A lock can be left where it could not be given back, and where a host that is stuck is out of reach. */
function unlockLines(state: DeploymentState, about: About): string[] {
  const hosts = [...new Set([...stillLocked(state), ...state.stuck])];
  return hosts.length === 0 ? [] : [`If a lock is left there: ${command('unlock', about, hosts)}`];
}

function stillLocked(state: DeploymentState): readonly HostName[] {
  return state.warnings.filter(mayLeaveLock).map(({ host }) => host);
}

function logLines(state: DeploymentState, about: About): string[] {
  const isOfUse = state.outcome !== null && state.outcome !== 'succeeded' && !isRefused(state);
  return isOfUse ? [`All output: ${command(`logs ${cleanWord(about.deployment)}`, about)}`] : [];
}

function resumption(about: About, more = ''): string {
  return command(`resume ${cleanWord(about.deployment)}${more}`, about);
}

/** A command that can be copied; for many hosts it is the one for the whole stage. */
function command(name: string, about: About, hosts: readonly HostName[] = []): string {
  const options = hosts.length > 4 ? [] : hosts.map((host) => ` --host ${cleanWord(host)}`);
  return `\`cutover ${name} ${naming(about)}${options.join('')}\``;
}
