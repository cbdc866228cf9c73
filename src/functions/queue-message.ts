// What a queue trigger is handed: bytes, text, or what a host already read of JSON.
import * as v from 'valibot'

/** The text of a message. */
export function messageText(message: unknown): string {
  if (message instanceof Uint8Array) return Buffer.from(message).toString()
  return typeof message === 'string' ? message : JSON.stringify(message)
}

/** A message of this shape; undefined for any other. */
export function readQueueMessage<T>(schema: v.GenericSchema<unknown, T>, message: unknown): T | undefined {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), messageText(message))
  return read.success ? read.output : undefined
}
