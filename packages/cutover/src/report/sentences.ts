import type { Trouble } from '../events/state.ts';
import type { DeploymentId } from '../model/deployment.ts';
import { type Failure, isOutOfProcesses, ScriptExit, type UnreachableReason } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import { cleanLine, cleanWord, lastLines } from './clean.ts';
import { durationInWords, hostList } from './words.ts';

/** Where something went wrong: on a host, in a step with a title (null when the host was not in a step). */
export interface Place {
  readonly host: HostName;
  /** Other hosts of which the same is to be said. */
  readonly others?: readonly HostName[];
  readonly title: string | null;
  /** The end of what the step printed, where that is known. */
  readonly output?: string;
}

/** What happened, as one sentence: “web2 could not install packages: it ended with exit code 1.” */
export function failureSentence(failure: Failure, place: Place): string {
  switch (failure.kind) {
    case 'exit':
      return (
        scriptSentence(failure.code, place) ?? `${couldNot(place)}${because(place)}${exitReason(failure.code, place)}.`
      );
    case 'timeout':
      return `${couldNot(place)}${because(place)}${timeoutReason(failure)}.`;
    case 'cancelled':
      return `${couldNot(place)}: it was cancelled.`;
    case 'unreachable':
      return `${notReached(place)}${because(place)}${unreachable[failure.reason].because}${said(failure)}.`;
    case 'lost':
      return lostSentence(failure, place);
  }
}

/** What a person can do about a failure, as a sentence; null where only the step's output tells. */
export function failureAdvice(failure: Failure, place: Place): string | null {
  if (failure.kind === 'unreachable') return adviceFor(place, unreachable[failure.reason].advice);
  if (failure.kind === 'exit')
    return (
      scriptAdvice[failure.code] ?? (isOutOfProcesses(place.output ?? '') ? adviceFor(place, processAdvice) : null)
    );
  if (failure.kind === 'lost') return failure.of === undefined ? null : lostAdvice[failure.of];
  return failure.kind === 'timeout'
    ? adviceFor(place, timeoutAdvice[failure.of ?? ''] ?? 'If it needs more time, raise its limit in the config.')
    : null;
}

/** A command is told for one host; what is to be seen is to be seen of all. */
function adviceFor(place: Place, advice: string): string {
  const name = cleanWord(place.host);
  const asked = advice.replaceAll('cutover ssh HOST', () => `cutover ssh ${name}`);
  return asked.replaceAll('HOST', () => (isShared(place) ? 'each of them' : name));
}

/** That the lock of a dead deployment was taken over. */
export function takenOverSentence(from: DeploymentId): string {
  return `took over the lock of ${cleanWord(from)}, which gave no sign of life any more.`;
}

/** The sentence for a step, an undo or closing work that failed. */
export function troubleSentence(trouble: Trouble): string {
  return failureSentence(trouble.failure, trouble);
}

/** That a connection is gone and tried again. */
export function disconnectedSentence(failure: Failure, host: HostName): string {
  const what =
    failure.kind === 'unreachable'
      ? `${notReached({ host, title: null })}: ${unreachable[failure.reason].because}`
      : `The connection to ${cleanWord(host)} was lost`;
  return `${what}. It is tried again; what runs there goes on.`;
}

/** That a host is followed again, after so many milliseconds. */
export function reattachedSentence(afterMs: number): string {
  return `It answers again after ${durationInWords(Math.max(1000, afterMs))}: nothing was missed.`;
}

function lostSentence({ of }: Lost, place: Place): string {
  if (of === 'start') return `${couldNot(place)}: what was to run there was killed before it began.`;
  const what = lostWhat[of ?? 'connection'](namesOf(place));
  return place.title === null ? `${what}.` : `${what}: whether it could still ${cleanWord(place.title)} is not known.`;
}

const lostWhat: Readonly<Record<'journal' | 'follower' | 'connection', (host: string) => string>> = {
  journal: (host) => `The journal of what ran on ${host} cannot be read`,
  follower: (host) => `What ran on ${host} could not be followed to its end`,
  connection: (host) => `The connection to ${host} was lost`,
};

