// A group's state as text of at most `groupStateBytesMax` bytes, and back. The form has a version. Pure.
import * as v from 'valibot'
import type { Run, SilenceGroup } from './absence.ts'
import type { Watch } from './correlation.ts'
import { layouts } from './limits.ts'
import { compareMatches, type Match } from './matches.ts'
import { packGuid, readHours, readNumber, unpackGuid, writeHours, writeNumber } from './packed-text.ts'
import type { GroupState } from './state.ts'
import type { CountedGroup } from './window-state.ts'

const version = 2
const whole = v.pipe(v.number(), v.safeInteger())

const Carry = v.object({
  start: whole,
  from: whole,
  to: whole,
  spoke: whole,
  peak: whole,
  threshold: whole,
  first: whole,
  last: v.string(),
  samples: v.array(v.object({ id: v.string(), at: whole })),
})

/** `revision` is the watch's: a rule that counts otherwise can't read it. Matches are written by their distance to `base`. */
const Counted = v.object({
  version: v.literal(version),
  kind: v.literal('counted'),
  revision: v.string(),
  base: whole,
  matches: v.string(),
  sealedTo: whole,
  spokeTo: whole,
  resolvedTo: whole,
  carry: v.optional(Carry),
  past: v.optional(v.object({ hours: v.string(), since: whole, to: whole })),
})
const Silences = v.object({
  version: v.literal(version),
  kind: v.literal('silences'),
  revision: v.string(),
  runs: v.string(),
  sealedTo: whole,
  saidTo: whole,
})
const Text = v.pipe(v.string(), v.parseJson(), v.variant('kind', [Counted, Silences]))

/** The state as JSON. Throws a RangeError when its matches lie over 795 days apart, which no step leaves behind. */
export function serializeGroup(watch: Watch, group: GroupState): string {
  const head = { version, kind: group.kind, revision: watch.revision }
  if (group.kind === 'silences') {
    const { runs, sealedTo, saidTo } = group
    return JSON.stringify({ ...head, runs: runs.map(writeRun).join(''), sealedTo, saidTo })
  }
  const { matches, past, sealedTo, spokeTo, resolvedTo, carry } = group
  const base = matches[0]?.at ?? 0
  const written = matches.map(({ at, id, tag }) => writeNumber(at - base, offsetWidth) + writeId(watch, id) + tag)
  return JSON.stringify({
    ...head,
    base,
    matches: written.join(''),
    sealedTo,
    spokeTo,
    resolvedTo,
    carry,
    past: past && { ...past, hours: writeHours(past.hours) },
  })
}

/**
 * Reads what `serializeGroup` wrote; undefined for any other text, and for the state of a rule that changed since: its
 * group then starts anew.
 */
export function parseGroup(watch: Watch, text: string): GroupState | undefined {
  const parsed = v.safeParse(Text, text)
  if (!parsed.success || parsed.output.revision !== watch.revision) return undefined
  return parsed.output.kind === 'counted' ? readCounted(watch, parsed.output) : readSilences(parsed.output)
}

function readCounted(watch: Watch, written: v.InferOutput<typeof Counted>): CountedGroup | undefined {
  const { base, sealedTo, spokeTo, resolvedTo, carry } = written
  const { id, tag } = widthsOf(watch)
  const texts = piecesOf(written.matches, offsetWidth + id + tag, layouts[watch.layout].matchesMax)
  const matches = texts?.map(
    (text): Match => ({
      at: base + readNumber(text.slice(0, offsetWidth)),
      id: readId(watch, text.slice(offsetWidth, offsetWidth + id)),
      tag: text.slice(offsetWidth + id),
    }),
  )
  const hours = written.past && readHours(written.past.hours)
  if (!matches || !inOrder(matches, compareMatches) || (written.past && !hours)) return undefined
  const past = written.past && hours && { ...written.past, hours }
  return { kind: 'counted', matches, sealedTo, carry, past, spokeTo, resolvedTo }
}

function readSilences({ runs: written, sealedTo, saidTo }: v.InferOutput<typeof Silences>): SilenceGroup | undefined {
  const runs = piecesOf(written, 2 * dateWidth + packedGuidWidth, Number.POSITIVE_INFINITY)?.map(readRun)
  return runs && inOrder(runs, (one, other) => one.to - other.from)
    ? { kind: 'silences', runs, sealedTo, saidTo }
    : undefined
}

/** A text cut into pieces of this width; undefined where that does not come out even, or there are more. */
function piecesOf(text: string, width: number, most: number): string[] | undefined {
  if (text.length % width !== 0 || text.length / width > most) return undefined
  return Array.from({ length: text.length / width }, (_, index) => text.slice(index * width, (index + 1) * width))
}

const inOrder = <T>(items: readonly T[], compare: (one: T, other: T) => number): boolean =>
  items.every((item, index) => {
    const last = items[index - 1]
    return last === undefined || compare(last, item) < 0
  })

/** Characters of a distance (36 bits), of a date (48 bits) and of a GUID. */
const [offsetWidth, dateWidth, packedGuidWidth] = [6, 8, 22]

/** How many characters the id and the tag of a match take. */
function widthsOf({ measure, layout }: Watch): { readonly id: number; readonly tag: number } {
  const ids = { full: packedGuidWidth, compact: measure === 'values' ? 0 : 8 } as const
  const tags = { events: 0, values: 8, rules: 1, sequence: 1 } as const
  return { id: ids[layout], tag: tags[measure] }
}

const writeId = ({ layout }: Watch, id: string): string => (layout === 'compact' ? id : packGuid(id))
const readId = ({ layout }: Watch, text: string): string => (layout === 'compact' ? text : unpackGuid(text))

const writeRun = ({ from, to, id }: Run): string =>
  writeNumber(from, dateWidth) + writeNumber(to, dateWidth) + packGuid(id)

const readRun = (text: string): Run => ({
  from: readNumber(text.slice(0, dateWidth)),
  to: readNumber(text.slice(dateWidth, 2 * dateWidth)),
  id: unpackGuid(text.slice(2 * dateWidth)),
})
