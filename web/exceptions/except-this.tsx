// Excepts what an alert is about from its rule, for a reason and a time, in words that say what will be covered.
import type { JSX } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Alert } from '../alerts/alert.ts'
import type { Acknowledging } from '../alerts/use-acknowledge.ts'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { readHours } from '../rules/hours/hours.ts'
import { Button, Field, ProblemNotice, Select, Spinner, useSubmit } from '../ui/index.ts'
import {
  type Conditions,
  endIn,
  exceptionDays,
  exceptionOf,
  type Named,
  type Suggestion,
  suggestionOf,
  zoneOf,
} from './exception.ts'
import { conditionText } from './texts.ts'
import { TryException } from './try-exception.tsx'

type ExceptThisProps = { readonly alert: Alert; readonly acknowledging: Acknowledging }

/** The button that opens the form; once the exception is made, what to do with the alert. The focus stays inside. */
export function ExceptThis({ alert, acknowledging }: ExceptThisProps): JSX.Element {
  const { t } = useApp()
  const [state, setState] = useState<'closed' | 'open' | 'done'>('closed')
  const container = useRef<HTMLDivElement>(null)
  const shown = useRef(state)
  useLayoutEffect(() => {
    if (shown.current !== state) container.current?.focus()
    shown.current = state
  }, [state])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group that takes the focus when its content changes.
    <div class="except-this" ref={container} tabIndex={-1} role="group" aria-label={t('exceptions.except')}>
      {state === 'closed' && <Button onClick={() => setState('open')}>{t('exceptions.exceptThis')}</Button>}
      {state === 'open' && (
        <ZonedForm alert={alert} onDone={() => setState('done')} onCancel={() => setState('closed')} />
      )}
      {state === 'done' && <p>{t('exceptions.done')}</p>}
      {state === 'done' && alert.state !== 'acknowledged' && (
        <Button look="primary" onClick={() => acknowledging.acknowledge(alert)}>
          {t('exceptions.acknowledge')}
        </Button>
      )}
    </div>
  )
}

/** The parts of a suggestion that hold lists, with the condition that each becomes. */
const lists = [
  ['people', 'actingUserIds'],
  ['machines', 'serviceAccountIds'],
  ['addresses', 'networks'],
  ['items', 'cipherIds'],
] as const
type Part = (typeof lists)[number][0] | 'hours'

type ZonedFormProps = { readonly alert: Alert; readonly onDone: () => void; readonly onCancel: () => void }

