import { type Conversation, callsOf, textOf } from './conversation.ts';

/** The conversation as Markdown. */
export function asMarkdown({ title, turns }: Conversation): string {
  const parts = turns.flatMap(({ text, pictures, lanes }) => [
    `## You\n\n${[text, ...pictures.map(({ name }) => `*Attached: ${name}*`)].filter(Boolean).join('\n\n')}`,
    ...lanes.flatMap(({ model, rounds }) =>
      rounds.map(({ answer, results = [] }) =>
        [
          `## ${model}`,
          textOf(answer),
          ...callsOf(answer).map(({ name, json }) => `**Calls ${name}**\n\n\`\`\`json\n${json}\n\`\`\``),
          ...results.map(({ name, text: result }) => `**${name} answered**\n\n\`\`\`\n${result}\n\`\`\``),
          answer.end?.kind === 'failed' ? `**${answer.end.code}**: ${answer.end.message}` : '',
        ]
          .filter(Boolean)
          .join('\n\n'),
      ),
    ),
  ]);
  return `# ${title}\n\n${parts.join('\n\n')}\n`;
}

/** Saves text as a file through the browser. */
export function download(fileName: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function fileNameOf({ title }: Conversation, extension: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 50);
  return `${name || 'conversation'}.${extension}`;
}
