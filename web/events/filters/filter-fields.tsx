// The fields of the filters: each applies once it is chosen or left.
import type { JSX } from 'preact'
import { useEffect, useId, useMemo, useState } from 'preact/hooks'
import { deviceTypes } from '../../../src/domain/events/device-types.ts'
import { eventTypes } from '../../../src/domain/events/event-types.ts'
import { useApp } from '../../app/context.ts'
import { Field, Select } from '../../ui/index.ts'
import { categories } from './filters.ts'
import type { People } from './people.ts'

/** A filter that is typed: it applies once Enter is pressed or the field is left. */
export function TextFilter(props: {
  readonly name: 'itemId' | 'ipAddress'
  readonly label: string
  readonly placeholder?: string
  readonly error: string | null
}): JSX.Element {
  const { query, setQuery } = useApp()
  const { name, ...rest } = props
  const value = query.get(name) ?? ''
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  return (
    <Field
      {...rest}
      value={text}
      autocomplete="off"
      spellcheck={false}
      onText={setText}
      onChange={() => setQuery({ [name]: text.trim() })}
    />
  )
}

/** Who did it: chosen by name among known people, or typed as an id. */
export function PersonFilter({ people }: { readonly people: People }): JSX.Element {
  const { t, query, setQuery } = useApp()
  const value = query.get('actingUserId') ?? ''
  const shown = people.labelOf(value) ?? value
  const [text, setText] = useState(shown)
  const [wrong, setWrong] = useState(false)
  const id = useId()
  useEffect(() => {
    setText(shown)
    setWrong(false)
  }, [shown])
  const set = () => {
    const found = people.idOf(text)
    setWrong(found === undefined)
    if (found !== undefined) setQuery({ actingUserId: found })
  }
  return (
    <>
      <Field
        label={t('events.filter.actingUserId')}
        value={text}
        list={id}
        autocomplete="off"
        onText={setText}
        onChange={set}
        {...(wrong && { error: t('events.filter.unknownPerson') })}
      />
      <datalist id={id}>
        {people.options.map((option) => (
          <option key={option.id} value={option.label} />
        ))}
      </datalist>
    </>
  )
}

export function TypeFilter(): JSX.Element {
  const { t, query, setQuery } = useApp()
  const id = useId()
  const [type, category] = [query.get('type') ?? '', query.get('category') ?? '']
  const value = type === '' ? (category === '' ? '' : `category:${category}`) : `type:${type}`
  const several = type.includes(',')
  const groups = useMemo(
    () => categories.map((each) => ({ category: each, types: eventTypes.filter((kind) => kind.category === each) })),
    [],
  )
  return (
    <div class="field">
      <label for={id}>{t('events.filter.type')}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const [kind = '', chosen = ''] = event.currentTarget.value.split(':')
          setQuery({ type: kind === 'type' ? chosen : null, category: kind === 'category' ? chosen : null })
        }}
      >
        <option value="">{t('events.filter.anything')}</option>
        {several && <option value={value}>{t('events.filter.severalTypes')}</option>}
        {groups.map((group) => (
          <optgroup key={group.category} label={t(`events.category.${group.category}`)}>
            <option value={`category:${group.category}`} selected={value === `category:${group.category}`}>
              {t('events.filter.all', { category: t(`events.category.${group.category}`) })}
            </option>
            {group.types.map(({ code, name }) => (
              <option key={code} value={`type:${code}`} selected={value === `type:${code}`}>
                {`${code} ${name}`}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  )
}

export function DeviceFilter(): JSX.Element {
  const { t, query, setQuery } = useApp()
  const options = [
    { value: '', label: t('events.filter.anyDevice') },
    ...deviceTypes.map(({ code, title }) => ({ value: `${code}`, label: title })),
  ]
  return (
    <Select
      label={t('events.filter.device')}
      value={query.get('device') ?? ''}
      options={options}
      onChoose={(device) => setQuery({ device })}
    />
  )
}
