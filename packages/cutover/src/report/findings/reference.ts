import { findings } from './finding.ts';

/** The reference page of what `cutover check` examines, in Markdown: docs/reference/check.md. */
export function findingsReference(): string {
  const rows = Object.entries(findings).map(([name, about]) => `| \`${name}\` | ${about} |`);
  return `${[intro, `| name | what is examined |\n|---|---|\n${rows.join('\n')}`].join('\n\n')}\n`;
}

const intro = `# What \`cutover check\` examines

This page is generated from the findings themselves. The names are permanent. A finding tells what was seen and what would come of it, and how
it is mended. A \`problem\` would make a deployment fail, or visitors would meet it: the exit code is 3. A \`warning\` works, passes by itself, or
could not be verified. What is not worth a word on a host is not told. With \`--json\`, each is an object with \`name\`, \`level\`, \`host\`,
\`sentence\`, \`mend\` and \`fixes\`: what \`--fix\` would change, which is nothing for most. All hosts are looked at together, with one command each, which changes nothing.`;
