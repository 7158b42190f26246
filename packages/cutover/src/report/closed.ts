import type { ClosedFacts } from '../model/facts.ts';
import type { ReleaseName } from '../model/release.ts';
import type { Refusal } from '../plan/refusal.ts';
import { sh } from '../shell/text.ts';
import { cleanWord } from './clean.ts';
import { hostList } from './words.ts';

/** Where a deployment may not write, whose that is, what serves meanwhile, and what lets it write. */
export function closedText({ user, closed, serves }: NotWritable): string {
  const places = closed.filter((place) => !isWithin(place, closed));
  const alike = Map.groupBy(places, ({ owner, mode, readOnlyMount }) => JSON.stringify([owner, mode, readOnlyMount]));
  const what = [...alike.values()].map((same) => whyClosed(same, user));
  return `${what.join(' ')} ${staysSentence(serves)} On the host: \`${cleanWord(mends(places, user).join(' && '))}\`.`;
}

/** With what forbids the same host the same put together: which places are Cutover's own and which are built in is one to who mends it. */
export function togetherClosed(refusals: readonly Refusal[]): readonly Refusal[] {
  const closed = refusals.filter((refusal) => refusal.kind === 'not-writable');
  const byHost = Map.groupBy(closed, ({ host }) => host);
  const whole = (refusal: NotWritable): NotWritable => ({
    ...refusal,
    closed: (byHost.get(refusal.host) ?? []).flatMap((each) => each.closed),
  });
  return refusals.flatMap((refusal) => {
    if (refusal.kind !== 'not-writable') return refusal;
    return byHost.get(refusal.host)?.[0] === refusal ? whole(refusal) : [];
  });
}

type NotWritable = Extract<Refusal, { kind: 'not-writable' }>;

/** What is Cutover's own is mended with the directory that it lies in, where that is closed for the same reason. */
function isWithin(place: ClosedFacts, closed: readonly ClosedFacts[]): boolean {
  return closed.some(
    (other) =>
      isOfCutover(other) &&
      place.path.startsWith(`${other.path}/`) &&
      (place.readOnlyMount ?? place.owner) === (other.readOnlyMount ?? other.owner),
  );
}

/** What visitors go on getting where a refusal changed nothing. */
export function staysSentence(serves: ReleaseName | null): string {
  return serves === null ? 'Nothing is in service there.' : `${cleanWord(serves)} is in service and stays.`;
}

/** Why the deploy path cannot be made, and who can make it. Where nobody forbids it, something is in its way. */
export function uncreatableText({ path, user, parent }: Extract<Refusal, { kind: 'cannot-create' }>): string {
  if (parent === null)
    return `${cleanWord(path)} cannot be made: something on the way to it is not a directory. Move that away, or choose another path.`;
  const remount = parent.readOnlyMount ? `${remounted(parent.readOnlyMount)} && ` : '';
  const made = String(sh`sudo install -d -o ${user} ${path}`);
  return `${cleanWord(path)} does not exist and ${cleanWord(user)} cannot make it. ${whyClosed([parent], user)} Nothing is in service there. Make it once, on the host: \`${cleanWord(`${remount}${made}`)}\`.`;
}

function whyClosed(places: readonly ClosedFacts[], user: string): string {
  const [{ owner, mode, readOnlyMount } = { owner: '', mode: '', readOnlyMount: null }] = places;
  const [which, who] = [hostList(pathsOf(places), Infinity), cleanWord(user)];
  const [lies, is, belongs] = places.length === 1 ? ['lies', 'is', 'belongs'] : ['lie', 'are', 'belong'];
  if (readOnlyMount !== null)
    return `${which} ${lies} below ${cleanWord(readOnlyMount)}, which is mounted for reading only.`;
  if (owner === '') return `${which} ${is} not writable for ${who}, as whom Cutover connects.`;
  if (owner !== user)
    return `${which} ${belongs} to ${cleanWord(owner)} (mode ${cleanWord(mode)}) and ${is} not writable for ${who}, as whom Cutover connects.`;
  return `${which} ${belongs} to ${who}, as whom Cutover connects, and yet ${is} not writable (mode ${cleanWord(mode)}).`;
}

/** The commands that open the places. Only what is Cutover's own changes hands with all that is in it. */
function mends(closed: readonly ClosedFacts[], user: string): readonly string[] {
  const mounts = new Set(closed.flatMap(({ readOnlyMount }) => (readOnlyMount === null ? [] : [readOnlyMount])));
  const places = closed.filter(({ readOnlyMount }) => readOnlyMount === null);
  const own = places.filter(({ owner }) => owner === user);
  const fixed = pathsOf(own.filter(isOpenByMode));
  const shut = pathsOf(own.filter((place) => !isOpenByMode(place)));
  const others = places.filter(({ owner }) => owner !== user);
  const whole = pathsOf(others.filter(isOfCutover));
  const bare = pathsOf(others.filter((place) => !isOfCutover(place)));
  return [
    ...[...mounts].map(remounted),
    ...(bare.length > 0 ? [String(sh`sudo chown ${user} ${bare}`)] : []),
    ...(whole.length > 0 ? [String(sh`sudo chown -R ${user} ${whole}`)] : []),
    ...(shut.length > 0 ? [String(sh`chmod u+rwx ${shut}`)] : []),
    ...(fixed.length > 0 ? [String(sh`sudo chattr -i ${fixed}`)] : []),
  ];
}

/** Where the mode lets the owner write, and yet it cannot, the directory was made immutable. */
function isOpenByMode({ mode }: ClosedFacts): boolean {
  return /[37]..$/.test(mode);
}

function remounted(mount: string): string {
  return String(sh`sudo mount -o remount,rw ${mount}`);
}

function isOfCutover({ path }: ClosedFacts): boolean {
  return path.split('/').includes('.cutover');
}

function pathsOf(places: readonly ClosedFacts[]): readonly string[] {
  return places.map(({ path }) => path);
}
