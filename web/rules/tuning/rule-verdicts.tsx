// How the incidents of one rule were closed, and exceptions to make from those that were no attacks.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useUserNames } from '../../alerts/people.ts'
import { useApp } from '../../app/context.ts'
import type { Conditions } from '../../exceptions/exception.ts'
import { conditionText } from '../../exceptions/texts.ts'
import { Button } from '../../ui/index.ts'
import { ExceptDialog } from './except-dialog.tsx'
import { noiseOf, type RuleVerdicts } from './verdicts.ts'

type RuleVerdictsProps = {
  readonly verdicts: RuleVerdicts
  /** Called once an exception is made. */
  readonly onExcepted: () => void
}

/** Shows both. */
export function OneRuleVerdicts({ verdicts, onExcepted }: RuleVerdictsProps): JSX.Element {
  const { t } = useApp()
  const nameOf = useUserNames()
  const [chosen, setChosen] = useState<Conditions | null>(null)
  const { ruleId, incidents, falsePositives, expected, truePositives, open, exceptions } = verdicts
  const counts = [
    falsePositives > 0 && t('tuning.countFalse', { count: falsePositives }),
    expected > 0 && t('tuning.countExpected', { count: expected }),
    truePositives > 0 && t('tuning.countTrue', { count: truePositives }),
    open > 0 && t('tuning.countOpen', { count: open }),
  ].filter((part) => part !== false)
  return (
    <section class="rule-verdicts" aria-labelledby="rule-verdicts" tabIndex={-1}>
      <h3 id="rule-verdicts">{t('tuning.ofRule')}</h3>
      <p>
        {t('tuning.incidents', { count: incidents })} {counts.join(', ')}
      </p>
      {exceptions.length > 0 && <p>{t('tuning.exceptions', { count: noiseOf(verdicts) })}</p>}
      <ul class="mute-list">
        {exceptions.map((proposal) => {
          const covered = conditionText(proposal.conditions, nameOf, t)
          return (
            <li key={covered}>
              <p class="mute-text">{t('tuning.exception', { covered, count: proposal.incidents })}</p>
              <Button aria-label={t('tuning.exceptOf', { covered })} onClick={() => setChosen(proposal.conditions)}>
                {t('tuning.except')}
              </Button>
            </li>
          )
        })}
      </ul>
      {chosen && (
        <ExceptDialog
          ruleId={ruleId}
          conditions={chosen}
          covered={conditionText(chosen, nameOf, t)}
          onClose={() => setChosen(null)}
          onExcepted={onExcepted}
        />
      )}
    </section>
  )
}
