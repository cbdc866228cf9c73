// What a queue function is given of a message: its content, and metadata that a JSON message can overwrite.
import { randomUUID } from 'node:crypto'
import { calledReason, type Input } from '../app/invocation.ts'
import type { RpcData } from '../app/rpc.ts'
import type { QueueMessage } from './trigger-queue.ts'

type Content = { kind: 'content'; bytes: Buffer } | { kind: 'not base64' }

/** The content of a message text. Base64 is read as .NET reads it: padded, white space anywhere. */
export function decodeText(text: string, encoding: 'base64' | 'none'): Content {
  if (encoding === 'none') return { kind: 'content', bytes: Buffer.from(text) }
  const compact = text.replaceAll(/[ \t\r\n]/g, '')
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return { kind: 'not base64' }
  return { kind: 'content', bytes: Buffer.from(compact, 'base64') }
}

/** The input of one try. Throws when a function that takes text gets content that is not UTF-8; the try has failed then. */
export function queueInput(queueName: string, message: QueueMessage, content: Buffer, binary: boolean): Input {
  const text = utf8(content)
  if (text === undefined && !binary) throw new TypeError(`message ${message.id} is not UTF-8`)
  const data = binary || text === undefined ? { bytes: content } : { string: text }
  const members = binary || text === undefined ? [] : readMembers(text)
  return {
    data,
    triggerMetadata: merged(builtIn(message, text), members),
    reason: `New queue message detected on '${queueName}'.`,
  }
}

/** The input of a run by hand: a message that was never in a queue. */
export function manualQueueInput(queueName: string, text: string, binary: boolean, now: Date): Input {
  const message = {
    id: randomUUID(),
    popReceipt: '',
    text,
    dequeueCount: 1,
    insertedOn: now,
    expiresOn: now,
    nextVisibleOn: now,
  }
  return { ...queueInput(queueName, message, Buffer.from(text), binary), reason: calledReason }
}

function builtIn(message: QueueMessage, text: string | undefined): [string, RpcData][] {
  return [
    ...(text === undefined ? [] : [['QueueTrigger', { string: text }] satisfies [string, RpcData]]),
    ['DequeueCount', { json: `${message.dequeueCount}` }],
    ['ExpirationTime', dateData(message.expiresOn)],
    ['Id', { string: message.id }],
    ['InsertionTime', dateData(message.insertedOn)],
    ['NextVisibleTime', dateData(message.nextVisibleOn)],
    ['PopReceipt', { string: message.popReceipt }],
  ]
}

/** As .NET writes a DateTimeOffset: `2026-01-31T08:00:00+00:00`. */
function dateData(date: Date): RpcData {
  return { json: JSON.stringify(date.toISOString().replace(/(?:\.000)?Z$/, '+00:00')) }
}

/** None for what nests too deep to be written back: the host's own parser gives up on that as well. */
function readMembers(text: string): [string, RpcData][] {
  try {
    return jsonProperties(text)
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

/** Top-level properties of a JSON object, without arrays and nulls, as the host adds them: objects as JSON, the rest as text. */
function jsonProperties(text: string): [string, RpcData][] {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value)
    .filter(([, member]) => member !== null && !Array.isArray(member))
    .map(([name, member]) => [
      name,
      typeof member === 'object' ? { json: JSON.stringify(member) } : { string: dotNetText(member) },
    ])
}

function dotNetText(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)
}

/** A member replaces the built-in of its name, case ignored, and keeps the built-in's spelling. */
function merged(own: [string, RpcData][], members: [string, RpcData][]): Record<string, RpcData> {
  const all = new Map(own.map(([name, data]) => [name.toLowerCase(), { name, data }]))
  for (const [name, data] of members)
    all.set(name.toLowerCase(), { name: all.get(name.toLowerCase())?.name ?? name, data })
  return Object.fromEntries([...all.values()].map(({ name, data }) => [name, data]))
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
