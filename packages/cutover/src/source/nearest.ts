/** At most five of the names, those most like the wanted one first; none that has little in common with it. */
export function nearestNames(wanted: string, names: readonly string[]): readonly string[] {
  const pairs = pairsOf(wanted);
  return [...new Set(names)]
    .map((name) => ({ name, likeness: likeness(pairs, pairsOf(name)) }))
    .filter(({ likeness }) => likeness > 0.3)
    .sort((a, b) => b.likeness - a.likeness || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name);
}

/** Neighbouring letters, the word's edges among them: cheap to compare over thousands of branch names. */
function pairsOf(word: string): Set<string> {
  const edged = ` ${word.toLowerCase().slice(0, 100)} `;
  return new Set(Array.from({ length: edged.length - 1 }, (_, i) => edged.slice(i, i + 2)));
}

function likeness(a: Set<string>, b: Set<string>): number {
  return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
}
