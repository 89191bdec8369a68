/** Documentation that can be checked: links lead somewhere, and tables that follow from the code say what the code says. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { commandReference } from './cli-reference.mjs';
import { filesBelow, inRoot, ROOT } from './paths.mjs';
import { docsPictures } from './pictures.mjs';
import { Failure } from './run.mjs';
import { table } from './table.mjs';

const pages = () =>
  [...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((name) => inRoot(name)), ...filesBelow(inRoot('docs'))].filter((file) =>
    file.endsWith('.md'),
  );

export async function checkDocs() {
  process.stdout.write('- documentation\n');
  const troubles = [...pages().flatMap(brokenLinks), ...pages().flatMap(unknownScripts), ...staleTables(), ...(await stalePictures())];
  if (troubles.length > 0) throw new Failure(['documentation:', ...troubles].join('\n  '));
}

/** Rewrites the derived tables and the pictures: `npm run docs`. */
export async function writeDocs() {
  for (const [name, svg] of await docsPictures()) writeFileSync(pictureFile(name), svg);
  for (const [page, name] of marked()) writeFileSync(page, withTable(readFileSync(page, 'utf8'), name));
}

const pictureFile = (name) => inRoot('docs/pictures', name);

async function stalePictures() {
  const stale = ([name, svg]) => !existsSync(pictureFile(name)) || readFileSync(pictureFile(name), 'utf8') !== svg;
  return [...(await docsPictures())].filter(stale).map(([name]) => `docs/pictures/${name} is out of date; run npm run docs`);
}

function brokenLinks(page) {
  const text = readFileSync(page, 'utf8').replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !leadsSomewhere(page, target))
    .map((target) => `${relative(ROOT, page)}: the link ${target} leads nowhere`);
}

/** `npm run name` in a page must be a script of package.json, and that script's file must be there. */
function unknownScripts(page) {
  const { scripts } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const known = (name) => scripts[name] !== undefined && existsSync(inRoot(scripts[name].replace(/^node /, '')));
  return [...readFileSync(page, 'utf8').matchAll(/\bnpm run ([\w:-]+)/g)]
    .filter(([, name]) => !known(name))
    .map(([command]) => `${relative(ROOT, page)}: ${command} does not exist`);
}

function leadsSomewhere(page, target) {
  const [path, anchor] = target.split('#');
  const file = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(file)) return false;
  return anchor === undefined || extname(file) !== '.md' || headings(file).includes(anchor);
}

/** As web forges make anchors from headings. */
function headings(file) {
  const text = readFileSync(file, 'utf8').replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replace(/ /g, '-'),
  );
}

/** Derived tables stand between `<!-- table: name -->` and `<!-- end -->`. */
const MARKS = /<!-- table: (\w+) -->\n([\s\S]*?)<!-- end -->/g;

function marked() {
  return pages().flatMap((page) => [...readFileSync(page, 'utf8').matchAll(MARKS)].map(([, name]) => [page, name]));
}

function staleTables() {
  const stale = marked().filter(([page, name]) => readFileSync(page, 'utf8') !== withTable(readFileSync(page, 'utf8'), name));
  const missing = Object.keys(TABLES).filter((name) => !marked().some(([, found]) => found === name));
  return [
    ...stale.map(([page, name]) => `${relative(ROOT, page)}: the table ${name} is out of date; run npm run docs`),
    ...missing.map((name) => `the table ${name} stands on no page`),
  ];
}

function withTable(text, name) {
  return text.replace(MARKS, (whole, found) => (found === name ? `<!-- table: ${name} -->\n\n${TABLES[name]()}\n\n<!-- end -->` : whole));
}

const require = createRequire(import.meta.url);
const model = (name) => require(join(ROOT, 'dist', 'model', name));

/** The flags of an option, as its help shows them: none where the command line has none. */
function flags({ flag, unsupported }) {
  if (flag === undefined || unsupported !== undefined) return '';
  const spelt = [flag.value === undefined ? flag.name : `${flag.name} ${flag.value}`, flag.negative].filter(Boolean);
  return `${spelt.map((each) => `\`${each}\``).join(', ')}${flag.repeatable ? ', repeatable' : ''}`;
}

function defaultOf(row) {
  const value = row.default ?? row.defaultNote ?? {};
  return typeof value === 'object' && Object.keys(value).length === 0 ? 'none' : [value].flat().join(', ') || 'empty';
}

const TABLES = {
  commands: commandReference,
  options: () =>
    table(
      ['option', 'flag', 'variable', 'takes', 'default', 'what it is'],
      require(join(ROOT, 'dist', 'session', 'options', 'index.js')).OPTIONS.map((row) => [
        `\`${row.key}\``,
        flags(row),
        `\`${row.environment}\``,
        row.takes,
        defaultOf(row),
        row.description,
      ]),
    ),
  metrics: () =>
    table(
      ['metric', 'in JavaScript', 'unit', 'of', 'probe set', 'what it is and how exact'],
      model('metrics.js').METRICS.map(({ name, unit, scope, probe, precision }, index) => [
        `\`${name}\``,
        `\`${model('metrics.js').METRIC_KEYS[index]}\``,
        ...[unit, scope, probe, precision],
      ]),
    ),
  errors: () =>
    table(
      ['code', 'when'],
      Object.entries(model('errors.js').ERROR_CODES).map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
};
