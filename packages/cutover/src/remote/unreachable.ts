import type { UnreachableReason } from '../model/failure.ts';

/** What happened, as a sentence without what ssh said. `address` is what ssh was asked to connect to. */
export function unreachableSentence(reason: UnreachableReason, address: string): string {
  return sentences[reason](address);
}

type ByReason = Readonly<Record<UnreachableReason, (address: string) => string>>;

const sentences: ByReason = {
  'unknown-host-key': (address) => `The host key of ${address} is not known on this machine.`,
  'changed-host-key': (address) => `${address} shows another host key than the one that is known on this machine.`,
  'key-refused': (address) => `${address} accepts none of the keys that ssh offered.`,
  'key-unusable': () => 'A key on this machine could not be used.',
  'connection-refused': (address) => `${address} refused the connection: nothing listens on that port.`,
  'connection-dropped': (address) => `${address} closed the connection before the login was over.`,
  'name-not-found': (address) => `The name ${address} could not be resolved.`,
  'no-route': (address) => `There is no route to ${address}.`,
  'no-answer': (address) => `${address} did not answer in time.`,
  'no-shell': (address) => `The login at ${address} worked, but no commands can be run there.`,
  'no-process': (address) => `The login at ${address} worked, but no process can be started there.`,
  'no-ssh': () => 'The ssh client could not be started on this machine.',
  unknown: (address) => `ssh could not connect to ${address}.`,
};