type Lost = Extract<Failure, { kind: 'lost' }>;

const lostAdvice: Readonly<Record<NonNullable<Lost['of']>, string>> = {
  start:
    'Perhaps memory ran out there, the user may start no more processes (`ulimit -u`), somebody ended all of theirs, or the host was started anew. Then run the command again.',
  follower:
    'Perhaps the user may start no more processes there (`ulimit -u`), memory ran out, or somebody ended all of theirs. Then run the command again.',
  journal: 'It was kept aside beside its place, below `.cutover/runs/` on the host.',
};

function notReached(place: Place): string {
  const could = 'could not be reached';
  return place.title === null ? `${namesOf(place)} ${could}` : `${couldNot(place)}, because it ${could}`;
}

function couldNot(place: Place): string {
  return `${namesOf(place)} could not ${place.title === null ? 'go on' : cleanWord(place.title)}`;
}

function because(place: Place): string {
  return isShared(place) ? ', each because ' : ': ';
}

function namesOf({ host, others = [] }: Place): string {
  return hostList([host, ...others]);
}

function isShared({ others = [] }: Place): boolean {
  return others.length > 0;
}

function timeoutReason({ afterMs, of }: Extract<Failure, { kind: 'timeout' }>): string {
  const time = durationInWords(afterMs);
  if (of === 'idle') return `it was stopped because it printed nothing for ${time}`;
  if (of === 'phase') return `it was stopped because its phase had taken ${time}, its limit`;
  if (of === 'start') return `it was stopped because it had not begun after ${time}`;
  if (of === 'transfer') return `it was stopped because what is sent for it had not arrived after ${time}`;
  return `it was stopped after ${time}, its limit`;
}

/** 126 and 127 are the shell's own, and above 128 stands the signal that ended the command. */
function exitReason(code: number, { output = '' }: Place): string {
  if (isOutOfProcesses(output)) return `no more processes could be started there (exit code ${code})`;
  if (code === 126) return 'a command could not be executed (exit code 126)';
  if (code === 127) return 'a command was not found (exit code 127)';
  if (code === 137) return 'it was killed (exit code 137), perhaps because memory ran out';
  if (code > 128 && code < 160) return `it was ended by signal ${code - 128}`;
  return `it ended with exit code ${code}`;
}

function scriptSentence(code: number, place: Place): string | null {
  const host = cleanWord(place.host);
  if (code === ScriptExit.locked) return `${host} is locked by another deployment.`;
  if (code === ScriptExit.otherBasis) return `${host} is no longer as it was when this was planned.`;
  if (code === ScriptExit.missingShared) return `A shared file that must exist is missing on ${host}.`;
  if (code === ScriptExit.ended)
    return `${host} had come to the end of everything while it could not be heard: nothing can be taken back there.`;
  if (code === ScriptExit.twice) return `${host} has the deploy path of another host of this deployment.`;
  if (code === ScriptExit.unsent) return `What was to be sent to ${host} could not be made on this machine.`;
  if (code === ScriptExit.damaged) return `What ${host} keeps for later deployments is damaged: it is made anew.`;
  if (code === ScriptExit.noRoom) return `${couldNot(place)}: ${roomReason(place.output ?? '')}`;
  if (code === ScriptExit.refused) return `${host} refused: its state forbids this step.`;
  return null;
}

/** Whether a step ended because nothing more could be written: its sentence is the last line that it printed. */
export function isNoRoom(failure: Failure): boolean {
  return failure.kind === 'exit' && failure.code === ScriptExit.noRoom;
}

/** The step itself has measured what is left, and where. */
function roomReason(output: string): string {
  const [said = ''] = lastLines(output, 1, false);
  return said === '' ? 'no room is left there.' : `${said.charAt(0).toLowerCase()}${said.slice(1)}`;
}

