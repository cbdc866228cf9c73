// A group's state as text of at most `groupStateBytesMax` bytes, and back. The form has a version. Pure.
import * as v from 'valibot'
import type { GroupState } from './groups.ts'
import { layouts } from './limits.ts'
import { compareMatches, type Match } from './matches.ts'
import type { Watch } from './watches.ts'

const version = 1
const whole = v.pipe(v.number(), v.safeInteger())

const Carry = v.object({
  ...{ cell: whole, from: whole, to: whole, spoke: whole, peak: whole, first: whole, sampledAt: whole },
  last: v.string(),
  samples: v.array(v.string()),
})

/** `form` is what the matches are written for: a rule that counts otherwise can't read them. */
const Serialized = v.object({
  version: v.literal(version),
  form: v.string(),
  base: whole,
  matches: v.string(),
  sealedTo: whole,
  spokeTo: whole,
  resolvedTo: whole,
  carry: v.optional(Carry),
})
const Text = v.pipe(v.string(), v.parseJson(), Serialized)

const formOf = ({ measure, layout, repeatMs }: Watch): string => `${measure} ${layout} ${repeatMs}`

/** The state as JSON. Throws a RangeError when its matches lie over 795 days apart, which no step leaves behind. */
export function serializeGroup(watch: Watch, group: GroupState): string {
  const { matches, ...others } = group
  const base = matches[0]?.at ?? 0
  const written = matches.map((match) => offsetText(match.at - base) + idText(watch, match.id) + match.tag).join('')
  return JSON.stringify({ version, form: formOf(watch), base, matches: written, ...others })
}

/**
 * Reads what `serializeGroup` wrote; undefined for any other text, and for the state of a rule that since counts
 * something else or has another repeat: its group then starts anew.
 */
export function parseGroup(watch: Watch, text: string): GroupState | undefined {
  const parsed = v.safeParse(Text, text)
  if (!parsed.success || parsed.output.form !== formOf(watch)) return undefined
  const { base, matches: written, sealedTo, spokeTo, resolvedTo, carry } = parsed.output
  const { id, tag } = widthsOf(watch)
  const width = offsetCharacters + id + tag
  if (written.length % width !== 0 || written.length / width > layouts[watch.layout].matchesMax) return undefined

  const matches: Match[] = []
  for (let from = 0; from < written.length; from += width) {
    const idFrom = from + offsetCharacters
    matches.push({
      at: base + offsetIn(written.slice(from, idFrom)),
      id: idIn(watch, written.slice(idFrom, idFrom + id)),
      tag: written.slice(idFrom + id, from + width),
    })
  }
  const sorted = matches.every((match, index) => {
    const last = matches[index - 1]
    return !last || compareMatches(last, match) < 0
  })
  return sorted ? { matches, sealedTo, spokeTo, resolvedTo, carry } : undefined
}

const offsetCharacters = 6
const offsetBits = 36

/** Milliseconds in 36 bits. */
function offsetText(ms: number): string {
  if (!(ms >= 0 && ms < 2 ** offsetBits)) throw new RangeError('matches too far apart')
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(ms * 2 ** (48 - offsetBits), 0, 6)
  return bytes.toString('base64url').slice(0, offsetCharacters)
}

const offsetIn = (text: string): number =>
  Buffer.from(`${text}AA`, 'base64url').readUIntBE(0, 6) / 2 ** (48 - offsetBits)

/** How many characters the id and the tag of a match take. */
function widthsOf({ measure, layout }: Watch): { readonly id: number; readonly tag: number } {
  const ids = { full: 22, compact: measure === 'values' ? 0 : 8 } as const
  const tags = { events: 0, values: 8, rules: 1, sequence: 1 } as const
  return { id: ids[layout], tag: tags[measure] }
}

const idText = ({ layout }: Watch, id: string): string =>
  layout === 'compact' ? id : Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')

function idIn({ layout }: Watch, text: string): string {
  if (layout === 'compact') return text
  const hex = Buffer.from(text, 'base64url').toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
