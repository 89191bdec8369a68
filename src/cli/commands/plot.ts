import path from 'node:path';
import { SpanmeterError } from '../../model/errors.js';
import { suggestion } from '../../model/nearest.js';
import { METRIC_WORDS } from '../../model/metrics.js';
import { toJson } from '../../report/json.js';
import { tildePath } from '../../report/words.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { kinds, metric, positiveInteger } from '../flags.js';
import { optionsOf, withMonitor } from '../history.js';
import { reportFile, writeWhole } from '../report-file.js';
import { PICTURES, type PictureName, type PlotFlags } from '../pictures.js';

const NARROWEST = 320;
const WIDEST = 4000;

type Flags = PlotFlags & Readonly<{ output?: string; json?: true; quiet?: true }>;

export const plot: CliCommand = {
  name: 'plot',
  summary: 'draw a picture of a session or an item',
  description: [
    'Draws a picture, as SVG or PNG, and prints where it is:',
    Object.entries(PICTURES)
      .map(([name, { does }]) => `  ${name.padEnd(11)} ${does}`)
      .join('\n'),
    'A session is named as in show; an item by all of its name or a part.',
  ].join('\n\n'),
  examples: [
    { line: 'spanmeter plot items', does: 'what the most expensive tests of the newest session took' },
    { line: 'spanmeter plot items last --by peak --limit 10 -o top.svg', does: 'the ten that made the process grow most' },
    { line: 'spanmeter plot history adds --metric cpu', does: 'how much processor time a test took, session after session' },
    { line: 'spanmeter plot timeline --dark', does: 'what each worker did when, and its memory' },
    { line: 'spanmeter plot components --last 10 --metric peak', does: 'the growth of memory per component, in ten sessions' },
    { line: 'spanmeter plot scatter -o -', does: 'who computes and who waits, to standard output' },
  ],
  configure: (command) =>
    command
      .argument('<what>', Object.keys(PICTURES).join(', '))
      .argument('[name]', 'Which session (default: last); with history: which item')
      .option('-o, --output <file>', 'An .svg or .png file, or - for standard output (default: in .spanmeter/report/)')
      .option(
        '--metric <metric>',
        `Of history and components: ${Object.keys(METRIC_WORDS).join(', ')}, or any metric's name (default: wall)`,
        metric,
      )
      .option('--by <metric>', 'Of items: what makes them expensive (default: wall)', metric)
      .option('--limit <number>', 'Of items: how many (default: 30)', positiveInteger)
      .option('--last <number>', 'Of history and components: how many sessions, the newest', positiveInteger)
      .option('--kind <kinds>', 'Only these kinds of items: test, file, suite, hook, bench, span, session', kinds)
      .option('--dark', 'Light on dark')
      .option('--width <pixels>', 'How wide (default: 860)', positiveInteger),
  run: async (io, [what = '', name], given) => {
    const flags = given as Flags;
    const { output, json, quiet } = flags;
    const { draw } = PICTURES[pictureNamed(what)];
    checkWidth(flags.width);
    const format = formatOf(output);
    if (output === '-' && json === true) throw new SpanmeterError('SPANMETER_USAGE', 'plot: --json and -o - exclude each other; keep one.');
    const { picture, called } = await withMonitor(io, given, (monitor) => draw(monitor, name, flags));
    const content = format === 'png' ? await (await import('../../report/plot/png.js')).toPng(picture.svg) : picture.svg;
    if (output === '-') {
      io.stdout.write(picture.svg);
      return EXIT.done;
    }
    const file =
      output === undefined ? reportFile((await optionsOf(io, given)).root, `${what}-${called}.svg`) : path.resolve(io.cwd, output);
    writeWhole(file, content);
    const { title, note } = picture;
    if (json === true) io.stdout.write(toJson({ file, format, title, ...(note !== undefined && { note }) }));
    else io.stdout.write(`${quiet === true ? file : [`Drawn: ${tildePath(file)}`, ...(note === undefined ? [] : [note])].join('\n')}\n`);
    return EXIT.done;
  },
};

/** @throws SpanmeterError SPANMETER_USAGE */
function pictureNamed(what: string): PictureName {
  if (Object.hasOwn(PICTURES, what)) return what as PictureName;
  throw new SpanmeterError('SPANMETER_USAGE', `plot: there is no picture '${what}'. ${suggestion(what, Object.keys(PICTURES))}`);
}

function formatOf(output: string | undefined): 'svg' | 'png' {
  if (output === undefined || output === '-') return 'svg';
  const extension = path.extname(output).slice(1).toLowerCase();
  if (extension === 'svg' || extension === 'png') return extension;
  throw new SpanmeterError('SPANMETER_USAGE', `plot: a picture is an .svg or a .png file; '${output}' is neither.`);
}

function checkWidth(width: number | undefined): void {
  if (width === undefined || (width >= NARROWEST && width <= WIDEST)) return;
  throw new SpanmeterError('SPANMETER_USAGE', `plot: --width is from ${NARROWEST} to ${WIDEST} pixels; ${width} is not.`);
}
