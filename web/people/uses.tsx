// The items and secrets that a person or a machine account saw or changed, and the list of what to rotate.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { saveFile } from '../events/export/export-file.ts'
import { useFirst } from '../overview/use-first.tsx'
import { Button, DataTable, ProblemNotice, Spinner, Toggle } from '../ui/index.ts'
import { columnsOfUse } from './columns.tsx'
import { type UsedItem, usesOf } from './known.ts'
import { ItemMarks, SubjectLink } from './names.tsx'

type UsesProps = { readonly path: string; readonly id: string }

/** The list; it may be filtered by what was not changed since. */
export function Uses({ path, id }: UsesProps): JSX.Element {
  const { api, t } = useApp()
  const { value, problem, reload } = useLoad((signal) => api.get(path, usesOf, signal), [path])
  const [onlyUnchanged, setOnlyUnchanged] = useState(false)
  const items = value?.items ?? []
  const seen = items.filter((item) => item.seen !== null)
  const unchanged = seen.filter(({ isChangedSince }) => isChangedSince === false)
  return (
    <section class="card" aria-labelledby="known-items">
      <div class="card-head">
        <h2 id="known-items">{t('people.uses.title')}</h2>
        <div class="actions">
          {seen.length > 0 && <Download what="downloadSeen" path={`${path}?format=csv`} fileName={`seen-${id}.csv`} />}
          {unchanged.length > 0 && (
            <Download what="download" path={`${path}?format=csv&changedSince=no`} fileName={`rotate-${id}.csv`} />
          )}
        </div>
      </div>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {!value && !problem && <Spinner label={t('people.loading')} />}
      {value && items.length === 0 && <p class="quiet">{t('people.uses.none')}</p>}
      {items.length > 0 && (
        <>
          <p>
            {t('people.uses.summary', { count: seen.length })}
            {seen.length > 0 && `, ${t('people.uses.unchanged', { count: unchanged.length })}`}{' '}
            {value?.isPartial && t('people.uses.partial')}
          </p>
          <Toggle label={t('people.uses.onlyUnchanged')} checked={onlyUnchanged} onToggle={setOnlyUnchanged} />
          {onlyUnchanged && unchanged.length === 0 ? (
            <p class="quiet">{t('people.uses.noneLeft')}</p>
          ) : (
            <Items items={onlyUnchanged ? unchanged : items} />
          )}
        </>
      )}
    </section>
  )
}

function Items({ items }: { readonly items: readonly UsedItem[] }): JSX.Element {
  const { t } = useApp()
  const { shown, button } = useFirst(items)
  return (
    <>
      <DataTable
        caption={t('people.uses.title')}
        captionHidden
        rows={shown}
        rowKey={({ subject }) => subject.id}
        columns={[
          {
            key: 'item',
            header: t('people.uses.column'),
            cell: (item) => (
              <>
                <SubjectLink subject={item.subject} name={item.name} /> <ItemMarks {...item} />
              </>
            ),
          },
          ...columnsOfUse(t),
        ]}
      />
      {button}
    </>
  )
}

type DownloadProps = {
  readonly what: 'download' | 'downloadSeen'
  readonly path: string
  readonly fileName: string
}

function Download({ what, path, fileName }: DownloadProps): JSX.Element {
  const { api, t } = useApp()
  const { busy, problem, run } = useRun()
  const save = async () => {
    const { text } = await api.file(path)
    saveFile(URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' })), fileName)
  }
  return (
    <div>
      <Button busy={busy} onClick={() => run(save)}>
        {t(`people.uses.${what}`)}
      </Button>
      {problem && <ProblemNotice problem={problem} />}
    </div>
  )
}
