// Exports the filtered events as a file: choose a format, follow the progress, and the browser saves it.
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApiProblem } from '../../api/client.ts'
import { problemFrom } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { Button, Dialog, ProblemNotice } from '../../ui/index.ts'
import { parametersFor } from '../filters/filters.ts'
import {
  collectExport,
  type FormatName,
  fileTypes,
  formats,
  type Progress,
  saveFile,
  shareDone,
} from './export-file.ts'

type Run =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'running'; readonly progress: Progress; readonly share: number }
  | { readonly kind: 'saved'; readonly progress: Progress; readonly url: string; readonly fileName: string }
  | { readonly kind: 'failed'; readonly problem: ApiProblem }

const nothing: Progress = { events: 0, bytes: 0, reachedAt: null }

export function ExportDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { t } = useApp()
  const [format, setFormat] = useState<FormatName>('csv')
  const { run, start, cancel } = useExport(format)
  return (
    <Dialog title={t('events.export.title')} onClose={onClose} class="export">
      <p>{t('events.export.what')}</p>
      <fieldset disabled={run.kind === 'running'}>
        <legend>{t('events.export.format')}</legend>
        {formats.map((name) => (
          <label key={name}>
            <input type="radio" name="format" checked={name === format} onChange={() => setFormat(name)} />{' '}
            {t(`events.export.formats.${name}`)}
          </label>
        ))}
      </fieldset>
      <RunState run={run} />
      {run.kind === 'failed' && <ProblemNotice problem={run.problem} onRetry={start} />}
      <div class="view-actions">
        {run.kind === 'running' ? (
          <Button onClick={cancel}>{t('events.export.cancel')}</Button>
        ) : (
          <Button look="primary" onClick={start}>
            {t('events.export.start')}
          </Button>
        )}
        <Button onClick={onClose}>{t('core.close')}</Button>
      </div>
    </Dialog>
  )
}

function RunState({ run }: { readonly run: Run }): JSX.Element | null {
  const { t } = useApp()
  if (run.kind === 'running') {
    return (
      <div class="export-progress">
        <progress value={run.share} max={1} aria-label={t('events.export.progress')} />
        <p>{t('events.export.soFar', counts(run.progress))}</p>
      </div>
    )
  }
  if (run.kind !== 'saved') return null
  return (
    <p>
      {t('events.export.saved', counts(run.progress))}{' '}
      <a href={run.url} download={run.fileName}>
        {t('events.export.again')}
      </a>
    </p>
  )
}

const counts = ({ events, bytes }: Progress) => ({ count: events, size: Math.round(bytes / 100_000) / 10 })

/** Runs one export at a time; closing the dialog ends it and releases the file. */
function useExport(format: FormatName) {
  const { api, organization, query, now, t, announce } = useApp()
  const [run, setRun] = useState<Run>({ kind: 'choosing' })
  const controller = useRef<AbortController | null>(null)
  const fileUrl = useRef<string | null>(null)
  const release = () => {
    controller.current?.abort()
    if (fileUrl.current !== null) URL.revokeObjectURL(fileUrl.current)
    fileUrl.current = null
  }
  useEffect(() => release, [])

  const start = async () => {
    release()
    const begun = new AbortController()
    controller.current = begun
    const { signal } = begun
    const parameters = parametersFor(query, now())
    const [from, to, end] = [parameters.get('start'), parameters.get('end') ?? new Date(now()).toISOString(), now()]
    const report = (progress: Progress) =>
      signal.aborted ||
      setRun({ kind: 'running', progress, share: shareDone(from, parameters.get('end'), progress.reachedAt, end) })
    report(nothing)
    parameters.set('format', format)
    const path = `/organizations/${organization.id}/events/export?${parameters}`
    let progress = nothing
    try {
      const texts = await collectExport(
        format,
        path,
        (next) => api.file(next, signal),
        (latest) => {
          progress = latest
          report(latest)
        },
      )
      const { type, ending } = fileTypes[format]
      const url = URL.createObjectURL(new Blob([...texts], { type }))
      fileUrl.current = url
      const fileName = `events_${(from ?? '').slice(0, 10)}_${to.slice(0, 10)}.${ending}`
      saveFile(url, fileName)
      setRun({ kind: 'saved', progress, url, fileName })
      announce(t('events.export.saved', counts(progress)))
    } catch (error) {
      if (!signal.aborted) setRun({ kind: 'failed', problem: problemFrom(error) })
    }
  }
  const cancel = () => {
    release()
    setRun({ kind: 'choosing' })
  }
  return { run, start: () => void start(), cancel }
}
