// The figures of a third of the corpus as Markdown: attacks by kind and loudness, quiet organizations by size, precision, goals.
import { type Loudness, loudnesses } from './attacks/stage.ts'
import { type Measured, type Said, soonMs, type Tried } from './measurement.ts'
import { measuredWeeks } from './months.ts'

/** Most alerts a week in a quiet organization of so many people. */
const quietGoals: ReadonlyMap<number, number> = new Map([
  [50, 1],
  [200, 3],
  [1_000, 8],
])
/** The share of loud and medium attacks that are to be found, and that are to be found at high within five minutes. */
const foundGoal = 0.8
const soonGoal = 0.4

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const isFound = ({ afterMs }: Tried) => afterMs !== null
const isHigh = ({ highAfterMs }: Tried) => highAfterMs !== null
const isSoon = ({ highAfterMs }: Tried) => highAfterMs !== null && highAfterMs <= soonMs
const isLouder = ({ attack }: Tried) => attack.loudness !== 'stealthy'
const countOf = <T>(all: readonly T[], is: (each: T) => boolean) => all.filter(is).length
const outOf = <T>(all: readonly T[], is: (each: T) => boolean) => `${countOf(all, is)} of ${all.length}`
const shareOf = <T>(all: readonly T[], is: (each: T) => boolean) =>
  all.length === 0 ? 1 : countOf(all, is) / all.length
const percent = (share: number) => `${Math.round(share * 100)} %`

/** Attacks found by how loud they were, at high, at high in time, and with the acting account and address. */
function byLoudness(tried: readonly Tried[]): string {
  const row = (title: string, some: readonly Tried[]) => [
    title,
    outOf(some, isFound),
    outOf(some, isHigh),
    outOf(some, isSoon),
    delayOf(some),
    outOf(some.filter(isFound), ({ named }) => named),
  ]
  return table(
    ['attacks', 'found', 'at high', 'at high within 5 min', 'median delay', 'account and address named'],
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

/** Alerts a week in quiet organizations of one size, on average. */
const perWeek = (measured: readonly Measured[]): number =>
  measured.flatMap(({ said }) => said).length / Math.max(1, measured.length) / measuredWeeks

function bySize(quiet: readonly Measured[]): string {
  const sizes = [...Map.groupBy(quiet, ({ size }) => size)]
  return table(
    [
      'quiet organizations',
      'alerts a week in each',
      'of those, high',
      'excepted (nightly job)',
      'all of the month, by rule',
    ],
    sizes.map(([size, measured]) => [
      `${measured.length} of ${size} people`,
      perWeek(measured).toFixed(2),
      perWeek(
        measured.map((each) => ({
          ...each,
          said: each.said.filter(({ rule: { rule } }) => rule.level === 'high' || rule.level === 'critical'),
        })),
      ).toFixed(2),
      String(measured.reduce((sum, { excepted }) => sum + excepted, 0)),
      byTitle(measured.flatMap(({ said }) => said))
        .map(([title, said]) => `${title} (${said.length})`)
        .join(', '),
    ]),
  )
}

/** Of how many alerts an attack is the reason, in organizations with attacks: of each rule that fired, and of all. */
function precision(attacked: readonly Measured[]): string {
  const said = attacked.flatMap((each) => each.said)
  const explained = ({ explained: is }: Said) => is
  return table(
    ['rule', 'alerts with an attack as their reason'],
    [...byTitle(said).map(([title, some]) => [title, outOf(some, explained)]), ['all', outOf(said, explained)]],
  )
}

/** Each goal, the figure, and by how much it is met or missed. */
function goals(attacked: readonly Measured[], quiet: readonly Measured[]): string {
  const louder = attacked.flatMap(({ tried }) => tried).filter(isLouder)
  const found = louder.filter(isFound)
  const atLeast = (title: string, figure: number, goal: number) => [
    title,
    `at least ${percent(goal)}`,
    percent(figure),
    verdict(figure >= goal, percent(Math.abs(figure - goal))),
  ]
  const rows = [
    atLeast('loud and medium attacks found', shareOf(louder, isFound), foundGoal),
    atLeast(
      'loud and medium attacks found at high within 5 minutes of their first event',
      shareOf(louder, isSoon),
      soonGoal,
    ),
    atLeast(
      'of those found, alerts with the acting account and address',
      shareOf(found, ({ named }) => named),
      1,
    ),
    ...[...quietGoals].flatMap(([people, goal]) => {
      const measured = quiet.filter(({ size }) => size === people)
      if (measured.length === 0) return []
      const figure = perWeek(measured)
      return [
        [
          `alerts a week in a quiet organization of ${people}`,
          `at most ${goal}`,
          figure.toFixed(2),
          verdict(figure <= goal, Math.abs(figure - goal).toFixed(2)),
        ],
      ]
    }),
  ]
  return table(['goal', 'wanted', 'measured', 'result'], rows)
}

const verdict = (met: boolean, by: string) => (met ? `met, by ${by}` : `**missed by ${by}**`)

/** Everything, as docs/alerts.md shows it. */
export function report(attacked: readonly Measured[], quiet: readonly Measured[]): string {
  const tried = attacked.flatMap((each) => each.tried)
  return [goals(attacked, quiet), byLoudness(tried), byKind(tried), bySize(quiet), precision(attacked)].join('\n\n')
}
