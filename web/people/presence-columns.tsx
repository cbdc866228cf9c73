// The columns of activity: how many events, logins and failed logins, first and last.
import type { ComponentChildren } from 'preact'
import type { Translate } from '../locale/i18n.ts'
import { Time } from '../ui/index.ts'
import type { Presence } from './known.ts'

type Column<Row> = {
  readonly key: string
  readonly header: string
  readonly cell: (row: Row) => ComponentChildren
  readonly numeric?: boolean
}

/** The columns. */
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
