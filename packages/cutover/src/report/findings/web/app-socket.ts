import { cleanWord } from '../../clean.ts';
import type { Look } from '../examine.ts';
import { caddySites } from './caddy.ts';
import type { Gathered } from './gathered.ts';
import { problem, warning } from './said.ts';
import { nginxSites } from './sites.ts';

/** Whether connections to a socket in the release move with the swap. */
export const appSocket: Look = ({ host, gathered }) => {
  if (gathered === null) return null;
  const found = [
    ...ofNginx(gathered, host.deployPath),
    ...ofCaddy(gathered, host.deployPath),
    ...ofApache(gathered, host.deployPath),
  ];
  const long = found.find(({ path }) => path.length > longestSocket);
  if (long !== undefined)
    return problem(
      `The path of the socket ${cleanWord(long.path)} is longer than ${longestSocket} bytes, which no socket can have.`,
      'Choose a shorter deploy path or name.',
    );
  const kept = found.find(({ keeps }) => keeps !== null);
  if (kept?.keeps === null || kept === undefined) return null;
  return warning(
    `${kept.keeps.who} connections to ${cleanWord(kept.path)}: they stay with the old release's process after a swap, until that ends.`,
    kept.keeps.mend,
  );
};

const longestSocket = 107;

/** A socket in the deploy path that a web server passes to; `keeps` where connections to it are kept. */
interface Proxied {
  readonly path: string;
  readonly keeps: { readonly who: string; readonly mend: string } | null;
}

function ofNginx(gathered: Gathered, deployPath: string): readonly Proxied[] {
  const keeps = {
    who: 'nginx may keep (from version 1.29.7 on by itself)',
    mend: 'Write "proxy_set_header Connection close;" into the location, so that each request connects anew to what current names.',
  };
  return nginxSites(gathered, deployPath).flatMap((site) => {
    const closes = site.all('proxy_set_header').some((words) => words.toLowerCase() === 'connection close');
    return site.proxied
      .filter((to) => to.includes(`unix:${deployPath}/`))
      .map((to) => ({ path: to.replace(/^.*unix:/, '').replace(/:.*$/, ''), keeps: closes ? null : keeps }));
  });
}

function ofCaddy(gathered: Gathered, deployPath: string): readonly Proxied[] {
  const keeps = {
    who: 'Caddy keeps',
    mend: 'Write "transport http { keepalive off }" into the reverse_proxy, and reload Caddy once.',
  };
  return caddySites(gathered, deployPath)
    .flatMap(({ proxied }) => proxied)
    .filter(({ to }) => to.startsWith(`unix/${deployPath}/`))
    .map(({ to, isKept }) => ({ path: to.slice('unix/'.length), keeps: isKept ? keeps : null }));
}

function ofApache(gathered: Gathered, deployPath: string): readonly Proxied[] {
  const keeps = { who: 'Apache keeps', mend: 'Write "disablereuse=on" behind the ProxyPass, and reload Apache once.' };
  const lines = [...gathered.all('apache').values()].flatMap((text) => text.split('\n'));
  return lines.flatMap((line) => {
    const [, path] = /^\s*ProxyPass\b.*unix:([^|\s"]+)/i.exec(line) ?? [];
    if (!path?.startsWith(`${deployPath}/`)) return [];
    return [{ path, keeps: /\bdisablereuse=on\b/i.test(line) ? null : keeps }];
  });
}