const scriptAdvice: Readonly<Record<number, string>> = {
  [ScriptExit.locked]: 'Wait for the other deployment with `--wait`, or see who holds the lock with `cutover status`.',
  [ScriptExit.otherBasis]: 'Someone changed it meanwhile. Run the command again: it plans anew from what is there now.',
  [ScriptExit.missingShared]:
    'Put it there, for an environment file with `cutover env push`, and run the command again.',
  [ScriptExit.twice]:
    'Let one of them receive the code, and set `receivesCode: false` for the other: hooks that name it run there all the same.',
  [ScriptExit.noRoom]:
    'Make room there, and run the command again. `cutover prune` removes old releases as soon as its lock can be written; `keep` in the config says how many stay.',
  [ScriptExit.refused]: 'The output of the step says why.',
  [ScriptExit.unsent]: 'The output of the step says why.',
};

/** What ssh said, where we have no better words than its own. */
function said(failure: Extract<Failure, { kind: 'unreachable' }>): string {
  if (failure.reason !== 'unknown' && failure.reason !== 'no-shell') return '';
  const message = cleanLine(failure.message.replaceAll(/\s+/g, ' ').trim(), false).replace(/\.$/, '');
  return message === '' ? '' : ` (${message})`;
}

const processAdvice =
  'See how many processes the user may start on HOST (`ulimit -u`, or the limit of its service or container), and what runs there as that user. Some thirty must be free.';

const timeoutAdvice: Readonly<Record<string, string>> = {
  start: processAdvice,
  transfer: 'If the way to HOST is only slow, raise `limits.transfer` in the config.',
};

const unreachable: Readonly<Record<UnreachableReason, { readonly because: string; readonly advice: string }>> = {
  'unknown-host-key': {
    because: 'its host key is not known on this machine',
    advice: 'Run `cutover ssh HOST`, compare the fingerprint with one that you trust, and accept it.',
  },
  'changed-host-key': {
    because: 'its host key is not the one that this machine knows',
    advice:
      'If HOST was set up anew, remove the old key with `ssh-keygen -R` and its address. If it was not, do not go on: another machine may be answering for it.',
  },
  'key-refused': {
    because: 'it accepted none of your keys',
    advice:
      'See with `ssh-add -l` that your key is loaded, as one with a passphrase must be, and that it is in authorized_keys of the user on HOST.',
  },
  'key-unusable': {
    because: 'a key of yours could not be used',
    advice:
      'Run `cutover ssh HOST`: ssh says there why. An agent that asks for each use (`ssh-add -c`, a security key) must be able to ask you, and the file of a key must be readable by you alone (chmod 600).',
  },
  'connection-refused': {
    because: 'the connection was refused',
    advice: 'See that an SSH server runs on HOST and that the port in the config is its port.',
  },
  'connection-dropped': {
    because: 'the connection was closed before it was ready',
    advice: 'The server may limit connections (MaxStartups) or block this address. Try again in a moment.',
  },
  'name-not-found': {
    because: 'its name could not be resolved to an address',
    advice: 'See that the address of HOST in the config is spelt as in DNS or in ~/.ssh/config.',
  },
  'no-route': {
    because: 'there is no route to its network',
    advice: 'See that this machine is online, and in the VPN if HOST needs one.',
  },
  'no-answer': {
    because: 'it did not answer in time',
    advice:
      'See that HOST is up and that no firewall drops what this machine sends. If `cutover ssh HOST` gets in, a login file waits for input there, or starts another shell.',
  },
  'no-shell': {
    because: 'its login shell did not start as a shell',
    advice: 'See with `cutover ssh HOST` what the login prints and whether the user may run commands.',
  },
  'no-process': { because: 'no process can be started there', advice: processAdvice },
  'no-ssh': {
    because: 'this machine has no ssh command',
    advice: 'Install the OpenSSH client.',
  },
  unknown: {
    because: 'ssh failed',
    advice: 'Run `cutover ssh HOST` to see all that ssh says.',
  },
};
