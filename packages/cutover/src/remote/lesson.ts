import { createHash } from 'node:crypto';
import { quote, type Shell, sh } from '../shell/text.ts';
import { beginning, beginningFormat, ending, windowBytes } from './packed.ts';
import { segmentScript } from './script.ts';
import type { Segment } from './session.ts';

/*
 * What the loop on a host must learn, and most lines of what it then runs, are the same for every deployment. The host keeps them as the beginning
 * of a compressed text, of which the next connection sends only the end. The file is named by the digest of its text, and the checksum at the
 * end of the whole shows whether it is sound.
 */

/** Finds out what the host keeps, in files that nobody else can have made: then `known` tells their names. Costs no process. */
export function askingText(directory: string | null): Shell {
  if (directory === null) return forgetting;
  return sh`
    ${forgetting}
    lessons=${directory}
    for lesson in "$lessons"/*; do
      if test -n "$gzip" && test -f "$lesson" && test ! -L "$lesson" && test -O "$lesson"; then known="$known \${lesson##*/}"; fi
    done`;
}

/** A login shell may have exported these. */
const forgetting = sh`unset lesson lessons known`;

/**
 * What the loop does with both parts, `new`, with the end alone, `known`, or with another end to what it holds of them, `again`: `printf` makes the beginning of that. What is damaged is removed, and the connection ends: the next one is
 * sent all of it. That nothing can be kept is no hindrance. The end may hold secrets, so it is written nowhere.
 */
export const learning: Shell = sh`
  known() { cat "$lessons/$bytes"; take $seq; }
  fresh() { take \${bytes#* } | { (umask 077; exec tee "$lessons/$$") 2>/dev/null || cat; }; take $seq; }
  again() { LC_ALL=C; printf "$bytes" "$held"; take $seq; }
  learn() { text=$("$1" | gzip -dc) && held=$text && eval "$text"; }
  keep() {
    set -- "$lessons"/*
    test $# -le 8 || rm -f "$@"
    if test "$(wc -c <"$lessons/$$")" -eq \${bytes#* }; then mv -f "$lessons/$$" "$lessons/\${bytes% *}"; else rm -f "$lessons/$$"; fi
  }`;

/** What a runner has to know before it can run segments with a journal. */
export interface Lesson {
  readonly text: string;
  /** The same with what recurs in scripts: what a host keeps. */
  readonly kept: string;
  /** The beginning of that, to which later segments refer: all that recurs is in it. */
  readonly held: string;
  /** The name of that. */
  readonly name: string;
}

/**
 * The lesson before such a segment. What recurs comes first, so that later segments need not go through the lesson, unless this one is so long
 * that what recurs would be out of its reach. Then it comes last, without what is out of reach all the same.
 */
export function lessonBefore(segment: Segment, text: string): Lesson {
  const scriptOf = (steps: Segment['steps']) => String(segmentScript({ ...segment, steps }, ofNone));
  const told = (lines: readonly string[]) => `vocabulary=${quote(lines.join('\n'))}\n`;
  const foreseen = scriptOf(segment.foreseen?.() ?? segment.steps);
  const all = vocabularyOf(foreseen);
  const isNear = Buffer.byteLength(told(all) + text + quote(scriptOf(segment.steps))) <= windowBytes;
  const recurring = told(isNear ? all : withinReach(all, foreseen));
  const kept = isNear ? recurring + text : text + recurring;
  const name = createHash('sha256').update(kept).digest('hex').slice(0, 16);
  return { text, kept, held: isNear ? recurring : kept, name };
}

/** Text, compressed, for a host that keeps the lesson: only what is new. */
export function knownFrame({ kept, name }: Lesson, text: string): Buffer {
  const end = ending(kept, text);
  return Buffer.concat([Buffer.from(`known ${end.length} ${name}\n`), end]);
}

/** Text, compressed, for a runner that holds the lesson already; null where it holds too much for that. */
export function againFrame({ held }: Lesson, text: string): Buffer | null {
  const format = beginningFormat(Buffer.byteLength(held));
  if (format === null) return null;
  const end = ending(held, text);
  return Buffer.concat([Buffer.from(`again ${end.length} ${format}\n`), end]);
}

/** The lesson and further text, compressed. */
export function newFrame({ kept, name }: Lesson, text: string): Buffer {
  const [first, end] = [beginning(kept), ending(kept, text)];
  return Buffer.concat([Buffer.from(`new ${end.length} ${name} ${first.length}\n`), first, end]);
}

/** The word of marks that are never written. */
const ofNone = '0'.repeat(16);

/** The lines of a script that name nothing new: no time, id or number of this one deployment is in them, and no value such as a commit's message. Each once. */
export function vocabularyOf(script: string): readonly string[] {
  const lines = script.split('\n').filter((line) => line.length >= 8 && !/\d{4}|[0-9a-f]{16}|export \w+=/.test(line));
  return [...new Set(lines)];
}

/**
 * Those lines to which the script that follows them can refer where it says them first: what lies between counts, the lines behind each and the script up to there. What
 * the end of a long script says first could not be referred to, and would only put the others out of reach.
 */
export function withinReach(lines: readonly string[], script: string): readonly string[] {
  const places = placesIn(script);
  let behind = 0;
  const near = lines.toReversed().filter((line) => {
    const { at = 0, bytes = 0 } = places.get(line) ?? {};
    const isNear = at + behind + bytes <= windowBytes;
    if (isNear) behind += bytes;
    return isNear;
  });
  return near.toReversed();
}

/** Where a script says each of its lines first, and how long that is, once it is quoted. */
function placesIn(script: string): ReadonlyMap<string, { readonly at: number; readonly bytes: number }> {
  const places = new Map<string, { readonly at: number; readonly bytes: number }>();
  const quoted = quote(script).slice(1, -1).split('\n');
  let at = 0;
  for (const [i, line] of script.split('\n').entries()) {
    const bytes = Buffer.byteLength(quoted[i] ?? '') + 1;
    if (!places.has(line)) places.set(line, { at, bytes });
    at += bytes;
  }
  return places;
}
