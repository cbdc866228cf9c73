// The single events that an integration is notified of: by type, and by a filter.
import type { JSX } from 'preact'
import { useApp } from '../../app/context.ts'
import { Button, CheckList, Toggle } from '../../ui/index.ts'
import type { Draft } from './draft.ts'
import { type CategoryChoice, typeChoices, withCategory } from './event-choices.ts'
import { FilterEditor } from './filter-editor.tsx'
import { newGroup } from './filter-rows.ts'
import type { Form } from './form.ts'

/** The fields; types and the filter are shown while events are on. */
export function EventsField({ form }: { readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const { events } = form.draft
  const set = (changes: Partial<Draft['events']>) => form.change({ events: { ...events, ...changes } })
  const typesError = form.errorAt('subscriptions.events.types')
  return (
    <fieldset class="bare">
      <legend class="unseen">{t('integrations.form.events')}</legend>
      <Toggle label={t('integrations.form.events')} checked={events.on} onToggle={(on) => set({ on })} />
      {events.on && (
        <div class="subscription">
          <details class="choice">
            <summary>
              {events.types.length === 0
                ? t('integrations.form.everyType')
                : t('integrations.form.typesChosen', { count: events.types.length })}
            </summary>
            <p class="hint">{t('integrations.form.typesHint')}</p>
            {typeChoices.map((choice) => (
              <Category
                key={choice.category}
                choice={choice}
                chosen={events.types}
                onChoose={(types) => set({ types })}
              />
            ))}
          </details>
          {typesError && <p class="error">{typesError}</p>}
          <EventFilter form={form} />
        </div>
      )}
    </fieldset>
  )
}

type CategoryProps = {
  readonly choice: CategoryChoice
  readonly chosen: readonly number[]
  readonly onChoose: (chosen: readonly number[]) => void
}

function Category({ choice, chosen, onChoose }: CategoryProps): JSX.Element {
  const { t } = useApp()
  const title = t(`integrations.categories.${choice.category}`)
  const count = choice.types.filter(({ value }) => chosen.includes(value)).length
  const isWhole = count === choice.types.length
  return (
    <details class="choice">
      <summary>
        {title} {count > 0 && <span class="count">{`${count}/${choice.types.length}`}</span>}
      </summary>
      <label class="whole">
        <input type="checkbox" checked={isWhole} onChange={() => onChoose(withCategory(chosen, choice, !isWhole))} />
        <span>{t('integrations.form.allOf', { category: title })}</span>
      </label>
      <CheckList label={title} labelHidden options={choice.types} chosen={chosen} onChoose={onChoose} />
    </details>
  )
}

function EventFilter({ form }: { readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const { events } = form.draft
  const { filter } = events
  const set = (next: Draft['events']['filter']) => form.change({ events: { ...events, filter: next } })
  const error = form.errorAt('subscriptions.events.filter')
  const remove = <Button onClick={() => set({ kind: 'none' })}>{t('integrations.filter.remove')}</Button>
  return (
    <div class="event-filter">
      {filter.kind === 'none' && (
        <Button onClick={() => set({ kind: 'rows', group: newGroup('and') })}>{t('integrations.filter.add')}</Button>
      )}
      {filter.kind === 'unchanged' && (
        <>
          <p>{t('integrations.filter.unchanged')}</p>
          <pre>{JSON.stringify(filter.filter, null, 2)}</pre>
          {remove}
        </>
      )}
      {filter.kind === 'rows' && (
        <>
          <p class="part-title">{t('integrations.filter.title')}</p>
          <FilterEditor
            group={filter.group}
            onChange={(group) => set(group.children.length === 0 ? { kind: 'none' } : { kind: 'rows', group })}
          />
          {remove}
        </>
      )}
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
