// The form of an organization's alerting hours: its time zone, working hours and holidays.
import type { JSX } from 'preact'
import { useEffect, useId, useMemo, useState } from 'preact/hooks'
import { useLoad } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import {
  Button,
  Field,
  Link,
  ProblemNotice,
  Spinner,
  TextArea,
  Toggle,
  useSubmit,
  ViewHeading,
} from '../../ui/index.ts'
import { useUnsaved } from '../../ui/unsaved.tsx'
import {
  bodyOf,
  type DraftProblems,
  draftOf,
  type HoursDraft,
  holidayNameCharactersMax,
  holidaysMax,
  isWrong,
  problemsOf,
} from './draft.ts'
import { type Hours, readHours, type Weekday, weekdays } from './hours.ts'
import { Waiting } from './waiting.tsx'

/** The form once the hours are loaded; `back` is the path of the rules. */
export function HoursEditor({ back }: { readonly back: string }): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/alerting-hours`
  const { value, problem, reload } = useLoad((signal) => api.get(path, readHours, signal), [path])
  if (value) return <HoursForm hours={value} path={path} back={back} />
  return (
    <>
      <ViewHeading title={t('hours.title')} />
      {problem ? <ProblemNotice problem={problem} onRetry={reload} /> : <Spinner label={t('hours.loading')} />}
      <p>
        <Link to={back}>{t('rules.back')}</Link>
      </p>
    </>
  )
}

type HoursFormProps = { readonly hours: Hours; readonly path: string; readonly back: string }

function HoursForm({ hours, path, back }: HoursFormProps): JSX.Element {
  const { t, api, say, go } = useApp()
  const begin = useMemo(() => draftOf(hours, Intl.DateTimeFormat().resolvedOptions().timeZone), [hours])
  const [draft, setDraft] = useState(begin)
  const zones = useMemo(() => [...new Set(['UTC', begin.timeZone, ...Intl.supportedValuesOf('timeZone')])], [begin])
  const problems = problemsOf(draft, zones)
  const { dialog, release } = useUnsaved(JSON.stringify(draft) !== JSON.stringify(begin))
  const { tried, busy, problem, form } = useSubmit(isWrong(problems), async () => {
    await api.send('PUT', path, bodyOf(draft), readHours)
    release()
    say(t('hours.saved'))
    go(back)
  })
  const change = (changes: Partial<HoursDraft>) => setDraft((before) => ({ ...before, ...changes }))
  useEffect(() => document.querySelector<HTMLElement>('main h1')?.focus(), [])
  return (
    <form {...form} class="hours-form">
      <ViewHeading title={t('hours.title')} />
      <p class="lead">{t('hours.lead')}</p>
      {hours.isDefault && <p class="hint">{t('hours.notSet')}</p>}
      <ZoneField zones={zones} draft={draft} isWrong={tried && problems.timeZone} change={change} />
      <WorkingHours draft={draft} wrong={tried ? problems.days : []} change={change} />
      <TextArea
        label={t('hours.holidays')}
        hint={t('hours.holidaysHint')}
        error={tried ? holidayError(problems.holiday, t) : null}
        rows={6}
        value={draft.holidays}
        onText={(holidays) => change({ holidays })}
      />
      <Waiting draft={draft} wrong={tried ? problems : null} change={change} />
      <p class="hint">{t('hours.effect')}</p>
      {problem && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button type="submit" look="primary" busy={busy}>
          {t('hours.save')}
        </Button>
        <Link class="button plain" to={back}>
          {t('hours.cancel')}
        </Link>
      </div>
      {dialog}
    </form>
  )
}

type PartProps = { readonly draft: HoursDraft; readonly change: (changes: Partial<HoursDraft>) => void }

function ZoneField(props: PartProps & { readonly zones: readonly string[]; readonly isWrong: boolean }): JSX.Element {
  const { t } = useApp()
  const id = useId()
  return (
    <>
      <Field
        label={t('hours.timeZone')}
        hint={t('hours.timeZoneHint')}
        error={props.isWrong ? t('hours.wrong.timeZone') : null}
        list={id}
        autocomplete="off"
        spellcheck={false}
        value={props.draft.timeZone}
        onText={(timeZone) => props.change({ timeZone })}
      />
      <datalist id={id}>
        {props.zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}

function WorkingHours({ draft, wrong, change }: PartProps & { readonly wrong: readonly Weekday[] }): JSX.Element {
  const { t } = useApp()
  const changeDay = (weekday: Weekday, changes: Partial<HoursDraft['days'][Weekday]>) =>
    change({ days: { ...draft.days, [weekday]: { ...draft.days[weekday], ...changes } } })
  return (
    <fieldset class="hours-days">
      <legend>{t('hours.working')}</legend>
      <p class="hint">{t('hours.workingHint')}</p>
      {weekdays.map((weekday) => {
        const { works, start, end } = draft.days[weekday]
        const day = t(`hours.days.${weekday}`)
        const error = (time: string) => (wrong.includes(weekday) && time === '' ? t('hours.wrong.time') : null)
        return (
          <div key={weekday} class="hours-day">
            <Toggle label={day} checked={works} onToggle={(checked) => changeDay(weekday, { works: checked })} />
            {works ? (
              <>
                <Field
                  type="time"
                  label={t('hours.from', { day })}
                  labelHidden
                  error={error(start)}
                  value={start}
                  onText={(text) => changeDay(weekday, { start: text })}
                />
                <span aria-hidden="true">–</span>
                <Field
                  type="time"
                  label={t('hours.to', { day })}
                  labelHidden
                  error={error(end)}
                  value={end}
                  onText={(text) => changeDay(weekday, { end: text })}
                />
              </>
            ) : (
              <span class="quiet">{t('hours.noWork')}</span>
            )}
          </div>
        )
      })}
    </fieldset>
  )
}

function holidayError(problem: DraftProblems['holiday'], t: ReturnType<typeof useApp>['t']): string | null {
  if (!problem) return null
  const limits = { max: holidaysMax, characters: holidayNameCharactersMax }
  return t(`hours.wrong.holiday.${problem.kind}`, { line: problem.line, ...limits })
}
