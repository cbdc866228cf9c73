// The shapes that host and library exchange for an invocation, as the worker protocol has them; the library's converters are their source.
import * as v from 'valibot'

/** A value on its way to the library: `string` is parsed as JSON when it can be, `json` always is, `bytes` becomes a Buffer. */
export type RpcData =
  | { string: string }
  | { json: string }
  | { bytes: Uint8Array }
  | { int: number }
  | { http: RpcHttpRequest }

export type NullableStrings = Readonly<Record<string, { value: string }>>

/** What the library's HttpRequest is made of; `query` comes from `nullableQuery`, never from the url. */
export type RpcHttpRequest = {
  method: string
  url: string
  nullableHeaders: NullableStrings
  nullableQuery: NullableStrings
  nullableParams: NullableStrings
  body?: { bytes: Uint8Array }
}

export type RpcTraceContext = { traceParent: string; traceState: string; attributes: Readonly<Record<string, string>> }

export type RpcInvocationRequest = {
  invocationId: string
  functionId: string
  inputData: readonly { name: string; data: RpcData }[]
  triggerMetadata: Readonly<Record<string, RpcData>>
  traceContext: RpcTraceContext
  retryContext: null
}

const nullable = <const Value extends v.GenericSchema>(value: Value) => v.nullish(v.object({ value }))

const RpcBody = v.nullish(v.object({ bytes: v.optional(v.instance(Uint8Array)), string: v.optional(v.string()) }))

const RpcCookie = v.object({
  name: v.string(),
  value: v.string(),
  domain: nullable(v.string()),
  path: nullable(v.string()),
  expires: nullable(v.object({ seconds: v.number() })),
  secure: nullable(v.boolean()),
  httpOnly: nullable(v.boolean()),
  maxAge: nullable(v.number()),
  sameSite: v.picklist(['none', 'lax', 'strict', 'explicitNone']),
})
export type RpcCookie = v.InferOutput<typeof RpcCookie>

const RpcHttpResponse = v.object({
  statusCode: v.pipe(v.string(), v.transform(Number), v.integer()),
  headers: v.record(v.string(), v.string()),
  cookies: v.array(RpcCookie),
  body: RpcBody,
})
export type RpcHttpResponse = v.InferOutput<typeof RpcHttpResponse>

const RpcReturned = v.nullish(v.object({ http: v.optional(RpcHttpResponse) }))

/** What the library returns from an invocation. Only HTTP responses are read: the host runs no other output binding. */
export const RpcInvocationResponse = v.object({
  returnValue: RpcReturned,
  outputData: v.nullish(v.array(v.object({ name: v.string(), data: RpcReturned }))),
})
export type RpcInvocationResponse = v.InferOutput<typeof RpcInvocationResponse>
