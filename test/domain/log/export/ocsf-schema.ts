// What OCSF 1.6.0 requires of the classes and objects that exports use: required attributes, "at least one of", and allowed numbers.
// Source: github.com/ocsf/ocsf-schema, tag 1.6.0: events/base_event.json, events/iam/*.json,
// events/application/web_resources_activity.json, objects/*.json, dictionary.json; as pages: https://schema.ocsf.io/1.6.0/classes/authentication
// and so on.

/** What a class or an object asks for. `enums`: the numbers an attribute may have. `objects`: which object an attribute is. */
type Shape = {
  readonly required?: readonly string[]
  readonly atLeastOne?: readonly string[]
  readonly enums?: Readonly<Record<string, readonly number[]>>
  readonly objects?: Readonly<Record<string, string>>
}

const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)
const withOther = (last: number) => [...numbers(0, last), 99]
const named: Shape = { atLeastOne: ['name', 'uid'] }

const objects: Readonly<Record<string, Shape>> = {
  metadata: { required: ['product', 'version'], objects: { product: 'product' } },
  product: named,
  actor: {
    atLeastOne: ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid'],
    objects: { user: 'user' },
  },
  user: { atLeastOne: ['account', 'name', 'uid'], enums: { type_id: withOther(4) } },
  group: named,
  device: {
    required: ['type_id'],
    atLeastOne: ['ip', 'uid', 'name', 'hostname', 'instance_uid', 'interface_uid', 'interface_name'],
    enums: { type_id: withOther(15) },
  },
  network_endpoint: {
    atLeastOne: [
      'ip',
      'uid',
      'name',
      'hostname',
      'svc_name',
      'instance_uid',
      'interface_uid',
      'interface_name',
      'domain',
    ],
  },
  service: named,
  organization: named,
  policy: named,
  managed_entity: {
    atLeastOne: ['name', 'uid', 'device', 'group', 'org', 'policy', 'user'],
    enums: { type_id: withOther(7) },
    objects: { org: 'organization', policy: 'policy' },
  },
  web_resource: named,
}

/** Nothing is of an object that is not described above. */
const unknownObject: Shape = { required: ['a description in ocsf-schema.ts'] }

/** Every event of any class; `device` and `actor` come with the profile "host". */
export const baseEvent: Shape = {
  required: ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'],
  enums: { severity_id: withOther(6), status_id: withOther(2) },
  objects: { metadata: 'metadata', actor: 'actor', device: 'device', src_endpoint: 'network_endpoint' },
}

/** Classes by `class_uid`, with what they ask for beyond the base event. */
export const classes: Readonly<Record<number, Shape & { readonly category_uid: number }>> = {
  0: { category_uid: 0, enums: { activity_id: [0, 99] } },
  3001: {
    category_uid: 3,
    required: ['user'],
    objects: { user: 'user' },
    enums: { activity_id: withOther(12) },
  },
  3002: {
    category_uid: 3,
    required: ['user'],
    atLeastOne: ['service', 'dst_endpoint'],
    objects: { user: 'user', service: 'service' },
    enums: { activity_id: withOther(7) },
  },
  3004: {
    category_uid: 3,
    required: ['entity'],
    objects: { entity: 'managed_entity' },
    enums: { activity_id: withOther(13) },
  },
  3005: {
    category_uid: 3,
    required: ['privileges', 'user'],
    objects: { user: 'user' },
    enums: { activity_id: withOther(2) },
  },
  3006: {
    category_uid: 3,
    required: ['group'],
    objects: { group: 'group' },
    enums: { activity_id: withOther(8) },
  },
  6001: {
    category_uid: 6,
    required: ['web_resources'],
    objects: { web_resources: 'web_resource' },
    enums: { activity_id: withOther(8) },
  },
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What is wrong with a value of this shape, by the path of each attribute; empty when nothing is. */
export function problemsOf(value: unknown, shape: Shape, path = 'event'): string[] {
  if (!isRecord(value)) return [`${path} is no object`]
  const missing = (shape.required ?? []).filter((name) => (value[name] ?? null) === null)
  const lacksAll = shape.atLeastOne?.every((name) => (value[name] ?? null) === null)
  const outside = Object.entries(shape.enums ?? {}).filter(
    ([name, allowed]) => name in value && !allowed.some((number) => number === value[name]),
  )
  const inner = Object.entries(shape.objects ?? {}).flatMap(([name, object]) =>
    (name in value ? [value[name]].flat() : []).flatMap((each) =>
      problemsOf(each, objects[object] ?? unknownObject, `${path}.${name}`),
    ),
  )
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...(lacksAll ? [`${path} has none of ${shape.atLeastOne}`] : []),
    ...outside.map(([name]) => `${path}.${name} is ${value[name]}`),
    ...inner,
  ]
}
