import { createWriteStream, existsSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { findSession } from '../../client/find-session.js';
import { messageOf, SpanmeterError } from '../../model/errors.js';
import { csvLines } from '../../report/csv.js';
import { toJson } from '../../report/json.js';
import { ndjsonLines } from '../../report/rows-json.js';
import type { Store } from '../../store/contract.js';
import type { ServedStore } from '../../store/served.js';
import { COLUMN_NAMES } from '../../store/sql/metric-columns.js';
import { metricTable } from '../../store/sql/metric-table.js';
import { exportPymon } from '../../store/sqlite/export-pymon.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { withHistory } from '../history.js';

const FORMATS: readonly string[] = ['pymon', 'ndjson', 'csv'];
const PIECE = 5000;

interface ExportFlags {
  readonly format?: string;
  readonly session?: string;
}

export const exportCommand: CliCommand = {
  name: 'export',
  summary: 'write a history as a file that other tools read',
  description:
    "Writes all sessions, or one, into a new file: .pymon is a database that pytest-monitor's tools read, .ndjson and .csv have all columns, a row for each reading.",
  examples: [
    { line: 'spanmeter export history.csv', does: 'everything, for a spreadsheet' },
    { line: 'spanmeter export --session last last.ndjson', does: 'the newest session, an object a line' },
    { line: 'spanmeter export history.pymon', does: "for pytest-monitor's tools" },
  ],
  configure: (command) =>
    command
      .argument('<file>', 'The file to make')
      .option('--format <format>', `${FORMATS.join(', ')} (default: by the name of the file)`)
      .option('--session <session>', 'Only this one, named as in show'),
  run: (io, [name = ''], flags) =>
    withHistory(io, flags, async (store) => {
      const { format = path.extname(name).slice(1), session } = flags as ExportFlags;
      if (!FORMATS.includes(format))
        throw new SpanmeterError(
          'SPANMETER_USAGE',
          `export: what ${name} shall be is not known. Say it with --format: ${FORMATS.join(', ')}.`,
        );
      const file = path.resolve(io.cwd, name);
      if (existsSync(file))
        throw new SpanmeterError('SPANMETER_USAGE', `${file} is there already; it was left as it is. Name another file.`);
      const id = session === undefined ? undefined : (await findSession(store, session)).id;
      if (format === 'pymon') exportPymon(fileOf(store), file, id);
      else await writeRows(served(store), file, format, id);
      if (flags['json'] === true) io.stdout.write(toJson({ file, format }));
      else if (flags['quiet'] !== true) io.stdout.write(`Written: ${file}\n`);
      return EXIT.done;
    }),
};

async function writeRows({ sql }: ServedStore, file: string, format: string, session: string | undefined): Promise<void> {
  const { columns, pieces } = metricTable(sql, session === undefined ? {} : { sessions: [session] }, COLUMN_NAMES, { size: PIECE });
  const lines = format === 'csv' ? csvLines : ndjsonLines;
  try {
    await pipeline(Readable.from(lines({ fields: columns, pieces })), createWriteStream(file, { flags: 'wx' }));
  } catch (thrown) {
    throw new SpanmeterError('SPANMETER_STORE_WRITE', `${file} could not be written: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function served(store: Store): ServedStore {
  if ('sql' in store) return store as ServedStore;
  throw new SpanmeterError('SPANMETER_USAGE', `${store.location} is a server: ask its /api/v2/metrics for NDJSON or CSV instead.`);
}

function fileOf({ location }: Store): string {
  if (existsSync(location)) return location;
  throw new SpanmeterError('SPANMETER_USAGE', `${location} is no SQLite file, of which alone a .pymon file can be made.`);
}
