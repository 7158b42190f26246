import type { Look } from './examine.ts';

/**
 * Whether what a deployment starts on the host outlives its connection. systemd-logind can be told to end all that a login has started when
 * the login is over; a session of its own does not keep it from that, and neither does lingering.
 */
export const logout: Look = ({ facts: { user }, host, settings, logins }) => {
  const isLogin = (logins?.text('login') ?? '') !== '';
  if (logins === null || !isLogin || !isEnded(user, settingsIn(logins.text('logind') ?? ''))) return null;
  const own = settings.processes.some(({ manager, hosts }) => manager === 'own' && hosts.includes(host.name));
  return {
    level: own ? 'problem' : 'warning',
    sentence: `systemd-logind ends all that ${user} has started as soon as the connection is closed (KillUserProcesses): ${
      own ? 'the processes of the application end with the deployment that started them, ' : ''
    }a step ends in its middle when the connection is lost, and an activation that nobody confirms is never taken back by the host itself.`,
    mend: `As root: \`mkdir -p /etc/systemd/logind.conf.d && printf '[Login]\\nKillExcludeUsers=${user}\\n' > /etc/systemd/logind.conf.d/cutover.conf && systemctl restart systemd-logind\`.`,
  };
};

interface Kills {
  readonly all: boolean;
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** As systemd reads it: lists grow with each line, and an empty line empties them. */
function settingsIn(text: string): Kills {
  let all = false;
  let only: readonly string[] = [];
  let except: readonly string[] | null = null;
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^(Kill\w+)=(.*)$/.exec(line.trim()) ?? [];
    const words = value.split(/\s+/).filter((word) => word !== '');
    if (name === 'KillUserProcesses') all = /^(1|yes|y|true|t|on)$/i.test(value.trim());
    if (name === 'KillOnlyUsers') only = words.length === 0 ? [] : [...only, ...words];
    if (name === 'KillExcludeUsers') except = words.length === 0 ? [] : [...(except ?? []), ...words];
  }
  return { all, only, except: except ?? ['root'] };
}

function isEnded(user: string, { all, only, except }: Kills): boolean {
  if (except.includes(user)) return false;
  return only.length > 0 ? only.includes(user) : all;
}
