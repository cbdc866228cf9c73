// The filters of the events view: each is part of the address, so that it can be bookmarked, shared and undone.
import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import { deviceTypes } from '../../../src/domain/events/device-types.ts'
import type { ApiProblem } from '../../api/client.ts'
import { useApp } from '../../app/context.ts'
import { Button, Icon } from '../../ui/index.ts'
import { DeviceFilter, PersonFilter, TextFilter, TypeFilter } from './filter-fields.tsx'
import { RangeChoice } from './filter-range.tsx'
import { categories, filterNames, filtersIn } from './filters.ts'
import type { People } from './people.ts'
import { SearchBox } from './search/search-box.tsx'

type FilterBarProps = {
  readonly people: People
  /** The errors of the API, by parameter. */
  readonly errors: ApiProblem['errors']
}

/** Wide enough to show every filter at once. */
const wide = '(min-width: 720px)'

export function FilterBar({ people, errors }: FilterBarProps): JSX.Element {
  const { t, query } = useApp()
  const [open, setOpen] = useState(() => matchMedia(wide).matches)
  const id = useId()
  const count = filtersIn(query).length
  return (
    <section class="filters" aria-label={t('events.filters')}>
      <SearchBox errors={errors.q ?? []} />
      <div class="filters-first">
        <RangeChoice />
        <Button aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          <Icon name="filter" />
          {count === 0 ? t('events.filters') : t('events.filtersOn', { count })}
        </Button>
      </div>
      <div id={id} class="filters-more" hidden={!open}>
        <PersonFilter people={people} />
        <TypeFilter />
        <TextFilter
          name="itemId"
          label={t('events.filter.itemId')}
          placeholder={t('events.filter.idExample')}
          error={errors.itemId?.join(' ') ?? null}
        />
        <TextFilter
          name="ipAddress"
          label={t('events.filter.ipAddress')}
          placeholder={t('events.filter.addressExample')}
          error={errors.ipAddress?.join(' ') ?? null}
        />
        <DeviceFilter />
      </div>
      <Chips people={people} />
    </section>
  )
}

/** The active filters, each with a button that removes it. */
function Chips({ people }: Pick<FilterBarProps, 'people'>): JSX.Element | null {
  const { t, query, setQuery } = useApp()
  const filters = filtersIn(query)
  if (filters.length === 0) return null
  const shown = (name: string, value: string) => {
    if (name === 'actingUserId') return people.labelOf(value) ?? value
    if (name === 'device') return deviceTypes[Number(value)]?.title ?? value
    const category = name === 'category' ? categories.find((each) => each === value) : undefined
    return category === undefined ? value : t(`events.category.${category}`)
  }
  return (
    <ul class="chips">
      {filters.map(({ name, value }) => (
        <li key={name}>
          <Button
            class="chip"
            aria-label={t('events.drop', { name: t(`events.filter.${name}`), value: shown(name, value) })}
            onClick={() => setQuery({ [name]: null })}
          >
            {t(`events.filter.${name}`)}: <bdi>{shown(name, value)}</bdi> <Icon name="close" />
          </Button>
        </li>
      ))}
      <li>
        <Button look="quiet" onClick={() => setQuery(Object.fromEntries(filterNames.map((name) => [name, null])))}>
          {t('events.dropAll')}
        </Button>
      </li>
    </ul>
  )
}
