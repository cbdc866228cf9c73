// Previews a change once it has not been changed further for a moment; the preview of what is saved is asked for once.
import { useRef } from 'preact/hooks'
import { type Loaded, useLoad } from '../../api/use-load.ts'
import { type AppContext, useApp } from '../../app/context.ts'
import { type Preview, startOf } from '../preview/preview.ts'
import { readPreview } from '../read-rule.ts'
import type { Rule, RuleSettings } from '../rule.ts'
import { type Change, keyOf } from './change.ts'

/** How long a change rests before it is previewed, in milliseconds: previews are costly, and typing is quick. */
const restMs = 700

/** A rule with other settings; `compared` with those that are saved, or by itself. */
export function useChange(rule: Rule, settings: RuleSettings, compared: boolean): Loaded<Change> {
  const app = useApp()
  const saved = useRef<{ readonly key: string; readonly preview: Promise<Preview> } | null>(null)
  const savedKey = `${rule.id} ${keyOf(rule.settings)} ${rule.savedAt}`
  const asSaved = () => {
    const preview = saved.current?.key === savedKey ? saved.current.preview : ask(app, rule, rule.settings)
    saved.current = { key: savedKey, preview }
    preview.catch(() => {
      if (saved.current?.preview === preview) saved.current = null
    })
    return preview
  }
  return useLoad(
    async (signal) => {
      if (compared) await rest(signal)
      const [changed, before] = await Promise.all([ask(app, rule, settings), compared ? asSaved() : null])
      return { saved: before, changed }
    },
    [savedKey, keyOf(settings), compared],
  )
}

const ask = ({ api, organization, now }: AppContext, { id }: Rule, settings: RuleSettings): Promise<Preview> =>
  api.send(
    'POST',
    `/organizations/${organization.id}/alert-rules/preview`,
    { ruleId: id, settings, start: startOf(7, now()) },
    readPreview,
  )

/** Resolves after the rest; rejects when aborted, so that nothing is asked. */
const rest = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, restMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
