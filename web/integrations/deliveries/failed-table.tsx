// Notifications that failed for good, the latest failure first: sent again one by one, or all at once.
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Api } from '../../api/client.ts'
import { useLoad } from '../../api/use-load.ts'
import { useRun } from '../../api/use-run.ts'
import { useApp } from '../../app/context.ts'
import { Button, DataTable, ProblemNotice, Spinner, Time } from '../../ui/index.ts'
import { readFailed, readReplayed } from '../read-integration.ts'
import type { Failed } from './deliveries.ts'

const perPage = 50

type FailedTableProps = {
  /** The integration's path. */
  readonly path: string
  /** A changed number loads again. */
  readonly round: number
  /** Whether the integration can send at all. */
  readonly maySend: boolean
  readonly onReplayed: () => void
}

/** The table, with buttons that send again. */
export function FailedTable({ path, round, maySend, onReplayed }: FailedTableProps): JSX.Element {
  const { api, say, t } = useApp()
  const [pages, setPages] = useState(1)
  const { value, problem, reload } = useLoad((signal) => failedOf(api, path, pages, signal), [path, round, pages])
  const replaying = useRun()
  const heading = useRef<HTMLHeadingElement>(null)
  const replay = (id: string | null) =>
    replaying.run(async () => {
      const count = await api.send('POST', `${path}/failed/replay`, id === null ? {} : { id }, readReplayed)
      say(count === 0 ? t('integrations.failed.replayedNone') : t('integrations.failed.replayed', { count }))
      // The row disappears, and with it the button that has the focus.
      heading.current?.focus()
      onReplayed()
    })
  const { busy } = replaying
  return (
    <section class="failed">
      <header class="section-heading">
        <h2 ref={heading} tabIndex={-1}>
          {t('integrations.failed.title')}
        </h2>
        {value && value.failed.length > 0 && maySend && (
          <Button busy={busy} onClick={() => replay(null)}>
            {t('integrations.failed.replayAll')}
          </Button>
        )}
      </header>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {replaying.problem && <ProblemNotice problem={replaying.problem} />}
      {!value && !problem && <Spinner label={t('integrations.loading')} />}
      {value?.failed.length === 0 && <p class="hint">{t('integrations.failed.none')}</p>}
      {value && value.failed.length > 0 && (
        <Rows failed={value.failed} replay={maySend ? replay : undefined} busy={busy} />
      )}
      {value?.next && <Button onClick={() => setPages((last) => last + 1)}>{t('integrations.failed.more')}</Button>}
    </section>
  )
}

type RowsProps = {
  readonly failed: readonly Failed[]
  readonly replay: ((id: string) => void) | undefined
  readonly busy: boolean
}

function Rows({ failed, replay, busy }: RowsProps): JSX.Element {
  const { t } = useApp()
  const about = ({ kind, aboutName }: Failed) =>
    aboutName === null
      ? t(`integrations.failed.kinds.${kind}`)
      : `${t(`integrations.failed.kinds.${kind}`)}: ${aboutName}`
  return (
    <DataTable
      caption={t('integrations.failed.caption')}
      captionHidden
      rows={failed}
      rowKey={({ id }) => id}
      columns={[
        { key: 'about', header: t('integrations.failed.about'), cell: (each) => <span dir="auto">{about(each)}</span> },
        { key: 'failedAt', header: t('integrations.failed.failedAt'), cell: ({ failedAt }) => <Time at={failedAt} /> },
        { key: 'tries', header: t('integrations.failed.tries'), numeric: true, cell: ({ failures }) => failures },
        { key: 'error', header: t('integrations.failed.error'), cell: ({ error }) => error },
        ...(replay
          ? [
              {
                key: 'replay',
                header: t('integrations.failed.replay'),
                cell: (each: Failed) => (
                  <Button
                    busy={busy}
                    aria-label={t('integrations.failed.replayOne', { about: about(each) })}
                    onClick={() => replay(each.id)}
                  >
                    {t('integrations.failed.replay')}
                  </Button>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}

/** The first pages of failed notifications, and the token of the next. */
async function failedOf(api: Api, path: string, pages: number, signal: AbortSignal) {
  const failed: Failed[] = []
  let next: string | null = null
  for (let page = 0; page < pages; page++) {
    const query = new URLSearchParams({ limit: `${perPage}`, ...(next !== null && { continuationToken: next }) })
    const read = await api.get(`${path}/failed?${query}`, readFailed, signal)
    failed.push(...read.failed)
    next = read.next
    if (next === null) break
  }
  return { failed, next }
}
