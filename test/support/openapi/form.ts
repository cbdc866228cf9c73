// The form of an OpenAPI 3.1 document, as far as this project uses it: an unknown member anywhere but in a JSON Schema is an error.
import * as v from 'valibot'

const text = v.pipe(v.string(), v.minLength(1))
const optionalText = v.optional(text)
const yes = v.optional(v.boolean())
/** A JSON Schema; compiling it checks the rest. */
const schema = v.record(v.string(), v.unknown())
const name = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9._-]+$/))

const Reference = v.strictObject({ $ref: v.pipe(v.string(), v.startsWith('#/components/')) })
const orReference = <S extends v.GenericSchema>(entry: S) => v.union([Reference, entry])

const Parameter = v.variant('in', [
  v.strictObject({
    in: v.literal('path'),
    name,
    required: v.literal(true),
    schema,
    description: text,
    example: v.optional(v.unknown()),
  }),
  v.strictObject({
    in: v.picklist(['query', 'header']),
    name,
    required: yes,
    schema,
    description: text,
    example: v.optional(v.unknown()),
    style: v.optional(v.literal('form')),
    explode: yes,
  }),
])

const Header = v.strictObject({ description: text, required: yes, schema, example: v.optional(v.unknown()) })

const MediaType = v.strictObject({
  schema,
  example: v.optional(v.unknown()),
  'x-line': v.optional(schema),
})
const Content = v.record(v.pipe(v.string(), v.regex(/^[a-z]+\/[a-z0-9.+-]+$/)), MediaType)

const RequestBody = v.strictObject({ description: optionalText, required: v.boolean(), content: Content })

const Response = v.strictObject({
  description: text,
  headers: v.optional(v.record(name, orReference(Header))),
  content: v.optional(Content),
})

const SecurityRequirement = v.record(name, v.array(text))

const Operation = v.strictObject({
  operationId: name,
  tags: v.pipe(v.array(text), v.minLength(1)),
  summary: text,
  description: optionalText,
  security: v.array(SecurityRequirement),
  parameters: v.optional(v.array(orReference(Parameter))),
  requestBody: v.optional(orReference(RequestBody)),
  responses: v.record(v.pipe(v.string(), v.regex(/^[2-5]\d\d$/)), orReference(Response)),
})

const PathItem = v.strictObject({
  parameters: v.optional(v.array(orReference(Parameter))),
  get: v.optional(Operation),
  put: v.optional(Operation),
  post: v.optional(Operation),
  delete: v.optional(Operation),
})

const SecurityScheme = v.strictObject({
  type: v.literal('http'),
  scheme: v.picklist(['bearer', 'basic']),
  bearerFormat: optionalText,
  description: text,
})

/** The document (OpenAPI Specification 3.1, section 4.8). */
export const OpenApiForm = v.strictObject({
  openapi: v.pipe(v.string(), v.regex(/^3\.1\.\d+$/)),
  info: v.strictObject({
    title: text,
    version: text,
    summary: text,
    description: text,
    license: v.strictObject({ name: text, identifier: text }),
  }),
  servers: v.array(v.strictObject({ url: text, description: text })),
  tags: v.array(v.strictObject({ name: text, description: text })),
  paths: v.record(v.pipe(v.string(), v.startsWith('/')), PathItem),
  components: v.strictObject({
    securitySchemes: v.record(name, SecurityScheme),
    parameters: v.record(name, Parameter),
    requestBodies: v.record(name, RequestBody),
    headers: v.record(name, Header),
    responses: v.record(name, Response),
    schemas: v.record(name, schema),
  }),
})
