// Supplies `@azure/functions-core`, which only a worker has, to the app's copy of the library, and keeps what the app registers through it.
import { registerHooks } from 'node:module'
import * as v from 'valibot'
import { HostError } from '../settings/host-error.ts'
import type { Log, LogLevel } from './log.ts'
import type { RpcInvocationRequest } from './rpc.ts'

const coreModule = '@azure/functions-core'
const coreUrl = 'local-host:functions-core'
const coreSymbol = 'keytrail.local-host.functions-core'

type FunctionCallback = (...args: unknown[]) => unknown
export type HookCallback = (context: object) => unknown

export type CoreInvocationContext = {
  invocationId: string
  request: RpcInvocationRequest
  metadata: FunctionMetadata
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined
  log(level: LogLevel, category: string, message: string): void
}

/** The library's side of one invocation, in the order of its calls; `context` is the library's own and opaque here. */
export type InvocationModel = {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>
  getResponse(context: unknown, result: unknown): Promise<unknown>
}

type ProgrammingModel = {
  name: string
  version: string
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>
}

const FunctionMetadata = v.looseObject({
  name: v.string(),
  bindings: v.record(v.string(), v.looseObject({ type: v.string(), direction: v.string() })),
  retryOptions: v.optional(v.unknown()),
})
/** A function as the library registers it; the key of its return binding is `$return`. */
export type FunctionMetadata = v.InferOutput<typeof FunctionMetadata>

export type Registration = { metadata: FunctionMetadata; callback: FunctionCallback }

/** What an app has registered, live: hooks may come later, functions only until `lock`. */
export type Registry = {
  model(): ProgrammingModel | undefined
  registrations(): readonly Registration[]
  hooks(name: string): readonly HookCallback[]
  lock(): void
}

let supplied = false

/** Makes `require('@azure/functions-core')` work in this process. It can be done once: the library keeps what it got. */
export function supplyCoreApi(log: Log): Registry {
  if (supplied) throw new HostError('already-started', 'a process runs one local host, and one was started already')
  supplied = true
  const { api, registry } = createCoreApi(log)
  Reflect.set(globalThis, Symbol.for(coreSymbol), api)
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === coreModule ? { url: coreUrl, format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === coreUrl
        ? { source: `module.exports = globalThis[Symbol.for('${coreSymbol}')]`, format: 'commonjs', shortCircuit: true }
        : next(url, context),
  })
  return registry
}

class Disposable {
  readonly #dispose: () => void

  constructor(dispose: () => void) {
    this.#dispose = dispose
  }

  dispose(): void {
    this.#dispose()
  }
}

function createCoreApi(log: Log) {
  const registrations = new Map<string, Registration>()
  const hooks: { name: string; callback: HookCallback }[] = []
  let model: ProgrammingModel | undefined
  let locked = false

  const registerFunction = (given: unknown, callback: FunctionCallback) => {
    const metadata = v.parse(FunctionMetadata, given)
    if (locked) throw new Error('A function can only be registered during app startup.')
    if (registrations.has(metadata.name))
      throw new Error(`A function with id "${metadata.name}" has already been registered.`)
    registrations.set(metadata.name, { metadata, callback })
    return new Disposable(() => registrations.delete(metadata.name))
  }
  const registerHook = (name: string, callback: HookCallback) => {
    const hook = { name, callback }
    hooks.push(hook)
    return new Disposable(() => hooks.splice(hooks.indexOf(hook), 1))
  }
  const api = {
    version: '3.13.0',
    hostVersion: '4.1040.0',
    setProgrammingModel: (given: ProgrammingModel) => {
      model = given
    },
    getProgrammingModel: () => model,
    registerFunction,
    registerHook,
    log: (level: LogLevel, category: string, message: string) =>
      log({ level, category: category === 'user' ? 'Worker.User' : 'Host.Worker', message }),
    Disposable,
  }
  const registry: Registry = {
    model: () => model,
    registrations: () => [...registrations.values()],
    hooks: (name) => hooks.filter((hook) => hook.name === name).map((hook) => hook.callback),
    lock: () => {
      locked = true
    },
  }
  return { api, registry }
}
