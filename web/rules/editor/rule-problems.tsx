// The problems of a rule document, line by line: each leads to its line.
import type { JSX } from 'preact'
import type { RuleProblem } from '../../api/client.ts'
import { useApp } from '../../app/context.ts'

type RuleProblemsProps = {
  readonly id: string
  readonly problems: readonly RuleProblem[]
  readonly onGo: (problem: RuleProblem) => void
  readonly heading: { current: HTMLHeadingElement | null }
}

/** A list of problems in the order of the text. */
export function RuleProblems({ id, problems, onGo, heading }: RuleProblemsProps): JSX.Element {
  const { t } = useApp()
  return (
    <section class="rule-problems" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} ref={heading} tabIndex={-1}>
        {t('rules.editor.problems')}
      </h2>
      <ol id={id}>
        {problems.map((problem, index) => (
          <li key={index}>
            <button type="button" onClick={() => onGo(problem)}>
              {t('rules.editor.problem', { line: problem.line, column: problem.column, message: problem.message })}
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
