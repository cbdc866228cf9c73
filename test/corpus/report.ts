// The figures of a third of the corpus as Markdown: attacks by kind and loudness, quiet organizations by size, precision, goals.
import { type Loudness, loudnesses } from './attacks/stage.ts'
import { atLeast, atMost, countOf, goalTable, shareOf, table } from './goals.ts'
import { type Measured, type Said, soonMs, type Tried } from './measurement.ts'
import { measuredWeeks } from './months.ts'
import type { Third } from './parameters.ts'

/** Most alerts a week in a quiet organization of so many people. */
const quietGoals: ReadonlyMap<number, number> = new Map([
  [50, 1],
  [200, 3],
  [1_000, 8],
])
/** The share of loud and medium attacks that are to be found, and that are to be found at high within five minutes; and of stealthy ones. */
const foundGoal = 0.9
const soonGoal = 0.5
const stealthyGoal = 0.6

const isFound = ({ afterMs }: Tried) => afterMs !== null
const isHigh = ({ highAfterMs }: Tried) => highAfterMs !== null
const isSoon = ({ highAfterMs }: Tried) => highAfterMs !== null && highAfterMs <= soonMs
const isLouder = ({ attack }: Tried) => attack.loudness !== 'stealthy'
const outOf = <T>(all: readonly T[], is: (each: T) => boolean) => `${countOf(all, is)} of ${all.length}`

/** Attacks found by how loud they were, at high, at high in time, and how soon. */
function byLoudness(tried: readonly Tried[]): string {
  const row = (title: string, some: readonly Tried[]) => [
    title,
    outOf(some, isFound),
    outOf(some, isHigh),
    outOf(some, isSoon),
    delayOf(some),
  ]
  return table(
    ['attacks', 'found', 'at high', 'at high within 5 min', 'median time to the first alert'],
    [...loudnesses.map((loudness) => row(loudness, ofLoudness(tried, loudness))), row('all', tried)],
  )
}

const ofLoudness = (tried: readonly Tried[], loudness: Loudness) =>
  tried.filter(({ attack }) => attack.loudness === loudness)

function delayOf(tried: readonly Tried[]): string {
  const times = tried.flatMap(({ afterMs }) => afterMs ?? []).sort((one, other) => one - other)
  const median = times[Math.floor((times.length - 1) / 2)]
  return median === undefined ? '' : `${Math.round(median / 60_000)} min`
}

/** For each kind: whether its loud, medium and stealthy instance was found, and whether at high within five minutes. */
function byKind(tried: readonly Tried[]): string {
  const kinds = [...Map.groupBy(tried, ({ attack }) => attack.kind)]
  const cell = (some: readonly Tried[]) =>
    some
      .map((each) => (isSoon(each) ? '**high**' : isHigh(each) ? 'high, later' : isFound(each) ? 'found' : '–'))
      .join(', ')
  return table(
    ['kind', ...loudnesses],
    kinds.map(([kind, some]) => [kind, ...loudnesses.map((loudness) => cell(ofLoudness(some, loudness)))]),
  )
}

const byTitle = (said: readonly Said[]) =>
  [...Map.groupBy(said, ({ rule }) => rule.rule.title)].sort(([, one], [, other]) => other.length - one.length)

const isHighAlert = ({ rule: { rule } }: Said) => rule.level === 'high' || rule.level === 'critical'

/** Such alerts a week in organizations of one size, on average. */
const perWeek = (measured: readonly Measured[], is: (one: Said) => boolean = () => true): number =>
  measured.flatMap(({ said }) => said).filter(is).length / Math.max(1, measured.length) / measuredWeeks

/** Alerts a week in quiet organizations by size. */
function bySize(quiet: readonly Measured[]): string {
  const row = ([size, measured]: readonly [number, readonly Measured[]]) => [
    `${measured.length} of ${size} people`,
    perWeek(measured).toFixed(2),
    perWeek(measured, isHighAlert).toFixed(2),
  ]
  return table(['quiet organizations', 'alerts a week in each', 'of those, high'], sizesOf(quiet).map(row))
}

