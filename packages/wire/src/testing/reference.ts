import { jsonSchemas } from '../decode.js';

/** `docs/reference/json.md`: every line that `--json` prints, from the schemas. */
export function jsonReference(): string {
  const { event, listing, finding, report }: Readonly<Record<keyof ReturnType<typeof jsonSchemas>, Schema>> =
    jsonSchemas();
  const events = leaves(event);
  return [
    ...HEAD,
    ...sections(events.filter((one) => nameOf(one, 'event') !== 'state')),
    '',
    '## The event `state`',
    '',
    'A session entered a state, or the data of its state changed. `state` is the name of the state; [the guide](../guides/authentication.md#states) says what each state means.',
    ...events.filter((one) => nameOf(one, 'event') === 'state').flatMap((one) => section(one, nameOf(one, 'state'))),
    '',
    '## A session of `wakey status --json`',
    ...tableOf(listing, []),
    '',
    '## A line of `wakey doctor --json`',
    ...leaves(finding).flatMap((one) => section(one, nameOf(one, 'event'))),
    '',
    '## The line of `wakey export`, `import`, `migrate` and `keys`, and the lines of `wakey browser`',
    ...leaves(report).flatMap((one) => section(one, nameOf(one, 'event'))),
    '',
    '## Values that several fields have',
    '',
    '| name | values |',
    '| --- | --- |',
    ...Object.entries({ ...event.$defs, ...listing.$defs }).map(
      ([name, schema]) => `| ${name} | ${definition(schema)} |`,
    ),
    '',
  ].join('\n');
}

const HEAD: readonly string[] = [
  '# What Wakey prints as JSON',
  '',
  'Made from the schemas of `packages/wire/src/schema`; a test keeps it equal. [`@wakey/wire`](../../packages/wire/README.md) reads and checks these lines in',
  'TypeScript. Programs in other languages find the JSON Schemas in [json.schema.json](json.schema.json).',
  '',
  'With `--json`, stdout carries one object per line (`wakey simulate` prints one with its two addresses, `url` and `control`). A field with a `?` can be absent. A newer Wakey may add fields, and a reader must ignore the fields that it does not know.',
  'Times of day are texts, durations are numbers in ms.',
  '',
  '**Secret** fields are codes: with a QR code or a link code, a stranger can put another account into the session.',
  '',
  '## Events of `wakey start`, `relink` and `logout`',
  '',
  'Every event has `time` (when it happened), `session` (the name of the session) and `event` (its own name).',
];

/** The part of JSON Schema that the schemas use. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly 'x-secret'?: true;
}

function leaves(schema: Schema): readonly Schema[] {
  return schema.oneOf?.flatMap(leaves) ?? [schema];
}

function nameOf({ properties = {} }: Schema, field: string): string {
  return String(properties[field]?.const);
}

/** One section for each event; the forms of one event stand in one section. */
function sections(events: readonly Schema[]): readonly string[] {
  const names = [...new Set(events.map((one) => nameOf(one, 'event')))];
  return names.flatMap((name) => {
    const forms = events.filter((one) => nameOf(one, 'event') === name);
    return ['', `### ${name}`, ...forms.flatMap((form) => tableOf(form, STAMP))];
  });
}

function section(schema: Schema, name: string): readonly string[] {
  return ['', `### ${name}`, ...tableOf(schema, [...STAMP, 'state'])];
}

const STAMP = ['time', 'session', 'event'];

function tableOf(
  { properties = {}, required = [], description }: Schema,
  skipped: readonly string[],
): readonly string[] {
  const isStamped = required.includes('time');
  const fields = Object.entries(properties).filter(
    ([name]) => !skipped.includes(name) || (!isStamped && name === 'session'),
  );
  const words = description === undefined ? [] : ['', description];
  if (fields.length === 0) return [...words, '', 'It has no further fields.'];
  return [
    ...words,
    ...['', '| field | value | what it is |', '| --- | --- | --- |'],
    ...fields.map(([name, schema]) => {
      const about = [...(schema['x-secret'] === true ? ['**Secret.**'] : []), schema.description ?? ''].join(' ');
      return `| \`${name}\`${required.includes(name) ? '' : '?'} | ${valueText(schema)} | ${about} |`;
    }),
  ];
}

function definition(schema: Schema): string {
  return `${valueText(schema)}${schema.description === undefined ? '' : `: ${schema.description}`}`;
}

function valueText(schema: Schema): string {
  const { $ref, anyOf, type, enum: values, items, properties, additionalProperties } = schema;
  if ($ref !== undefined) return $ref.replace('#/$defs/', '');
  if ('const' in schema) return `\`${JSON.stringify(schema.const)}\``;
  if (anyOf !== undefined) return anyOf.map(valueText).join(' or ');
  if (values !== undefined) return values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (items !== undefined) return `list of ${valueText(items)}`;
  if (properties !== undefined) return `object: ${fieldsOf(schema)}`;
  if (additionalProperties !== undefined) return `object of ${valueText(additionalProperties)}`;
  return [type ?? 'any value'].flat().join(' or ');
}

function fieldsOf({ properties = {}, required = [] }: Schema): string {
  return Object.entries(properties)
    .map(([name, schema]) => `\`${name}\`${required.includes(name) ? '' : '?'} (${valueText(schema)})`)
    .join(', ');
}
