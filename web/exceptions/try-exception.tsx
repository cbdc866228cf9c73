// Tries an exception before it is made: how many alerts its rule would raise in the last days with it, and without.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { startOf } from '../rules/preview/preview.ts'
import { readPreview } from '../rules/read-rule.ts'
import { Button, ProblemNotice } from '../ui/index.ts'
import type { Conditions } from './exception.ts'

type TryProps = { readonly ruleId: string; readonly conditions: Conditions }

/** The button, and what it found; other conditions begin anew. */
export function TryException({ ruleId, conditions }: TryProps): JSX.Element {
  const { api, organization, t, now } = useApp()
  const { busy, problem, run } = useRun()
  const [found, setFound] = useState<{ readonly before: number; readonly after: number } | null>(null)
  const alertsWith = async (except: Conditions | undefined): Promise<number> => {
    const body = { ruleId, start: startOf(7, now()), ...(except && { except }) }
    const path = `/organizations/${organization.id}/alert-rules/preview`
    return (await api.send('POST', path, body, readPreview)).alertsTotal
  }
  const amount = (count: number) =>
    count === 0 ? t('rules.preview.noAlerts') : t('rules.preview.alertsCount', { count })
  return (
    <div>
      <Button
        busy={busy}
        onClick={() =>
          run(async () => {
            const [before, after] = await Promise.all([alertsWith(undefined), alertsWith(conditions)])
            setFound({ before, after })
          })
        }
      >
        {t('exceptions.try')}
      </Button>
      <p role="status">
        {found && t('exceptions.tried', { before: amount(found.before), after: amount(found.after) })}
      </p>
      {problem && <ProblemNotice problem={problem} />}
    </div>
  )
}
