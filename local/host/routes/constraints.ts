// The route constraints the host knows, each as a check of the decoded value; ASP.NET decides the same for what URLs carry.
import { isGuid } from './guid-forms.ts'

type Check = (value: string) => boolean

const integer = /^[+-]?\d+$/

const isBetween = (value: string, min: bigint, max: bigint) =>
  integer.test(value) && BigInt(value.replace('+', '')) >= min && BigInt(value.replace('+', '')) <= max

const plain = new Map<string, Check>([
  ['guid', isGuid],
  ['int', (value) => isBetween(value, -(2n ** 31n), 2n ** 31n - 1n)],
  ['long', (value) => isBetween(value, -(2n ** 63n), 2n ** 63n - 1n)],
  ['bool', (value) => /^(?:true|false)$/i.test(value)],
  ['alpha', (value) => /^[a-z]*$/i.test(value)],
])

const long = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

/** The check of `guid`, `int`, `long`, `bool`, `alpha`, `length(n)`, `length(n,m)`, `minlength(n)`, `maxlength(n)`, `min(n)`, `max(n)`, `range(n,m)`; undefined for others. */
export function constraintFor(text: string): Check | undefined {
  const [, name = '', first, second] = /^([a-z]+)(?:\((-?\d+)(?:,\s*(-?\d+))?\))?$/i.exec(text) ?? []
  if (first === undefined) return plain.get(name.toLowerCase())
  if (second === undefined) return oneArgument(name.toLowerCase(), first)
  return twoArguments(name.toLowerCase(), first, second)
}

function oneArgument(name: string, argument: string): Check | undefined {
  const length = Number(argument)
  if (name === 'length') return (value) => value.length === length
  if (name === 'minlength') return (value) => value.length >= length
  if (name === 'maxlength') return (value) => value.length <= length
  if (name === 'min') return (value) => isBetween(value, BigInt(argument), long.max)
  if (name === 'max') return (value) => isBetween(value, long.min, BigInt(argument))
  return undefined
}

function twoArguments(name: string, first: string, second: string): Check | undefined {
  if (name === 'length') return (value) => value.length >= Number(first) && value.length <= Number(second)
  if (name === 'range') return (value) => isBetween(value, BigInt(first), BigInt(second))
  return undefined
}
