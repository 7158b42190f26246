import type { App } from '../../../model/app.ts';
import { cleanWord } from '../../clean.ts';
import type { Look } from '../examine.ts';
import { caddySites } from './caddy.ts';
import type { Gathered } from './gathered.ts';
import { good, problem, warning } from './said.ts';
import { type NginxSite, nginxSites, nginxVersion, pathsOf } from './sites.ts';

/** Which web server leads into the deploy path; what is not recognised is not vouched for. */
export const webServer: Look = ({ host, gathered }) => {
  if (gathered === null) return null;
  const servers = serversOf(gathered, host.deployPath);
  if (servers.length > 0) return good(`${servers.join(' and ')}.`);
  const unread = [...gathered.all('unread').keys()].map(cleanWord);
  const because = unread.length > 0 ? ` ${unread.join(', ')} could not be read.` : '';
  return warning(
    `No web server that is known here (nginx, Caddy, Apache) was seen to lead into ${cleanWord(host.deployPath)}.${because} How visitors reach the application, and whether a swap takes effect at once and without a failed request, could not be verified.`,
    `Let the web server serve ${cleanWord(host.deployPath)}/current, and let this user read its configuration. Set app.url, so that each deployment proves what is served.`,
  );
};

function serversOf(gathered: Gathered, deployPath: string): readonly string[] {
  const version = nginxVersion(gathered);
  const nginx = nginxSites(gathered, deployPath).map(
    (site) =>
      `nginx${version === null ? '' : ` ${cleanWord(version)}`} serves ${siteName(site)} from ${cleanWord(site.roots[0] ?? site.proxied[0] ?? '')}`,
  );
  const caddy = caddySites(gathered, deployPath).length > 0 ? ['Caddy leads there'] : [];
  const apache = apacheFiles(gathered, deployPath).length > 0 ? ['Apache leads there'] : [];
  return [...nginx, ...caddy, ...apache];
}

/** Whether it serves `current`. */
export const webRoot: Look = ({ host, gathered, settings }) => {
  if (gathered === null) return null;
  const roots = nginxSites(gathered, host.deployPath).flatMap((site) => site.roots);
  const mine = [...roots, ...pathsOf(gathered, host.deployPath)];
  const numbered = mine.find((root) => root.startsWith(`${host.deployPath}/releases/`));
  const wanted = `${host.deployPath}/current${settings.app.root === null ? '' : `/${settings.app.root}`}`;
  if (numbered !== undefined)
    return problem(
      `The web server's root is ${cleanWord(numbered)}, one numbered release: no deployment reaches visitors, and they meet nothing once it is removed.`,
      `Write ${cleanWord(wanted)} there instead, and reload the web server once.`,
    );
  const other = roots.find(
    (root) => root.startsWith(`${host.deployPath}/current`) && root.replace(/\/$/, '') !== wanted,
  );
  if (other === undefined || roots.some((root) => root.replace(/\/$/, '') === wanted)) return null;
  return warning(
    `The web server's root is ${cleanWord(other)}, and the config says ${cleanWord(wanted)}.`,
    'Set app.root to what the web server serves, or the root to what the config says.',
  );
};

/** How scripts are named to PHP. */
export const scriptNames: Look = ({ host, gathered, settings: { app, hooks } }) => {
  if (gathered === null || app.kind !== 'php') return null;
  if (isModPhp(gathered, host.deployPath))
    return modPhp(hooks.some(({ run }) => /\bgraceful\b|reload\b.*(?:apache|httpd)/.test(run)));
  const evidence = throughLink(gathered, host.deployPath);
  const isExpected = app.fpm?.scripts === 'link';
  if (evidence.link === null && evidence.resolved === null) return null;
  if (evidence.link === null)
    return isExpected
      ? warning(
          `${cleanWord(evidence.resolved ?? '')}, so the swap alone is enough, and yet opcache is reset after each.`,
          "Set app.fpm.scripts to 'resolved', or leave it out.",
        )
      : good(`${cleanWord(evidence.resolved ?? '')}: the swap takes effect with the next request.`);
  const consequence = 'opcache goes on serving the old release after a swap';
  if (isExpected)
    return warning(
      `${cleanWord(evidence.link)}: ${consequence}, so it is reset each time, which slows the next requests down.`,
      evidence.mend,
    );
  return problem(
    `${cleanWord(evidence.link)}: ${consequence}, for ever.`,
    `${evidence.mend} Until then: ${linkConfig(app)}.`,
  );
};