/** The form, once it is known whether the organization has a time zone. */
function ZonedForm(props: ZonedFormProps): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/alerting-hours`
  const { state, value } = useLoad((signal) => api.get(path, readHours, signal), [path])
  if (state === 'loading') return <Spinner label={t('hours.loading')} />
  return <ExceptForm {...props} zone={zoneOf(value, Intl.DateTimeFormat().resolvedOptions().timeZone)} />
}

type ExceptFormProps = ZonedFormProps & { readonly zone: string }

function ExceptForm({ alert, zone, onDone, onCancel }: ExceptFormProps): JSX.Element {
  const { api, organization, t, say, now } = useApp()
  const suggestion = suggestionOf(alert, zone)
  const [parts, setParts] = useState<ReadonlySet<Part>>(new Set(['people', 'machines', 'addresses', 'items', 'hours']))
  const [everyRule, setEveryRule] = useState(false)
  const [reason, setReason] = useState('')
  const [days, setDays] = useState('90')
  const conditions = conditionsFrom(suggestion, parts)
  const problemOfParts = partsProblem(conditions, everyRule)
  const reasonWrong = reason.trim() === ''
  const { tried, busy, problem, form } = useSubmit(problemOfParts !== null || reasonWrong, async () => {
    const body = { ruleId: everyRule ? null : alert.ruleId, conditions, reason, until: endIn(Number(days), now()) }
    await api.send('POST', `/organizations/${organization.id}/alert-exceptions`, body, exceptionOf)
    say(t('exceptions.added'))
    onDone()
  })
  const toggle = (part: Part) =>
    setParts((before) => new Set(before.has(part) ? [...before].filter((each) => each !== part) : [...before, part]))
  return (
    <form {...form} class="except-form">
      <Parts suggestion={suggestion} parts={parts} onToggle={toggle} error={tried ? problemOfParts : null} />
      <Select
        label={t('exceptions.rules')}
        value={everyRule ? 'every' : 'this'}
        onChoose={(chosen) => setEveryRule(chosen === 'every')}
        options={[
          { value: 'this', label: t('exceptions.thisRule') },
          { value: 'every', label: t('exceptions.everyRule') },
        ]}
      />
      <Field
        label={t('exceptions.reason')}
        hint={t('exceptions.reasonHint')}
        error={tried && reasonWrong ? t('exceptions.reasonMissing') : null}
        value={reason}
        maxLength={500}
        onText={setReason}
      />
      <Select
        label={t('exceptions.lasting')}
        value={days}
        onChoose={setDays}
        options={exceptionDays.map((each) => ({ value: `${each}`, label: t(`exceptions.lastingDays.${each}`) }))}
      />
      {problemOfParts === null && <Covered conditions={conditions} suggestion={suggestion} everyRule={everyRule} />}
      {problemOfParts === null && (
        <TryException key={JSON.stringify(conditions)} ruleId={alert.ruleId} conditions={conditions} />
      )}
      {problem && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button type="submit" look="primary" busy={busy}>
          {t('exceptions.add')}
        </Button>
        <Button onClick={onCancel}>{t('exceptions.cancel')}</Button>
      </div>
    </form>
  )
}

function conditionsFrom(suggestion: Suggestion, parts: ReadonlySet<Part>): Conditions {
  const chosen = lists.flatMap(([part, condition]) => {
    const values = suggestion[part].map(({ value }) => value)
    return parts.has(part) && values.length > 0 ? [[condition, values] as const] : []
  })
  return { ...Object.fromEntries(chosen), ...(parts.has('hours') && suggestion.hours && { hours: suggestion.hours }) }
}

/** Why these conditions cannot be an exception; null if they can. */
function partsProblem({ hours, ...others }: Conditions, everyRule: boolean): 'none' | 'tooWide' | null {
  if (Object.keys(others).length > 0) return null
  if (hours === undefined) return 'none'
  return everyRule ? 'tooWide' : null
}

type PartsProps = {
  readonly suggestion: Suggestion
  readonly parts: ReadonlySet<Part>
  readonly onToggle: (part: Part) => void
  readonly error: 'none' | 'tooWide' | null
}

/** A choice for each condition that the alert suggests. */
function Parts({ suggestion, parts, onToggle, error }: PartsProps): JSX.Element {
  const { t } = useApp()
  const id = useId()
  const { hours } = suggestion
  const named = (values: readonly Named[]) => values.map(({ name }) => isolated(name)).join(', ')
  const choice = (part: Part, label: string) => (
    <label key={part} class="mute-choice">
      <input
        type="checkbox"
        checked={parts.has(part)}
        onChange={() => onToggle(part)}
        {...(error && { 'aria-invalid': true, 'aria-describedby': id })}
      />
      <span>{label}</span>
    </label>
  )
  return (
    <fieldset>
      <legend>{t('exceptions.which')}</legend>
      {lists.map(
        ([part]) =>
          suggestion[part].length > 0 && choice(part, t(`exceptions.part.${part}`, { names: named(suggestion[part]) })),
      )}
      {hours && choice('hours', t('exceptions.part.hours', { from: hours.from, to: hours.to, zone: hours.zone }))}
      {error && (
        <small id={id} class="error">
          {t(`exceptions.wrong.${error}`)}
        </small>
      )}
    </fieldset>
  )
}

type CoveredProps = { readonly conditions: Conditions; readonly suggestion: Suggestion; readonly everyRule: boolean }

function Covered({ conditions, suggestion, everyRule }: CoveredProps): JSX.Element {
  const { t } = useApp()
  const names = new Map(lists.flatMap(([part]) => suggestion[part].map(({ value, name }) => [value, name] as const)))
  const covered = conditionText(conditions, (id) => names.get(id) ?? id, t)
  return (
    <p class="covered" role="status">
      {t(everyRule ? 'exceptions.coversEvery' : 'exceptions.covers', { covered })} {t('exceptions.stays')}
    </p>
  )
}
