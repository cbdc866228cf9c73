// Writes docs/events.md from the catalogue: the event types with their names and categories, then the device types.
import { deviceTypes } from '../src/domain/events/device-types.ts'
import { eventTypes } from '../src/domain/events/event-types.ts'

const cell = (text: string) => text.replaceAll('|', '\\|')

/** The text of docs/events.md. */
export const eventCatalogue = (): string =>
  [
    '# Events',
    '',
    "The event types by number: the reference server's, and from 9000 on Keytrail's audit events. `eventName` and `category` are",
    'fields of [alert rules](alerts.md#fields). `npm run --silent catalogue > docs/events.md` writes this page.',
    '',
    '| type | `eventName` | `category` | sentence | clients may report it |',
    '|---|---|---|---|---|',
    ...eventTypes.map(
      ({ code, name, category, template, collect }) =>
        `| ${code} | ${name} | ${category} | ${cell(template)} | ${collect === null ? '' : 'yes'} |`,
    ),
    '',
    '## Devices',
    '',
    '| `deviceType` | `deviceName` | title |',
    '|---|---|---|',
    ...deviceTypes.map(({ code, name, title }) => `| ${code} | ${name} | ${cell(title)} |`),
    '',
  ].join('\n')

if (import.meta.main) process.stdout.write(eventCatalogue())
