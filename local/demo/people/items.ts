// The items of the demo organizations: names a person recognizes in a log, by collection.
import type { Item } from './directory.ts'
import { demoId } from './ids.ts'

/** Collections by what they hold. */
export const collection = {
  company: demoId('collection', 1),
  engineering: demoId('collection', 2),
  production: demoId('collection', 3),
  finance: demoId('collection', 4),
  marketing: demoId('collection', 5),
  otherCompany: demoId('collection', 6),
} as const

const names: Readonly<Record<Exclude<keyof typeof collection, 'otherCompany'>, readonly string[]>> = {
  company: [
    'Office Wi-Fi',
    'Travel portal',
    'Meeting rooms',
    'Printer admin',
    'Building access',
    'HR portal',
    'Expense reports',
    'Video calls',
  ],
  engineering: [
    'Source hosting',
    'Package registry',
    'Issue tracker',
    'CI runners',
    'Error tracking',
    'Staging database',
    'Staging API key',
    'Load balancer test',
    'Code signing (test)',
    'Design tool',
  ],
  production: [
    'Cloud root account',
    'Domain registrar',
    'Production database',
    'Payment gateway',
    'DNS provider',
    'Backup encryption key',
    'Status page',
    'On-call phone',
  ],
  finance: [
    'Payroll bank login',
    'Corporate card',
    'Tax office',
    'Accounting',
    'Invoice portal',
    'Insurance',
    'Pension scheme',
  ],
  marketing: [
    'Newsletter',
    'Web analytics',
    'Social media',
    'Ad account',
    'Stock photos',
    'Press contacts',
    'Events page',
  ],
}

const criticalNames: readonly string[] = ['Cloud root account', 'Domain registrar', 'Payroll bank login']

/** The first organization's items, three of them critical. */
export const acmeItems: readonly Item[] = [
  ...named('company', 1),
  ...named('engineering', 11),
  ...named('production', 21),
  ...named('finance', 31),
  ...named('marketing', 41),
]

/** The second organization's items. */
export const otherItems: readonly Item[] = ['Web shop', 'Bank', 'Parcel service', 'Router'].map((name, index) => ({
  id: demoId('item', 901 + index),
  collections: [collection.otherCompany],
  name,
  critical: false,
}))

function named(key: keyof typeof names, firstNumber: number): readonly Item[] {
  return names[key].map((name, index) => ({
    id: demoId('item', firstNumber + index),
    collections: [collection[key]],
    name,
    critical: criticalNames.includes(name),
  }))
}
