// Reads a queue message from what the host hands over: bytes, text, or JSON that it has parsed already.
import * as v from 'valibot'

/** A message as text: UTF-8, or what a byte-order mark says (UTF-16 too); the mark is no part of the text. */
export function messageText(message: unknown): string {
  if (message instanceof Uint8Array) return new TextDecoder(encodingOf(message)).decode(message)
  return typeof message === 'string' ? message.replace(/^\ufeff/, '') : JSON.stringify(message)
}

/** A message of this shape; undefined for any other. */
export function readQueueMessage<T>(schema: v.GenericSchema<unknown, T>, message: unknown): T | undefined {
  const isText = typeof message === 'string' || message instanceof Uint8Array
  // What a host has read already is not written out again: that fails for what is nested deep.
  const read = isText
    ? v.safeParse(v.pipe(v.string(), v.parseJson(), schema), messageText(message))
    : v.safeParse(schema, message)
  return read.success ? read.output : undefined
}

/** The encoding that a byte-order mark declares (WHATWG Encoding, "BOM sniff"). */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return 'utf-8'
}