function linkConfig(app: App): string {
  const socket = app.kind === 'php' ? (app.fpm?.socket ?? '…') : '…';
  return `app: { fpm: { socket: '${socket}', scripts: 'link' } }`;
}

/** PHP within Apache: its opcache answers to no FastCGI. */
function isModPhp(gathered: Gathered, deployPath: string): boolean {
  const files = apacheFiles(gathered, deployPath).map((file) => gathered.all('apache').get(file) ?? '');
  const hasModule = /^(?:lib)?php[\d.]*\.load$/m.test(gathered.text('apache-modules') ?? '');
  return hasModule && files.length > 0 && !files.some((text) => /fcgi:\/\//.test(text));
}

function modPhp(isReloaded: boolean): ReturnType<Look> {
  const what = 'Apache runs PHP within itself (mod_php)';
  return isReloaded
    ? good(`${what}, and the config makes it begin anew.`)
    : problem(
        `${what}: its workers go on with the old release for up to two minutes, by turns with the new one, and opcache cannot be reset from outside.`,
        'Let a hook of "after activate" run "sudo -n apachectl graceful", which ends no request; or pass PHP to PHP-FPM.',
      );
}

interface Evidence {
  readonly link: string | null;
  readonly resolved: string | null;
  readonly mend: string;
}

/** How web servers name scripts of the deploy path to PHP. */
export function throughLink(gathered: Gathered, deployPath: string): Evidence {
  const sites = nginxSites(gathered, deployPath);
  const passes = sites.flatMap((site) => site.passes);
  const bad = passes.flatMap(({ script, documentRoot }) => {
    if (!script?.includes('$realpath_root')) return [`nginx names scripts by SCRIPT_FILENAME ${script ?? '(nothing)'}`];
    return documentRoot?.includes('$realpath_root')
      ? []
      : [`nginx gives PHP the DOCUMENT_ROOT ${documentRoot ?? '(nothing)'}`];
  });
  if (passes.length > 0)
    return {
      link: bad[0] ?? null,
      resolved: 'nginx names scripts by $realpath_root',
      mend: 'Behind the include of the location write "fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name;" and "fastcgi_param DOCUMENT_ROOT $realpath_root;", and reload nginx once.',
    };
  const caddy = caddySites(gathered, deployPath).flatMap((site) => site.passes);
  if (caddy.length > 0)
    return {
      link: caddy.every(({ resolves }) => resolves)
        ? null
        : 'Caddy names scripts through the link, without resolve_root_symlink',
      resolved: 'Caddy resolves the link (resolve_root_symlink)',
      mend: 'Write "resolve_root_symlink" into the block of php_fastcgi, and reload Caddy once.',
    };
  const isApache = apacheFiles(gathered, deployPath).length > 0;
  return {
    link: isApache ? 'Apache names scripts through the link, and knows no other way' : null,
    resolved: null,
    mend: 'Reset opcache after each swap, as Cutover does with scripts: "link", or put nginx or Caddy before PHP-FPM.',
  };
}

/** Files of Apache that name the deploy path. */
export function apacheFiles(gathered: Gathered, deployPath: string): readonly string[] {
  return [...gathered.all('apache')].filter(([, text]) => text.includes(`${deployPath}/`)).map(([file]) => file);
}

function siteName({ names }: NginxSite): string {
  return cleanWord(names.join(' ') || 'its default site');
}
