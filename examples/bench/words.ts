export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

export function sortedWords(text: string): [word: string, count: number][] {
  const counts: [word: string, count: number][] = [];
  for (const word of text.split(' ').sort()) {
    const last = counts.at(-1);
    if (last?.[0] === word) last[1] += 1;
    else counts.push([word, 1]);
  }
  return counts;
}
