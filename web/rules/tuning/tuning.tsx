// What the incidents of the last 30 days say about the rules: how they were closed, by rule.
import type { JSX } from 'preact'
import type { Loaded } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { pathWith } from '../../app/router.ts'
import { useFirst } from '../../overview/use-first.tsx'
import { DataTable, Link, ProblemNotice } from '../../ui/index.ts'
import type { RuleVerdicts } from './verdicts.ts'

/** Shows the rules with incidents, those with most incidents that were no attacks first. */
export function Tuning({ verdicts }: { readonly verdicts: Loaded<readonly RuleVerdicts[]> }): JSX.Element {
  const app = useApp()
  const { t } = app
  const { value, problem, reload } = verdicts
  const { shown, button } = useFirst(value ?? [])
  return (
    <section class="card tuning" aria-labelledby="tuning">
      <h2 id="tuning">{t('tuning.title')}</h2>
      <p class="hint">{t('tuning.lead')}</p>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {value?.length === 0 && <p class="quiet">{t('tuning.none')}</p>}
      {shown.length > 0 && (
        <DataTable
          caption={t('tuning.title')}
          captionHidden
          rows={shown}
          rowKey={({ ruleId }) => ruleId}
          columns={[
            {
              key: 'rule',
              header: t('tuning.rule'),
              cell: ({ ruleId, title }) => <Link to={pathWith(app, 'rules', { rule: ruleId })}>{title}</Link>,
            },
            { key: 'false', header: t('tuning.falsePositives'), numeric: true, cell: (row) => row.falsePositives },
            { key: 'expected', header: t('tuning.expected'), numeric: true, cell: (row) => row.expected },
            { key: 'true', header: t('tuning.truePositives'), numeric: true, cell: (row) => row.truePositives },
            { key: 'open', header: t('tuning.open'), numeric: true, cell: (row) => row.open },
          ]}
        />
      )}
      {button}
    </section>
  )
}
