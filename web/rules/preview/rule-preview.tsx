// What a rule would have raised from stored events: in a sentence, as charts, as numbers, and the first alerts in words.
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ApiProblem, RuleProblem } from '../../api/client.ts'
import { problemFrom } from '../../api/use-load.ts'
import { type AppContext, useApp } from '../../app/context.ts'
import { Button, Select, Spinner, Trouble } from '../../ui/index.ts'
import { readPreview } from '../read-rule.ts'
import type { RuleSettings } from '../rule.ts'
import { type Preview, type PreviewRange, previewRanges, startOf } from './preview.ts'
import { PreviewResult } from './preview-result.tsx'

/** A text, or a known rule with other settings than it has. */
export type PreviewRequest =
  | { readonly text: string }
  | { readonly ruleId: string; readonly settings?: RuleSettings | undefined }

type RulePreviewProps = {
  /** Another object is another question. */
  readonly request: PreviewRequest
  readonly onProblems: (problems: readonly RuleProblem[]) => void
  readonly title?: string
  /** Whether another question is asked at once; else when somebody presses the button. */
  readonly atOnce?: boolean
}

type Held =
  | { readonly kind: 'none' | 'running' }
  | { readonly kind: 'failed'; readonly problem: ApiProblem }
  | { readonly kind: 'done'; readonly preview: Preview; readonly of: PreviewRequest }

/** A preview that is made when somebody asks for it. */
export function RulePreview({ request, onProblems, title, atOnce = false }: RulePreviewProps): JSX.Element {
  const { t } = useApp()
  const [range, setRange] = useState<PreviewRange>(7)
  const { held, run } = usePreview(request, onProblems)
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!atOnce) return
    section.current?.scrollIntoView({ block: 'nearest' })
    run(range)
  }, [request])
  const options = useMemo(
    () =>
      previewRanges.map((days) => ({
        value: `${days}`,
        label: t(days === 7 ? 'rules.preview.days7' : 'rules.preview.days30'),
      })),
    [t],
  )
  return (
    <section class="rule-preview" ref={section}>
      <h2>{title ?? t('rules.preview.title')}</h2>
      <p class="hint">{t('rules.preview.lead')}</p>
      <div class="rule-preview-ask">
        <Select
          label={t('rules.preview.range')}
          value={`${range}`}
          options={options}
          onChoose={(value) => setRange(previewRanges.find((days) => `${days}` === value) ?? 7)}
        />
        <Button busy={held.kind === 'running'} onClick={() => run(range)}>
          {t('rules.preview.run')}
        </Button>
      </div>
      {held.kind === 'running' && <Spinner label={t('rules.preview.running')} />}
      {held.kind === 'failed' && <Trouble problem={held.problem} onRetry={() => run(range)} />}
      {held.kind === 'done' && held.of !== request && <p class="hint">{t('rules.preview.stale')}</p>}
      {held.kind === 'done' && <PreviewResult preview={held.preview} />}
    </section>
  )
}

/** Asks for a preview; an answer to an earlier question is dropped. */
function usePreview(request: PreviewRequest, onProblems: RulePreviewProps['onProblems']) {
  const app = useApp()
  const [held, hold] = useState<Held>({ kind: 'none' })
  const asked = useRef(0)
  useEffect(() => () => void asked.current++, [])
  const run = (range: PreviewRange) => {
    const number = ++asked.current
    hold({ kind: 'running' })
    ask(app, request, range).then(
      (preview) => {
        if (number !== asked.current) return
        hold({ kind: 'done', preview, of: request })
        onProblems([])
      },
      (error: unknown) => {
        if (number !== asked.current) return
        const problem = problemFrom(error)
        hold(problem.problems.length > 0 ? { kind: 'none' } : { kind: 'failed', problem })
        onProblems(problem.problems)
      },
    )
  }
  return { held, run }
}

const ask = ({ api, organization, now }: AppContext, request: PreviewRequest, range: PreviewRange): Promise<Preview> =>
  api.send(
    'POST',
    `/organizations/${organization.id}/alert-rules/preview`,
    { ...request, start: startOf(range, now()) },
    readPreview,
  )
