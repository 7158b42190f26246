import type { SshClient } from '../remote/ssh.ts';
import type { Outside } from './outside.ts';

/** How ssh is called: as the user would call it; `CUTOVER_SSH_CONFIG` names another ssh config than the user's. */
export function clientOf({ env }: Outside): SshClient {
  return env.CUTOVER_SSH_CONFIG ? { configFile: env.CUTOVER_SSH_CONFIG } : {};
}
