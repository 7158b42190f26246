import type { Host } from '../../src/model/host.ts';
import { aHost } from './wishes.ts';

/** A host by its name, reached over ssh at the address of the same name, with what the case needs changed. */
export function hostOf(name: string, changes: Partial<Host> = {}): Host {
  return aHost(name, { deployPath: '/srv/app', roles: [], ...changes });
}
