// The warnings about a rule document, line by line.
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import type { RuleWarning } from './rule.ts'

/** A list of warnings in the order of the text; nothing without any. */
export function RuleWarnings({ warnings }: { readonly warnings: readonly RuleWarning[] }): JSX.Element | null {
  const { t } = useApp()
  const id = useId()
  if (warnings.length === 0) return null
  return (
    <section class="rule-warnings" aria-labelledby={id}>
      <p class="rule-warnings-title" id={id}>
        {t('rules.editor.warnings')}
      </p>
      <ul>
        {warnings.map(({ line, column, message }) => (
          <li key={`${line} ${column} ${message}`}>{t('rules.editor.problem', { line, column, message })}</li>
        ))}
      </ul>
    </section>
  )
}
