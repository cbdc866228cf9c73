// Numbers, GUIDs and counts by hour as short text, in base 64 with the digits of base64url. Pure.
import type { HourCount } from './baseline.ts'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const values: ReadonlyMap<string, number> = new Map([...digits].map((digit, value) => [digit, value]))

/** A whole number from 0 in exactly `width` digits. Throws a RangeError for one that does not fit. */
export function writeNumber(number: number, width: number): string {
  if (!(Number.isInteger(number) && number >= 0 && number < 64 ** width)) throw new RangeError('number out of range')
  let text = ''
  for (let rest = number; text.length < width; rest = Math.floor(rest / 64)) text = digits.charAt(rest % 64) + text
  return text
}

/** Reads what `writeNumber` wrote. */
export function readNumber(text: string): number {
  let number = 0
  for (const digit of text) number = number * 64 + (values.get(digit) ?? 0)
  return number
}

/** A GUID in 22 characters. */
export const packGuid = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')

/** Reads what `packGuid` wrote. */
export function unpackGuid(text: string): string {
  const hex = Buffer.from(text, 'base64url').toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Sorted hours, each as its distance from the one before and its count: five bits of a digit are the number, one says that it goes on. */
export function writeHours(hours: readonly HourCount[]): string {
  let last = 0
  let text = ''
  for (const { hour, count } of hours) {
    text += writeShort(hour - last) + writeShort(count)
    last = hour
  }
  return text
}

/** Reads what `writeHours` wrote; undefined for any other text. */
export function readHours(text: string): readonly HourCount[] | undefined {
  const numbers: number[] = []
  let [number, scale] = [0, 1]
  for (const digit of text) {
    const value = values.get(digit)
    if (value === undefined) return undefined
    number += (value % 32) * scale
    scale *= 32
    if (value >= 32) continue
    numbers.push(number)
    number = 0
    scale = 1
  }
  if (scale > 1 || numbers.length % 2 === 1) return undefined
  const hours: HourCount[] = []
  for (let index = 0; index < numbers.length; index += 2) {
    hours.push({ hour: (hours.at(-1)?.hour ?? 0) + (numbers[index] ?? 0), count: numbers[index + 1] ?? 0 })
  }
  return hours
}

function writeShort(number: number): string {
  let text = ''
  let rest = number
  for (; rest >= 32; rest = Math.floor(rest / 32)) text += digits.charAt((rest % 32) + 32)
  return text + digits.charAt(rest)
}
