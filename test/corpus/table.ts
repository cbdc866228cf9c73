// The figures of the corpus as the Markdown tables that docs/alerts.md shows.
import { type AttackKind, attackKinds } from './attack.ts'
import { measuredWeeks } from './calendar.ts'
import type { Measured, Said, Tried } from './measure.ts'

const titles: Readonly<Record<AttackKind, string>> = {
  takeover: 'account taken over from outside',
  harvest: 'secrets gathered by a member or with a session',
  administrator: 'owner or admin gone bad',
}

/** How many attacks of each kind were found, and how soon. */
function attackTable(measured: readonly Measured[]): string {
  const tried = measured.flatMap((each) => each.tried)
  const rows = attackKinds.map((kind) =>
    rowOf(
      titles[kind],
      tried.filter(({ attack }) => attack.kind === kind),
    ),
  )
  return ['| attack | found | median time to the first alert |', '|---|---|---|', ...rows, rowOf('all', tried)].join(
    '\n',
  )
}

function rowOf(title: string, tried: readonly Tried[]): string {
  const times = tried.flatMap(({ afterMs }) => afterMs ?? []).sort((one, other) => one - other)
  const median = times[Math.floor((times.length - 1) / 2)]
  return `| ${title} | ${times.length} of ${tried.length} | ${median === undefined ? '' : `${Math.round(median / 60_000)} min`} |`
}

/** The text of docs/alerts.md between its marks: attacks found, attacks not found, precision, quiet organizations. */
export function summary(attacked: readonly Measured[], quiet: ReadonlyMap<number, readonly Measured[]>): string {
  const said = attacked.flatMap((each) => each.said)
  const missed = attacked.flatMap(({ tried }) =>
    tried.flatMap(({ attack, afterMs }) => (afterMs === null ? [attack.name] : [])),
  )
  const rows = [...quiet].map(([people, measured]) => quietRow(people, measured))
  return [
    attackTable(attacked),
    `Not found: ${missed.join('; ')}.`,
    `Of the alerts in organizations with attacks, an attack was the reason of ${share(said)}.`,
    quietTable(rows),
  ].join('\n\n')
}

const share = (part: readonly Said[]) => `${part.filter(({ explained }) => explained).length} of ${part.length}`

/** Alerts a week in organizations of one size without attacks, on average, and which rules raised how many. */
function quietRow(people: number, measured: readonly Measured[]): string {
  const said = measured.flatMap((each) => each.said)
  const rules = [...byTitle(said)].map(([title, part]) => `${title} (${part.length})`)
  return `| ${measured.length} of ${people} people | ${perWeek(measured).toFixed(2)} | ${rules.join(', ')} |`
}

/** The rows of quiet organizations under their head. */
const quietTable = (rows: readonly string[]): string =>
  ['| quiet organizations | alerts a week in each | all of the month, by rule |', '|---|---|---|', ...rows].join('\n')

/** Alerts a week in each of these organizations, on average. */
export const perWeek = (measured: readonly Measured[]): number =>
  measured.flatMap(({ said }) => said).length / measured.length / measuredWeeks

/** By title of the rule, in order of the titles. */
const byTitle = (said: readonly Said[]): ReadonlyMap<string, readonly Said[]> =>
  new Map([...Map.groupBy(said, ({ rule }) => rule.rule.title)].sort(([one], [other]) => (one < other ? -1 : 1)))
