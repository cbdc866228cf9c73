// The filters of the list of incidents, each in the address: state, text, level and assignee; and on request person, address and item.
import type { JSX } from 'preact'
import { useEffect, useId, useMemo, useState } from 'preact/hooks'
import { levelChoices, levelKey } from '../alerts/filters.ts'
import { useApp } from '../app/context.ts'
import { peopleOf } from '../events/filters/people.ts'
import { Button, Field, Select } from '../ui/index.ts'
import { type FilterName, type Filters, filterNames, isFilter, isFiltered, tabs, textCharsMax } from './filters.ts'
import type { Person } from './people.ts'

type FilterBarProps = { readonly filters: Filters; readonly people: readonly Person[] }

/** Shows the filters. A text applies on Enter, or when its field is left. */
export function FilterBar({ filters, people }: FilterBarProps): JSX.Element {
  const { t, query, setQuery } = useApp()
  const more = ['person', 'address', 'item'].filter((name) => query.has(name)).length
  return (
    <>
      <div class="alert-filters">
        <fieldset class="segments">
          <legend class="unseen">{t('incidents.tabs')}</legend>
          {tabs.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === filters.tab}
              onClick={() => setQuery({ state: each === 'open' ? null : each })}
            >
              {t(`incidents.tab.${each}`)}
            </button>
          ))}
        </fieldset>
        <TextFilter name="text" type="search" maxLength={textCharsMax} />
        <Select
          label={t('alerts.levelLabel')}
          value={filters.level}
          onChoose={(level) => setQuery({ level })}
          options={levelChoices.map((value) => ({ value, label: t(levelKey(value)) }))}
        />
        <AssigneeFilter filters={filters} people={people} />
        {isFiltered(filters) && (
          <Button look="quiet" onClick={() => setQuery(Object.fromEntries(filterNames.map((name) => [name, null])))}>
            {t('alerts.clear')}
          </Button>
        )}
      </div>
      <details class="more-filters" open={more > 0}>
        <summary>{more > 0 ? t('incidents.filter.moreOn', { count: more }) : t('incidents.filter.more')}</summary>
        <div class="alert-filters">
          <PersonFilter people={people} />
          <TextFilter name="address" placeholder="203.0.113.7, 10.0.0.0/8" />
          <TextFilter name="item" placeholder={t('incidents.filter.itemId')} />
        </div>
      </details>
    </>
  )
}

type TextFilterProps = {
  readonly name: Extract<FilterName, 'text' | 'address' | 'item'>
  readonly type?: 'search'
  readonly maxLength?: number
  readonly placeholder?: string
}

function TextFilter({ name, ...rest }: TextFilterProps): JSX.Element {
  const { t, query, setQuery } = useApp()
  const value = query.get(name) ?? ''
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const isWrong = value !== '' && !isFilter(name, value)
  return (
    <Field
      {...rest}
      label={t(`incidents.filter.${name}`)}
      error={isWrong && name !== 'text' ? t(`incidents.filter.wrong.${name}`) : null}
      value={text}
      autocomplete="off"
      spellcheck={false}
      onText={setText}
      onChange={() => setQuery({ [name]: text.trim() })}
    />
  )
}

function AssigneeFilter({ filters: { assignee }, people }: FilterBarProps): JSX.Element {
  const { t, setQuery } = useApp()
  const managers = people.filter(({ isManager }) => isManager).map(({ id, name }) => ({ value: id, label: name }))
  const known = ['', 'me', 'none', ...managers.map(({ value }) => value)]
  const gone = known.includes(assignee) ? [] : [{ value: assignee, label: assignee.slice(0, 8) }]
  return (
    <Select
      label={t('incidents.filter.assignee')}
      value={assignee}
      onChoose={(chosen) => setQuery({ assignee: chosen })}
      options={[
        { value: '', label: t('incidents.filter.anyone') },
        { value: 'me', label: t('incidents.filter.me') },
        { value: 'none', label: t('incidents.assign.nobody') },
        ...managers,
        ...gone,
      ]}
    />
  )
}

/** A person by name, or by id. */
function PersonFilter({ people }: Pick<FilterBarProps, 'people'>): JSX.Element {
  const { t, query, setQuery } = useApp()
  const known = useMemo(() => peopleOf(new Map(people.map(({ id, name }) => [id, name]))), [people])
  const value = query.get('person') ?? ''
  const shown = known.labelOf(value) ?? value
  const [text, setText] = useState(shown)
  const [isWrong, setWrong] = useState(false)
  const id = useId()
  useEffect(() => {
    setText(shown)
    setWrong(value !== '' && !isFilter('person', value))
  }, [shown, value])
  const set = () => {
    const found = known.idOf(text)
    setWrong(found === undefined)
    if (found !== undefined) setQuery({ person: found })
  }
  return (
    <div>
      <Field
        label={t('incidents.filter.person')}
        value={text}
        list={id}
        autocomplete="off"
        error={isWrong ? t('incidents.filter.wrong.person') : null}
        onText={setText}
        onChange={set}
      />
      <datalist id={id}>
        {known.options.map((option) => (
          <option key={option.id} value={option.label} />
        ))}
      </datalist>
    </div>
  )
}
