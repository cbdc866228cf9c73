// From what the app registered to the functions the host runs: a function that breaks a rule is dropped with its reason, the others stay.
import * as v from 'valibot'
import { parseRouteTemplate, type RouteTemplate } from '../routes/template.ts'
import { parseSchedule, type Schedule } from '../settings/schedule.ts'
import { resolveNames, type Settings } from '../settings/settings.ts'
import type { FunctionMetadata, Registration } from './core-api.ts'

type Hosted = { name: string; registration: Registration; triggerName: string }

/** `methods` is upper case; an empty one takes every method. */
export type HttpFunction = Hosted & { kind: 'http'; route: string; methods: readonly string[]; template: RouteTemplate }
export type QueueFunction = Hosted & { kind: 'queue'; queueName: string; connectionString: string; binary: boolean }
export type TimerFunction = Hosted & { kind: 'timer'; schedule: Schedule; runOnStartup: boolean; useMonitor: boolean }
export type HostedFunction = HttpFunction | QueueFunction | TimerFunction

export type Indexed = {
  /** In the order in which routes are tried: by name, ignoring case, `_` after the letters. */
  functions: readonly HostedFunction[]
  /** Names that a setting disables. */
  disabled: readonly string[]
  dropped: readonly { name: string; reason: string }[]
}

type Outcome = { kind: 'function'; function: HostedFunction } | { kind: 'dropped'; reason: string }

const dropped = (reason: string): Outcome => ({ kind: 'dropped', reason })

const HttpBinding = v.object({ route: v.optional(v.string(), ''), methods: v.optional(v.array(v.string()), []) })
const QueueBinding = v.object({
  queueName: v.string(),
  connection: v.optional(v.string()),
  dataType: v.optional(v.string()),
})
const TimerBinding = v.object({
  schedule: v.string(),
  runOnStartup: v.optional(v.boolean(), false),
  useMonitor: v.optional(v.boolean(), true),
})

/** Sorts registrations out, in the host's order of names; pure. `routePrefix` is host.json's. */
export function indexFunctions(
  registrations: readonly Registration[],
  routePrefix: string,
  settings: Settings,
): Indexed {
  const functions: HostedFunction[] = []
  const disabled: string[] = []
  const reasons: { name: string; reason: string }[] = []
  for (const registration of registrations.toSorted(byName)) {
    const { name } = registration.metadata
    if (isDisabled(name, settings)) {
      disabled.push(name)
      continue
    }
    const outcome = indexFunction(registration, routePrefix, settings)
    const reason = outcome.kind === 'dropped' ? outcome.reason : conflictReason(outcome.function, functions)
    if (reason !== undefined) reasons.push({ name, reason })
    else if (outcome.kind === 'function') functions.push(outcome.function)
  }
  return { functions, disabled, dropped: reasons }
}

/** .NET's ordinal comparison that ignores case compares upper-case forms. */
function byName(a: Registration, b: Registration): number {
  const [first, second] = [a.metadata.name.toUpperCase(), b.metadata.name.toUpperCase()]
  return first < second ? -1 : first > second ? 1 : 0
}

