// The range of the events view: one that ends now, or one with given ends.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { Field, Select } from '../../ui/index.ts'
import { fieldTime, rangeIn, ranges, searchIn, timeOfField } from './filters.ts'
import { rangeOfSearch, withoutTimes } from './search/search-text.ts'

export function RangeChoice(): JSX.Element {
  const { t, query, setQuery, now } = useApp()
  const range = rangeIn(query)
  const search = searchIn(query)
  const isSearched = rangeOfSearch(search) !== null
  const names = [...(isSearched ? (['search'] as const) : []), ...(['1h', '1d', '7d', '30d', 'own'] as const)]
  const choose = (name: string) => {
    if (name === 'search') return
    const q = isSearched ? withoutTimes(search).replace(/ +/g, ' ').trim() : search
    if (name !== 'own') return setQuery({ q, range: name, start: null, end: null })
    const lastMs = range.kind === 'last' ? ranges[range.name] : 0
    setQuery({ q, range: 'own', start: new Date(now() - lastMs).toISOString(), end: new Date(now()).toISOString() })
  }
  return (
    <div class="range">
      <Select
        label={t('events.filter.range')}
        value={isSearched ? 'search' : range.kind === 'own' ? 'own' : range.name}
        options={names.map((value) => ({ value, label: t(`events.range.${value}`) }))}
        onChoose={choose}
      />
      {!isSearched && range.kind === 'own' && (
        <>
          <TimeFilter name="start" value={range.start} />
          <TimeFilter name="end" value={range.end} />
        </>
      )}
    </div>
  )
}

function TimeFilter({ name, value }: { readonly name: 'start' | 'end'; readonly value: string | null }): JSX.Element {
  const { t, setQuery } = useApp()
  const [text, setText] = useState(fieldTime(value))
  useEffect(() => setText(fieldTime(value)), [value])
  const set = () => {
    if (text !== fieldTime(value)) setQuery({ range: 'own', [name]: timeOfField(text, name === 'end') })
  }
  return (
    <Field
      type="datetime-local"
      label={t(`events.filter.${name}`)}
      value={text}
      onText={setText}
      onChange={set}
      onBlur={set}
    />
  )
}
