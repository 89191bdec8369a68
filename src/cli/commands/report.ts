import path from 'node:path';
import { findSession } from '../../client/find-session.js';
import { toJson } from '../../report/json.js';
import { shortId, tildePath } from '../../report/words.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { optionsOf, withHistory } from '../history.js';
import { reportFile, writeWhole } from '../report-file.js';
import { version } from '../version.js';

interface ReportFlags {
  readonly output?: string;
  readonly markdown?: boolean;
}

export const report: CliCommand = {
  name: 'report',
  summary: 'write a session as a page that can be opened and passed on',
  description: [
    'Writes one HTML file that needs nothing else: the facts of the session, what it cost, what changed since the run before, pictures, and a table of all items that can be searched and sorted. The session is named as in show.',
    'With --markdown it prints a short form for the summary page of a CI job instead: spanmeter report --markdown >> $GITHUB_STEP_SUMMARY',
  ].join('\n\n'),
  examples: [
    { line: 'spanmeter report', does: 'the newest session, into .spanmeter/report/' },
    { line: 'spanmeter report last~1 --output before.html', does: 'the one before, into this file' },
    { line: 'spanmeter report --markdown', does: 'for the summary page of a CI job' },
  ],
  configure: (command) =>
    command
      .argument('[session]', 'Which session', 'last')
      .option('-o, --output <file>', 'Where to write it (default: .spanmeter/report/<session>.html); - prints it')
      .option('--markdown', 'Print Markdown instead'),
  run: (io, [name = 'last'], flags) =>
    withHistory(io, flags, async (store) => {
      const { output, markdown = false } = flags as ReportFlags;
      const session = await findSession(store, name);
      const { gather } = await import('../../report/gather.js');
      const input = await gather(store, session, version());
      if (markdown) {
        const { reportMarkdown } = await import('../../report/session-markdown.js');
        io.stdout.write(reportMarkdown(input));
        return EXIT.done;
      }
      const { renderPage } = await import('../../report/html/page.js');
      const { picturesOf } = await import('../../report/html/pictures.js');
      const page = renderPage(input, await picturesOf(input));
      if (output === '-') {
        io.stdout.write(page);
        return EXIT.done;
      }
      const { root } = await optionsOf(io, flags);
      const file = output === undefined ? reportFile(root, `${shortId(session.id)}.html`) : path.resolve(io.cwd, output);
      writeWhole(file, page);
      if (flags['json'] === true) io.stdout.write(toJson({ session: session.id, file }));
      else io.stdout.write(flags['quiet'] === true ? `${file}\n` : `Written: ${tildePath(file)}\n`);
      return EXIT.done;
    }),
};