function isDisabled(name: string, settings: Settings): boolean {
  return [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs_${name}_Disabled`].some((setting) =>
    /^(?:true|1)$/i.test(settings.get(setting) ?? ''),
  )
}

function indexFunction(registration: Registration, routePrefix: string, settings: Settings): Outcome {
  const { metadata } = registration
  const trigger = Object.entries(metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type))
  const reason = metadataReason(metadata)
  if (reason !== undefined) return dropped(reason)
  if (trigger === undefined) return dropped('it has no trigger')
  const [triggerName, binding] = trigger
  const hosted = { name: metadata.name, registration, triggerName }
  switch (binding.type.toLowerCase()) {
    case 'httptrigger':
      return read(HttpBinding, binding, (options) => httpFunction(hosted, options, routePrefix))
    case 'queuetrigger':
      return read(QueueBinding, binding, (options) => queueFunction(hosted, options, settings))
    case 'timertrigger':
      return read(TimerBinding, binding, (options) => timerFunction(hosted, options, settings))
    default:
      return dropped(`the local host runs no ${binding.type}`)
  }
}

function read<Schema extends v.GenericSchema>(
  schema: Schema,
  binding: unknown,
  then: (options: v.InferOutput<Schema>) => Outcome,
): Outcome {
  const parsed = v.safeParse(schema, binding)
  return parsed.success ? then(parsed.output) : dropped(v.summarize(parsed.issues))
}

function metadataReason({ name, bindings }: FunctionMetadata): string | undefined {
  if (!/^[a-z][a-z0-9_-]{0,127}$/i.test(name) || name.toLowerCase() === 'host')
    return `'${name}' is not a valid function name`
  for (const [bindingName, { type, direction }] of Object.entries(bindings)) {
    if (!/^(?:[a-z][a-z0-9]{0,127}|\$return)$/i.test(bindingName)) return `the binding name ${bindingName} is invalid`
    const isTrigger = /trigger$/i.test(type)
    if (!isTrigger && !(direction === 'out' && type.toLowerCase() === 'http'))
      return `the local host has no ${direction} binding of type ${type}`
  }
  return undefined
}

function httpFunction(hosted: Hosted, binding: v.InferOutput<typeof HttpBinding>, routePrefix: string): Outcome {
  const route = (binding.route.trim() || hosted.name).replace(/^\/|\/$/g, '')
  if (/^(?:admin|runtime)/i.test(route))
    return dropped('the specified route conflicts with one or more built in routes')
  const prefix = routePrefix.replace(/^\/|\/$/g, '')
  const full = prefix === '' ? route : `${prefix}/${route}`
  const parsed = parseRouteTemplate(full)
  if (parsed.kind === 'invalid') return dropped(parsed.reason)
  const methods = binding.methods.map((method) => method.toUpperCase())
  return { kind: 'function', function: { ...hosted, kind: 'http', route: full, methods, template: parsed.template } }
}

function queueFunction(hosted: Hosted, binding: v.InferOutput<typeof QueueBinding>, settings: Settings): Outcome {
  const resolved = resolveNames(binding.queueName, settings)
  if (resolved.kind === 'unset') return dropped(`'%${resolved.name}%' in queueName does not resolve to a value`)
  const queueName = resolved.text.toLowerCase()
  if (!/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(queueName))
    return dropped(`"${queueName}" is not a valid queue name`)
  const connection = binding.connection || 'Storage'
  const connectionString = settings.get(`AzureWebJobs${connection}`) ?? settings.get(connection)
  if (connectionString === undefined)
    return dropped(
      `the setting ${connection} holds no connection string; the local host takes no other kind of connection`,
    )
  const binary = /^(?:binary|stream)$/i.test(binding.dataType ?? '')
  return { kind: 'function', function: { ...hosted, kind: 'queue', queueName, connectionString, binary } }
}

function timerFunction(hosted: Hosted, binding: v.InferOutput<typeof TimerBinding>, settings: Settings): Outcome {
  const resolved = resolveNames(binding.schedule, settings)
  if (resolved.kind === 'unset') return dropped(`'%${resolved.name}%' in schedule does not resolve to a value`)
  const schedule = parseSchedule(resolved.text)
  if (schedule === undefined) return dropped(`the schedule "${resolved.text}" is neither NCRONTAB nor a time span`)
  const { runOnStartup, useMonitor } = binding
  return { kind: 'function', function: { ...hosted, kind: 'timer', schedule, runOnStartup, useMonitor } }
}

/** A route conflicts when an earlier function has the same text, ignoring case, and a method in common. */
function conflictReason(candidate: HostedFunction, earlier: readonly HostedFunction[]): string | undefined {
  if (candidate.kind !== 'http') return undefined
  const other = earlier.find(
    (each) =>
      each.kind === 'http' &&
      each.route.toLowerCase() === candidate.route.toLowerCase() &&
      (each.methods.length === 0 ||
        candidate.methods.length === 0 ||
        each.methods.some((method) => candidate.methods.includes(method))),
  )
  return other && `the route specified conflicts with the route defined by function '${other.name}'`
}
