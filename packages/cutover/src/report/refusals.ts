import type { Refusal } from '../plan/refusal.ts';
import { sh } from '../shell/text.ts';
import { cleanWord } from './clean.ts';
import { closedText, staysSentence, togetherClosed, uncreatableText } from './closed.ts';
import { holderSentence, resumeAdvice } from './holder.ts';
import { misplacedText } from './misplaced.ts';
import { strangerNote } from './strangers.ts';
import { toolName, unsharedText } from './unshared.ts';
import { hostList, moment } from './words.ts';

/** Why there is no plan, each reason as whole sentences: what is so, and what to do. Hosts with one and the same reason stand together. */
export function refusalLines(refusals: readonly Refusal[], nowMs: number): string[] {
  const told = togetherClosed(refusals).map((refusal) => ({
    host: 'host' in refusal ? refusal.host : null,
    text: refusalText(refusal, nowMs),
  }));
  const groups = Map.groupBy(told, ({ text }) => text);
  return [...groups].map(([text, same]) => {
    const hosts = same.flatMap(({ host }) => (host === null ? [] : [host]));
    return hosts.length > 0 ? `${hostList(hosts)}: ${text}` : text;
  });
}

/** Why there is no plan, for one reason and without the host: what is so, and what to do. */
export function refusalText(refusal: Refusal, nowMs: number): string {
  switch (refusal.kind) {
    case 'locked':
      return lockedText(refusal, nowMs);
    case 'foreign-lock':
      return foreignLockText(refusal, nowMs);
    case 'one-directory':
      return oneDirectoryText(refusal);
    case 'current-not-a-release':
      return currentText(refusal.target);
    case 'other-project':
      return otherProjectText(refusal);
    case 'deploy-path-unusable':
      return `${cleanWord(refusal.path)} is not a directory. Choose another path.`;
    case 'cannot-create':
      return uncreatableText(refusal);
    case 'not-writable':
      return closedText(refusal);
    case 'missing-shared':
      return `${refusal.files.map(cleanWord).join(', ')} must exist before the first deployment. Send it with "cutover env push", or make it on the host.`;
    case 'misplaced-shared':
      return misplacedText(refusal);
    case 'missing-tools':
      return `a tool is missing: install ${refusal.needs.map((list) => list.join(' and ')).join(', or ')}.`;
    case 'other-layout':
      return `this deploy path was made by ${toolName(refusal.found)}, which keeps shared paths below shared/, but the layout of the config is "${refusal.layout}". Set layout: 'shared'.`;
    case 'unshared-links':
      return unsharedText(refusal);
    case 'damaged-records':
      return `release records cannot be understood: ${refusal.files.map(cleanWord).join(', ')} in .cutover/releases/. "cutover recover" keeps them aside.`;
    case 'unfit-revision':
      return refusal.message;
    case 'no-hosts':
      return 'None of these hosts receives code (receivesCode: false), and hooks alone are no deployment. Select others.';
    case 'no-such-release':
      return `there is no release ${cleanWord(refusal.release)}. ${knownReleases(refusal.known)}`;
    case 'never-served':
      return `the release ${cleanWord(refusal.release)} was never in service: only one that was can be gone back to. ${knownReleases(refusal.known)}`;
    case 'in-service':
      return `the release ${cleanWord(refusal.release)} is in service: its caches are not purged. Put another one in service first.`;
    case 'already-serving':
      return `The release ${cleanWord(refusal.release)} is in service already.`;
    case 'no-earlier-release':
      return noEarlierText(refusal);
    case 'hosts-differ':
      return differText(refusal);
    case 'nothing-to-adopt':
      return 'There is nothing to take over: no releases of another tool or another project were found, or they are taken over already.';
  }
}

function lockedText(refusal: Extract<Refusal, { kind: 'locked' }>, nowMs: number): string {
  const { holder } = refusal;
  if (holder === null)
    return 'the deploy path is locked, and the lock does not say by whom: it is never taken over. Once you know that nobody deploys there, "cutover unlock" frees it.';
  return `the deploy path is locked. ${holderSentence(holder, nowMs)} Wait for it with --wait: it is taken over when its deployment gives no sign of life any more. If it died: ${resumeAdvice(holder, refusal)}. "cutover unlock" frees the lock at once.`;
}

function foreignLockText(
  { by, since, path, serves }: Extract<Refusal, { kind: 'foreign-lock' }>,
  nowMs: number,
): string {
  const who = by === '' ? '' : ` by ${cleanWord(by)}`;
  const when = since === null ? '' : ` since ${moment(since, nowMs)}`;
  return `Deployer has it locked${who}${when}: a deployment by that tool is under way, or one died there. ${staysSentence(serves)} Wait until it is over; if it died, "dep deploy:unlock" frees it, or on the host \`${cleanWord(String(sh`rm ${path}`))}\`.`;
}

function oneDirectoryText({ hosts, paths, serves }: Extract<Refusal, { kind: 'one-directory' }>): string {
  const places = hostList(paths);
  const what = `One machine answers for ${hostList(hosts)}, and ${places} ${paths.length === 1 ? 'is' : 'are'} one directory there: what is done for one of them would count as done for all.`;
  return `${what} ${staysSentence(serves)} Keep one of them in the config, with the roles of all, or name one: --host ${cleanWord(hosts[0] ?? '')}.`;
}

function otherProjectText(refusal: Extract<Refusal, { kind: 'other-project' }>): string {
  const [theirs, ours] = [cleanWord(refusal.owner), cleanWord(refusal.project)];
  return `${strangerNote(refusal)}. ${staysSentence(refusal.serves)} Give ${ours} a deploy path of its own, or, if ${theirs} is now called ${ours}, take its releases over once with "cutover adopt".`;
}

function currentText(target: string | null): string {
  const what =
    target === null
      ? 'a real file or directory'
      : `a link to ${cleanWord(target)}, which is no release below releases/`;
  return `current is ${what}. Cutover replaces only a link to a release. Choose another path, and point the web server at its current once a release is there; or make it a link to a release below releases/.`;
}

function noEarlierText({ bad }: Extract<Refusal, { kind: 'no-earlier-release' }>): string {
  const [newest] = bad.map(cleanWord);
  if (newest === undefined) return 'there is no earlier release to go back to.';
  return `there is no earlier release to go back to, apart from what was rolled back from: ${bad.map(cleanWord).join(', ')}. One that is named is taken all the same: cutover rollback ${newest}.`;
}

function differText({ targets, common }: Extract<Refusal, { kind: 'hosts-differ' }>): string {
  const what = `The hosts would go back to different releases (${targetList(targets)}).`;
  return common === null
    ? `${what} They have none in common: name the hosts as well, with --host.`
    : `${what} Name one that all of them have: cutover rollback ${cleanWord(common)}.`;
}

function knownReleases(known: readonly string[]): string {
  return known.length > 0 ? `Known: ${known.map(cleanWord).join(', ')}.` : 'There is none to go back to.';
}

function targetList(targets: Readonly<Record<string, string>>): string {
  return Object.entries(targets)
    .map(([host, release]) => `${cleanWord(host)}: ${cleanWord(release)}`)
    .join(', ');
}
