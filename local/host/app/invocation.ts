// Runs one invocation through the library's programming model, with hooks and logs as the worker has them.
import { randomBytes, randomUUID } from 'node:crypto'
import * as v from 'valibot'
import type { CoreInvocationContext, HookCallback, InvocationModel, Registry } from './core-api.ts'
import type { HostedFunction } from './indexing.ts'
import { describeError, type Log, type LogLevel } from './log.ts'
import { type RpcData, RpcInvocationResponse, type RpcTraceContext } from './rpc.ts'

/** Why a function runs that a request has asked for. */
export const calledReason = 'This function was programmatically called via the host APIs.'

/** What a trigger gives its function: the trigger's own value, and what describes it. */
export type Input = {
  data: RpcData
  triggerMetadata: Readonly<Record<string, RpcData>>
  /** W3C `traceparent` of the caller; absent or malformed starts a trace. */
  traceParent?: string | undefined
  /** Why it runs, for the log. */
  reason: string
}

type Outcome = { kind: 'succeeded'; response: RpcInvocationResponse } | { kind: 'failed'; error: unknown }

/** Runs a function once and says how it ended; it never rejects, and an error is logged before it is returned. */
export type Invoke = (hosted: HostedFunction, input: Input) => Promise<Outcome>

/** Binds the invocation to what the app registered and to the log. */
export function createInvoke(registry: Registry, log: Log): Invoke {
  const appHookData = {}
  return async (hosted, input) => {
    const invocationId = randomUUID()
    const category = `Function.${hosted.name}`
    const startedAt = performance.now()
    const id = `Id=${invocationId}`
    const say = (level: LogLevel, message: string) => log({ level, category, message })
    const durationMs = () => Math.round(performance.now() - startedAt)
    say('information', `Executing 'Functions.${hosted.name}' (Reason='${input.reason}', ${id})`)
    try {
      const returned = await run({ hosted, input, invocationId, registry, appHookData, log })
      const response = v.parse(RpcInvocationResponse, returned)
      say('information', `Executed 'Functions.${hosted.name}' (Succeeded, ${id}, Duration=${durationMs()}ms)`)
      return { kind: 'succeeded', response }
    } catch (error) {
      const failed = `Executed 'Functions.${hosted.name}' (Failed, ${id}, Duration=${durationMs()}ms)`
      say('error', `${failed}\n${describeError(error)}`)
      return { kind: 'failed', error }
    }
  }
}

type Call = {
  hosted: HostedFunction
  input: Input
  invocationId: string
  registry: Registry
  appHookData: object
  log: Log
}

async function run(call: Call): Promise<unknown> {
  const { hosted, registry, appHookData } = call
  const model = registry.model()
  if (model === undefined) throw new Error('the app has set no programming model')
  const core = coreContext(call)
  const invocation = await model.getInvocationModel(core)
  const { context, inputs } = await invocation.getArguments()
  const hookData = {}
  core.logContext = { hookData, context }
  const shared = {
    get hookData() {
      return hookData
    },
    get appHookData() {
      return appHookData
    },
    get invocationContext() {
      return context
    },
  }
  const before = withGetters(shared, { functionCallback: hosted.registration.callback, inputs })
  await during(core, 'preInvocationHooks', () => runHooks(registry.hooks('preInvocation'), before))
  const after = withGetters(shared, await called(core, invocation, context, before))
  await during(core, 'postInvocationHooks', () => runHooks(registry.hooks('postInvocation'), after))
  if (after.error !== null && after.error !== undefined) throw after.error
  return invocation.getResponse(context, after.result)
}

type Before = { functionCallback: (...args: unknown[]) => unknown; inputs: unknown[] }
type After = { inputs: unknown[]; result: unknown; error: unknown }
type Core = CoreInvocationContext & { logContext: { hookData: object; context: unknown } | undefined }

async function called(core: Core, invocation: InvocationModel, context: unknown, before: Before): Promise<After> {
  const { inputs, functionCallback } = before
  try {
    const result = await during(core, 'invocation', () => invocation.invokeFunction(context, inputs, functionCallback))
    return { inputs, result, error: null }
  } catch (error) {
    return { inputs, result: null, error }
  }
}

async function during<Result>(core: Core, state: Core['state'], work: () => Promise<Result>): Promise<Result> {
  core.state = state
  try {
    return await work()
  } finally {
    core.state = undefined
  }
}

/** Hooks run one after another; each may change the context for the next. */
async function runHooks(hooks: readonly HookCallback[], context: object): Promise<void> {
  for (const hook of hooks) await hook(context)
}

/** Getters stay getters, so that a hook that assigns one of them throws, as in the worker. */
function withGetters<Values extends object>(shared: object, values: Values): Values {
  return Object.defineProperties(values, Object.getOwnPropertyDescriptors(shared))
}

function coreContext({ hosted, input, invocationId, registry, log }: Call): Core {
  const core: Core = {
    invocationId,
    metadata: hosted.registration.metadata,
    request: {
      invocationId,
      functionId: hosted.name,
      inputData: [{ name: hosted.triggerName, data: input.data }],
      triggerMetadata: input.triggerMetadata,
      traceContext: traceContext(input.traceParent),
      retryContext: null,
    },
    state: undefined,
    logContext: undefined,
    log: (level, category, message) => {
      const entry = {
        level,
        message,
        hookData: core.logContext?.hookData ?? {},
        invocationContext: core.logContext?.context,
        category,
      }
      for (const hook of registry.hooks('log')) hook(entry)
      const suffix = category === 'user' ? '.User' : ''
      log({ level: entry.level, category: `Function.${hosted.name}${suffix}`, message: entry.message })
    },
  }
  return core
}

/** The caller's trace goes on with a span of its own (W3C Trace Context, traceparent). */
function traceContext(caller: string | undefined): RpcTraceContext {
  const parent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(caller ?? '')
  const traceId = parent?.[1] ?? randomBytes(16).toString('hex')
  const traceParent = `00-${traceId}-${randomBytes(8).toString('hex')}-${parent?.[2] ?? '00'}`
  return { traceParent, traceState: '', attributes: {} }
}
