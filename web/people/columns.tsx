// Columns of tables: of activity (how many events, logins and failed logins, first and last), and of how an item was used.
import type { ComponentChildren } from 'preact'
import type { Translate } from '../locale/i18n.ts'
import { Time } from '../ui/index.ts'
import type { Presence, Use } from './known.ts'
import { howText, sinceText } from './words.ts'

type Column<Row> = {
  readonly key: string
  readonly header: string
  readonly cell: (row: Row) => ComponentChildren
  readonly numeric?: boolean
}

/** Of activity. */
export const presenceColumns = <Row extends Presence>(t: Translate): readonly Column<Row>[] => [
  { key: 'events', header: t('people.events'), numeric: true, cell: ({ events }) => events.toLocaleString() },
  { key: 'logins', header: t('people.logins'), numeric: true, cell: ({ logins }) => logins.toLocaleString() },
  {
    key: 'failed',
    header: t('people.failedLogins'),
    numeric: true,
    cell: ({ failedLogins }) => failedLogins.toLocaleString(),
  },
  {
    key: 'first',
    header: t('people.firstAt'),
    cell: ({ firstAt }) => (firstAt === null ? '–' : <Time at={firstAt} />),
  },
  { key: 'last', header: t('people.lastAt'), cell: ({ lastAt }) => (lastAt === null ? '–' : <Time at={lastAt} />) },
]

/** Of how an item was used: in which ways, how often, when last, and whether it was changed since. */
export const columnsOfUse = <Row extends Use>(t: Translate): readonly Column<Row>[] => [
  { key: 'how', header: t('people.uses.how'), cell: (use) => howText(use, t) },
  {
    key: 'seen',
    header: t('people.uses.seen'),
    cell: ({ seen }) => (seen ? t('people.uses.times', { count: seen.count }) : t('people.uses.never')),
  },
  {
    key: 'last',
    header: t('people.lastAt'),
    cell: ({ seen, changed }) => {
      const at = (seen ?? changed)?.lastAt
      return at === undefined ? '–' : <Time at={at} />
    },
  },
  { key: 'changed', header: t('people.uses.changed'), cell: (use) => sinceText(use, t) },
]