/** Each rule that fired: how many of its alerts had an attack as their reason, and how often a week it fires where all is quiet. */
function byRule(attacked: readonly Measured[], quiet: readonly Measured[]): string {
  const sizes = sizesOf(quiet)
  const said = attacked.flatMap((each) => each.said)
  const titles = byTitle([...quiet, ...attacked].flatMap((each) => each.said)).map(([title]) => title)
  const row = (title: string, is: (one: Said) => boolean) => [
    title,
    outOf(said.filter(is), ({ explained }) => explained),
    ...sizes.map(([, measured]) => zeroless(perWeek(measured, is).toFixed(2))),
  ]
  return table(
    ['rule', 'alerts about attacks', ...sizes.map(([size]) => `a week at ${size}`)],
    [...titles.map((title) => row(title, ({ rule }) => rule.rule.title === title)), row('all', () => true)],
  )
}

const zeroless = (figure: string) => (figure === '0.00' ? '' : figure)

const sizesOf = (quiet: readonly Measured[]) => [...Map.groupBy(quiet, ({ size }) => size)]

/** The goals for attacks that are found. */
export function foundGoals(attacked: readonly Measured[]): readonly (readonly string[])[] {
  const tried = attacked.flatMap((each) => each.tried)
  const louder = tried.filter(isLouder)
  const stealthy = ofLoudness(tried, 'stealthy')
  const without = (some: readonly Tried[], is: (each: Tried) => boolean) =>
    some.filter((each) => !is(each)).map(({ attack: { kind, loudness } }) => `${kind} (${loudness})`)
  return [
    atLeast('loud and medium attacks found', shareOf(louder, isFound), foundGoal, without(louder, isFound)),
    atLeast(
      'loud and medium attacks found at high within 5 minutes of their first event',
      shareOf(louder, isSoon),
      soonGoal,
      without(louder, isSoon),
    ),
    atLeast('stealthy attacks found', shareOf(stealthy, isFound), stealthyGoal, without(stealthy, isFound)),
  ]
}

/** Each goal for alerts, the figure, by how much it is met or missed, and in that case what is missing most or fires most. */
function goals(attacked: readonly Measured[], quiet: readonly Measured[]): string {
  const explained = attacked.flatMap(({ said }) => said).filter(({ explained: is }) => is)
  return goalTable([
    ...foundGoals(attacked),
    atLeast(
      'alerts about attacks that name an acting account and its address',
      shareOf(explained, ({ named }) => named),
      1,
      titlesOf(explained.filter(({ named }) => !named)),
    ),
    ...[...quietGoals].flatMap(([people, goal]) => {
      const measured = quiet.filter(({ size }) => size === people)
      if (measured.length === 0) return []
      const titles = titlesOf(measured.flatMap(({ said }) => said))
      return [atMost(`alerts a week in a quiet organization of ${people}`, perWeek(measured), goal, titles)]
    }),
  ])
}

/** The titles of the rules of alerts, most frequent first. */
export const titlesOf = (said: readonly Said[]): readonly string[] => byTitle(said).map(([title]) => title)

/** Everything, as docs/alerts.md shows it. */
export function report({ name, purpose }: Third, attacked: readonly Measured[], quiet: readonly Measured[]): string {
  const tried = attacked.flatMap((each) => each.tried)
  const said = attacked.flatMap((each) => each.said)
  return [
    `The months named \`${name}\`. ${purpose}`,
    goals(attacked, quiet),
    byLoudness(tried),
    `Of ${said.length} alerts in organizations with attacks, ${countOf(said, ({ explained }) => explained)} had an attack as their reason.`,
    byKind(tried),
    bySize(quiet),
    byRule(attacked, quiet),
  ].join('\n\n')
}

/** The figures that goals are about: shares of loud and medium attacks, and alerts a week in these quiet organizations. */
export function figures(attacked: readonly Measured[], quiet: readonly Measured[]) {
  const louder = attacked.flatMap(({ tried }) => tried).filter(isLouder)
  return { found: shareOf(louder, isFound), soon: shareOf(louder, isSoon), perWeek: perWeek(quiet) }
}
